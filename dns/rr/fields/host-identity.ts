/*
 * HIP (RFC 8005 §5): length of the HIT, algorithm, 16 bits of length of the public key, HIT, public key. Text has the
 * algorithm, the HIT in hexadecimal and the key in base64, each one token; the lengths follow from them (§6).
 */
import { BASE64, type Encoding, HEX } from '../../encoding.ts'
import { writeOctets, writeU8, writeU16 } from '../../octet-writer.ts'
import { type FieldKind, fail, type RdataReader, takeWord } from '../field.ts'
import { integerFromText, readInteger } from './integers.ts'

/** All of a HIP record but its rendezvous servers. */
export const hostIdentity: FieldKind = {
  kind: 'hostIdentity',
  measure(rdata, at) {
    if (at + 4 > rdata.end) return -1
    const identityLength = rdata.octets[at]!
    const keyLength = readInteger(rdata.octets, at + 2, 2)
    const end = at + 4 + identityLength + keyLength
    return identityLength > 0 && keyLength > 0 && end <= rdata.end ? end : -1
  },
  print(rdata, at, end) {
    const key = at + 4 + rdata.octets[at]!
    return [rdata.octets[at + 1], HEX.toText(rdata.octets, at + 4, key), BASE64.toText(rdata.octets, key, end)].join(
      ' ',
    )
  },
  parse(reader, writer) {
    const expected = 'a number 0 to 255, the algorithm of the public key'
    const token = takeWord(reader, expected)
    const algorithm = integerFromText(token.text, 255)
    if (algorithm < 0) fail(reader, token, expected)
    const identity = takeEncoded(reader, HEX, 255)
    const key = takeEncoded(reader, BASE64, 65_535)
    writeU8(writer, identity.length)
    writeU8(writer, algorithm)
    writeU16(writer, key.length)
    writeOctets(writer, identity)
    writeOctets(writer, key)
  },
}

function takeEncoded(reader: RdataReader, encoding: Encoding, maximum: number): Uint8Array {
  const expected = `1 to ${maximum} octets in ${encoding.expected}`
  const token = takeWord(reader, expected)
  const octets = encoding.fromText(token.text)
  if (octets === undefined || octets.length === 0 || octets.length > maximum) return fail(reader, token, expected)
  return octets
}
