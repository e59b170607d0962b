import { MAX_UDP_PAYLOAD, Type } from '../../dns/constants.ts'
import type { Message } from '../../dns/message.ts'
import { createOctetWriter, writeOctets, writeU8, writeU16, writeU32, writtenOctets } from '../../dns/octet-writer.ts'

/** What of a message is given; the rest is plain. */
export type Encodable = Pick<Message, 'id' | 'flags'> &
  Partial<Pick<Message, 'question' | 'answer' | 'authority' | 'additional'>> & {
    /** No OPT record is added. */
    readonly withoutEdns?: true
  }

/** The message on the wire, names uncompressed. */
export function encodeMessage(message: Encodable): Uint8Array {
  const { id, flags, question, answer = [], authority = [], additional = [] } = message
  const edns = message.withoutEdns !== true
  const writer = createOctetWriter(1024)
  const counts = [question === undefined ? 0 : 1, answer.length, authority.length, additional.length + (edns ? 1 : 0)]
  for (const word of [id, flags, ...counts]) writeU16(writer, word)
  if (question !== undefined) {
    writeOctets(writer, question.name)
    for (const word of [question.type, question.class]) writeU16(writer, word)
  }
  for (const record of [...answer, ...authority, ...additional]) {
    writeOctets(writer, record.name)
    for (const word of [record.type, record.class]) writeU16(writer, word)
    writeU32(writer, record.ttl)
    writeU16(writer, record.rdata.length)
    writeOctets(writer, record.rdata)
  }
  if (edns) {
    writeU8(writer, 0)
    for (const word of [Type.OPT, MAX_UDP_PAYLOAD, 0, 0x8000, 0]) writeU16(writer, word)
  }
  return writtenOctets(writer)
}
