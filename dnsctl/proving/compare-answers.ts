import { RRSIG_FIXED_OCTETS, Type } from '../../dns/constants.ts'
import { readMessage } from '../../dns/message.ts'
import { nameLength } from '../../dns/name.ts'
import type { ProofQuestion } from './questions.ts'

/** Answers questions, in order; undefined: silence. */
export type Ask = (questions: readonly ProofQuestion[]) => Promise<(Uint8Array | undefined)[]>

/** A question that is answered otherwise than by a server that never had what is hidden. */
export interface CounterExample {
  readonly question: ProofQuestion
  readonly answer: Uint8Array | undefined
  readonly twin: Uint8Array | undefined
}

/** What was compared, and what differed. */
export interface Comparison {
  questions: number
  octets: number
  /** Answers that a rate limit cut short or kept back; they say nothing. */
  limited: number
  /** The first few. */
  readonly counterExamples: CounterExample[]
  differing: number
}

/** What the comparison has to know beside both sides. */
export interface CompareOptions {
  /** Signatures are random (ECDSA): their octets are left out. */
  readonly isRandom: boolean
  /** Answers may be cut short or kept back by rate limits, that being no difference. */
  readonly isLimited: boolean
  readonly progress: (asked: number) => void
}

const BATCH = 128
const KEPT = 5

export function createComparison(): Comparison {
  return { questions: 0, octets: 0, limited: 0, counterExamples: [], differing: 0 }
}

/** Asks both sides, and adds what comes of it to `comparison`. */
export async function compareAnswers(
  questions: Iterable<ProofQuestion>,
  sides: { readonly subject: Ask; readonly twin: Ask },
  options: CompareOptions,
  comparison: Comparison,
): Promise<void> {
  let batch: ProofQuestion[] = []
  const flush = async (): Promise<void> => {
    await compareBatch(batch, sides, options, comparison)
    batch = []
    options.progress(comparison.questions)
  }
  for (const question of questions) {
    batch.push(question)
    if (batch.length === BATCH) await flush()
  }
  if (batch.length > 0) await flush()
}

async function compareBatch(
  batch: readonly ProofQuestion[],
  sides: { readonly subject: Ask; readonly twin: Ask },
  options: CompareOptions,
  comparison: Comparison,
): Promise<void> {
  const [answers, twins] = [await sides.subject(batch), await sides.twin(batch)]
  for (const [index, question] of batch.entries()) {
    comparison.questions++
    let [answer, twin] = [answers[index], twins[index]]
    if (options.isLimited && isLimited(answer, twin)) {
      comparison.limited++
      continue
    }
    comparison.octets += answer?.length ?? 0
    if (isSame(answer, twin, options)) continue
    // Between the two a second may have begun, and with it the validity of other signatures: once more.
    answer = (await sides.subject([question]))[0]
    twin = (await sides.twin([question]))[0]
    if (isSame(answer, twin, options) || (options.isLimited && isLimited(answer, twin))) continue
    comparison.differing++
    if (comparison.counterExamples.length < KEPT) comparison.counterExamples.push({ question, answer, twin })
  }
}

/** Silence, or an empty answer with TC, where there would have been a whole one. */
function isLimited(answer: Uint8Array | undefined, twin: Uint8Array | undefined): boolean {
  if (answer === undefined) return twin !== undefined
  return (answer[2]! & TC) !== 0 && (twin === undefined || (twin[2]! & TC) === 0)
}

const TC = 0x02

function isSame(answer: Uint8Array | undefined, twin: Uint8Array | undefined, { isRandom }: CompareOptions): boolean {
  if (answer === undefined || twin === undefined) return answer === twin
  if (answer.length !== twin.length) return false
  if (Buffer.compare(answer, twin) === 0) return true
  return isRandom && Buffer.compare(withoutSignatures(answer), withoutSignatures(twin)) === 0
}

/** The answer with zeros for the octets of each signature. Other fields of its RRSIG stay. */
function withoutSignatures(octets: Uint8Array): Uint8Array {
  const blank = Buffer.from(octets)
  const message = readMessage(octets)
  for (const record of [...(message?.answer ?? []), ...(message?.authority ?? []), ...(message?.additional ?? [])]) {
    if (record.type !== Type.RRSIG) continue
    const signature = record.rdata.subarray(RRSIG_FIXED_OCTETS + nameLength(record.rdata, RRSIG_FIXED_OCTETS))
    const at = blank.indexOf(signature)
    if (at >= 0) blank.fill(0, at, at + signature.length)
  }
  return blank
}
