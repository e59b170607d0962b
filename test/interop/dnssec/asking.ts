import { createRandom } from '../../helpers/random.ts'
import { type FamilyQuestion, Outcome } from './family-questions.ts'

/**
 * First what is denied, in random order, then what exists, in random order: a resolver that makes its own denials from
 * what it has learned (RFC 8198) must not deny what exists.
 */
export function deniedFirst(questions: readonly FamilyQuestion[], seed: number): FamilyQuestion[] {
  const random = createRandom(seed)
  const shuffled = (some: FamilyQuestion[]) => random.some(some, some.length)
  const denied = questions.filter(({ outcome }) => outcome !== Outcome.Answer)
  const answered = questions.filter(({ outcome }) => outcome === Outcome.Answer)
  return [...shuffled(denied), ...shuffled(answered)]
}

/** A share of the questions, another one for each offset. */
export function everyNth(questions: readonly FamilyQuestion[], share: number, offset: number): FamilyQuestion[] {
  return questions.filter((_question, index) => index % share === offset % share)
}

/** The kinds of answer that these questions bring about. */
export function allKinds(questions: readonly FamilyQuestion[]): string[] {
  return [...new Set(questions.map(({ kind }) => kind))]
}
