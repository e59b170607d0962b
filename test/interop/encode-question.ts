import { EdnsFlag, Flag } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { classFromText, typeFromText } from '../../dns/rr/registry.ts'
import { createRandom } from '../helpers/random.ts'
import { below, type WorldQuestion } from './world.ts'

/** The message that asks a world's question at its place; its id is 0. */
export function encodeQuestion(question: WorldQuestion, base: string): Uint8Array {
  const name = spelled(nameFromText(below(question.name, base)), question.caseSeed)
  const type = typeFromText(question.type)
  const qclass = classFromText(question.class)
  if (type === undefined || qclass === undefined) throw new Error(`no such type or class: ${JSON.stringify(question)}`)
  const speaksEdns = question.edns !== 'none'
  const flags = (question.recursionDesired ? Flag.RD : 0) | (question.checkingDisabled ? Flag.CD : 0)
  const octets = new Uint8Array(12 + name.length + 4 + (speaksEdns ? 11 : 0))
  const view = new DataView(octets.buffer)
  view.setUint16(2, flags)
  view.setUint16(4, 1)
  view.setUint16(10, speaksEdns ? 1 : 0)
  octets.set(name, 12)
  view.setUint16(12 + name.length, type)
  view.setUint16(14 + name.length, qclass)
  if (speaksEdns) {
    const opt = 16 + name.length
    view.setUint16(opt + 1, 41)
    view.setUint16(opt + 3, question.udpSize)
    view.setUint16(opt + 7, question.edns === 'do' ? EdnsFlag.DO : 0)
  }
  return octets
}

/** Letters in random case; label lengths are below 64 and so never taken for letters. */
function spelled(name: Uint8Array, caseSeed: number): Uint8Array {
  if (caseSeed === 0) return name
  const random = createRandom(caseSeed)
  return name.map((octet) => {
    const lower = octet | 0x20
    return octet >= 0x40 && lower >= 0x61 && lower <= 0x7a && random.chance(0.5) ? octet ^ 0x20 : octet
  })
}
