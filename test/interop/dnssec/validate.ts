import { Flag, Rcode } from '../../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import { rcodeToText } from '../../../dns/rcode-text.ts'
import { typeFromText } from '../../../dns/rr/registry.ts'
import { connectTcp } from '../../helpers/tcp-client.ts'
import { connectUdp } from '../../helpers/udp-client.ts'
import { type FamilyQuestion, Outcome } from './family-questions.ts'

/** What a validating resolver says to a question, or a validator that stands for itself. */
export interface Verdict {
  readonly rcode: string
  /** It found the answer secure. */
  readonly secure: boolean
  /** Types in the answer section, aliases and all. */
  readonly types: readonly number[]
  /** What else it said, where it failed. */
  readonly remark: string
}

export type Validator = (question: Pick<FamilyQuestion, 'name' | 'type'>) => Promise<Verdict>

/** Stands for an RCODE where none came in time. */
export const NO_ANSWER = 'no answer'
const ANSWER_MS = 15_000
/** Processes under way that validate one question each. */
const PROCESSES = 4
const EDE_OPTION = 15

/** Asks a resolver on 127.0.0.1; what does not fit a datagram comes over TCP. */
export async function resolverAt(port: number): Promise<{ readonly ask: Validator; close(): void }> {
  const client = await connectUdp({ port, timeoutMs: ANSWER_MS })
  return {
    ask: async ({ name, type }) => {
      const query = buildQuery({
        id: 0,
        name: nameFromText(name),
        type: typeFromText(type)!,
        rd: true,
        edns: { do: true, udpSize: 4096 },
      })
      const answer = await client.ask(query)
      const message = answer && readMessage(answer)
      if (message === undefined) return { rcode: NO_ANSWER, secure: false, types: [], remark: '' }
      return verdictOf((message.flags & Flag.TC) === 0 ? message : await overTcp(port, query))
    },
    close: () => client.close(),
  }
}

/** What is known of the zone and of the validator. */
export interface Expectations {
  /** The zone denies by RFC 9824. */
  readonly compact: boolean
  /** The validator says nothing but whether the answer is secure. */
  readonly securityOnly?: boolean
  /** It keeps nothing from question to question; the others are asked one by one, for what they learn depends on the order. */
  readonly forgets?: boolean
}

/** Asks everything, and says what is not as it should be, one line each. */
export async function disagreements(
  validator: Validator,
  questions: readonly FamilyQuestion[],
  expectations: Expectations,
): Promise<string[]> {
  const problems: string[] = []
  let next = 0
  const lane = async () => {
    for (let index = next++; index < questions.length; index = next++) {
      const question = questions[index]!
      const problem = disagreement(question, await validator(question), expectations)
      if (problem !== undefined) problems.push(problem)
    }
  }
  await Promise.all(Array.from({ length: expectations.forgets === true ? PROCESSES : 1 }, lane))
  return problems
}

/** What is wrong with a verdict; undefined: nothing. */
export function disagreement(
  question: FamilyQuestion,
  verdict: Verdict,
  { compact, securityOnly }: Expectations,
): string | undefined {
  const { rcode, types } = verdict
  const secure = question.secure === undefined ? undefined : verdict.secure
  const expectedRcodeText = rcodeToText(expectedRcode(question.outcome, compact))
  const expected = securityOnly
    ? { secure: question.secure }
    : { rcode: expectedRcodeText, secure: question.secure, ...presence(question, question.outcome === Outcome.Answer) }
  const isPresent = types.includes(typeFromText(question.type)!)
  const seen = securityOnly ? { secure } : { rcode, secure, ...presence(question, isPresent) }
  if (JSON.stringify(seen) === JSON.stringify(expected)) return undefined
  const name = `${question.name} ${question.type} (${question.kind})`
  return `${name}: ${JSON.stringify(seen)} for ${JSON.stringify(expected)} ${verdict.remark}`
}

/** For ANY each server chooses what it gives, and resolvers give what they have (RFC 8482 §4.1). */
function presence({ type }: FamilyQuestion, present: boolean): { present?: boolean } {
  return type === 'ANY' ? {} : { present }
}

/** The RCODE that the outcome has for those who do not say CO. */
export function expectedRcode(outcome: Outcome, compact: boolean): number {
  const denied = outcome === Outcome.NxDomain || (outcome === Outcome.Absent && !compact)
  return denied ? Rcode.NxDomain : Rcode.NoError
}

function verdictOf(message: Message): Verdict {
  const errors = (message.edns?.options ?? []).filter(({ code }) => code === EDE_OPTION)
  return {
    rcode: rcodeToText(message.rcode),
    secure: (message.flags & Flag.AD) !== 0,
    types: message.answer.map(({ type }) => type),
    remark: errors
      .map(({ data }) => `EDE ${(data[0]! << 8) | data[1]!} ${Buffer.from(data.subarray(2)).toString()}`)
      .join(', '),
  }
}

async function overTcp(port: number, query: Uint8Array): Promise<Message> {
  const client = await connectTcp(port)
  try {
    return readMessage(await client.ask(query))!
  } finally {
    client.close()
  }
}
