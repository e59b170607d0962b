import { Class, HEADER_LENGTH, Rcode, Type } from '../../dns/constants.ts'
import type { LabelledName } from '../../dns/labelled-name.ts'
import { Verdict } from '../../guard/verdict.ts'
import type { Identity } from '../configuration/types.ts'
import type { AnswerContext } from './context.ts'
import { write16 } from './writer.ts'

/** The names by which servers are asked who they are (RFC 4892 §2), on the wire, and what answers each. */
const QUESTIONS: readonly { name: string; answer: keyof Pick<Identity, 'version' | 'hostname'> }[] = [
  { name: '\x07version\x04bind\x00', answer: 'version' },
  { name: '\x07version\x06server\x00', answer: 'version' },
  { name: '\x08hostname\x04bind\x00', answer: 'hostname' },
  { name: '\x02id\x06server\x00', answer: 'hostname' },
]

/** Fills the plan for a CHAOS question: refused like any other name unless the operator configured an answer. */
export function decideChaos(context: AnswerContext): void {
  const { plan, query } = context
  const isText = query.type === Type.TXT || query.type === Type.ANY
  const known = isText && identityFor(context) !== undefined
  plan.rcode = known ? Rcode.NoError : Rcode.Refused
  plan.verdict = known ? Verdict.Found : Verdict.Refused
}

/** Writes the TXT that the plan allowed; false: there is none. */
export function writeChaosAnswer(context: AnswerContext): boolean {
  const { plan, writer } = context
  const text = plan.rcode === Rcode.NoError ? identityFor(context) : undefined
  if (text === undefined) return false
  const octets = Buffer.from(text, 'utf8').subarray(0, 255)
  const length = 12 + 1 + octets.length
  if (writer.position + length > writer.limit) {
    writer.truncated = true
    return true
  }
  const at = writer.start + writer.position
  write16(writer.octets, at, 0xc000 | HEADER_LENGTH)
  write16(writer.octets, at + 2, Type.TXT)
  write16(writer.octets, at + 4, Class.Chaos)
  writer.octets.fill(0, at + 6, at + 10)
  write16(writer.octets, at + 10, octets.length + 1)
  writer.octets[at + 12] = octets.length
  writer.octets.set(octets, at + 13)
  writer.position += length
  writer.answers++
  return true
}

function identityFor(context: AnswerContext): string | undefined {
  const question = QUESTIONS.find(({ name }) => isNamed(context.query.name, name))
  return question === undefined ? undefined : context.generation.identity[question.answer]
}

function isNamed(name: LabelledName, wire: string): boolean {
  if (name.length !== wire.length) return false
  for (let i = 0; i < wire.length; i++) if (name.octets[i] !== wire.charCodeAt(i)) return false
  return true
}
