import { randomBytes, randomInt } from 'node:crypto'
import { Flag, MAX_UDP_PAYLOAD, Type } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { namesEqual } from '../../dns/name.ts'
import { type Expectation, faultOfAnswer } from '../../server/keys/served-answers.ts'
import { exchangeByNetwork, type Place } from '../../server/parent/exchange.ts'

/** What is asked for, by the title under which it is shown. */
export const VERIFIED = ['DNSKEY', 'SOA', 'NO SUCH TYPE', 'NO SUCH NAME'] as const
export type VerifiedQuestion = (typeof VERIFIED)[number]

/** What came of one question. */
export interface VerifiedAnswer {
  readonly place: Place
  readonly via: 'udp' | 'tcp'
  readonly question: VerifiedQuestion
  /** Why it does not hold, a sentence without full stop; undefined: it does. */
  readonly fault: string | undefined
}

/** Asks a place over UDP and over TCP for all that is verified, and holds the answers against what is to be served. */
export async function verifyPlace(place: Place, expected: Expectation, now: () => number): Promise<VerifiedAnswer[]> {
  const answers: VerifiedAnswer[] = []
  for (const via of ['udp', 'tcp'] as const) {
    for (const question of VERIFIED) {
      const message = await ask(place, via, questionOf(question, expected.apex))
      const fault = typeof message === 'string' ? message : faultOf(message, question, expected, now())
      answers.push({ place, via, question, fault })
    }
  }
  return answers
}

interface Question {
  readonly name: Uint8Array
  readonly type: number
}

/** RFC 1035 §3.2.2: a type that hardly any apex has. */
const HINFO = 13

function questionOf(question: VerifiedQuestion, apex: Uint8Array): Question {
  switch (question) {
    case 'DNSKEY':
      return { name: apex, type: Type.DNSKEY }
    case 'SOA':
      return { name: apex, type: Type.SOA }
    case 'NO SUCH TYPE':
      return { name: apex, type: HINFO }
    case 'NO SUCH NAME':
      return { name: absentName(apex), type: Type.TXT }
  }
}

/** A label that nothing has, drawn anew each time. */
function absentName(apex: Uint8Array): Uint8Array {
  const label = `dnsctl-verify-${randomBytes(8).toString('hex')}`
  return Uint8Array.of(label.length, ...Buffer.from(label), ...apex)
}

function faultOf(message: Message, question: VerifiedQuestion, expected: Expectation, now: number): string | undefined {
  // A wildcard, a decoy or a record of that type may stand there: then nothing has to be denied.
  if (question.startsWith('NO SUCH') && message.answer.length > 0) return undefined
  return faultOfAnswer(message, expected, now)
}

const PATIENCE_MS = 3_000

/** The answer, over TCP where a datagram has no room for it; or why there is none. */
async function ask(place: Place, via: 'udp' | 'tcp', { name, type }: Question): Promise<Message | string> {
  const id = randomInt(0x10000)
  const message = buildQuery({ id, name, type, edns: { do: true, udpSize: MAX_UDP_PAYLOAD } })
  const isAnswer = (octets: Uint8Array): boolean => {
    const read = readMessage(octets)
    return read?.id === id && read.question?.type === type && namesEqual(read.question.name, name)
  }
  const octets = await exchangeByNetwork({ ...place, via, message, patienceMs: PATIENCE_MS, isAnswer })
  if (!(octets instanceof Uint8Array)) return FAILURES[octets.kind]
  const answer = readMessage(octets)!
  if (via === 'udp' && (answer.flags & Flag.TC) !== 0) return ask(place, 'tcp', { name, type })
  return answer
}

const FAILURES = {
  timeout: 'no answer came',
  refused: 'the connection was refused',
  unreachable: 'this host knows no way there',
  overdue: 'nobody was asked any more',
} as const
