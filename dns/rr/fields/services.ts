/*
 * A protocol and a bitmap of its ports (RFC 1035 §3.4.2), trailing zero octets left out.
 */
import { writeOctets, writeU8 } from '../../octet-writer.ts'
import { type FieldKind, fail, nextToken, takeWord } from '../field.ts'
import { integerFromText } from './integers.ts'

/** The rest of a WKS record: the protocol as TCP, UDP or a number, the ports as numbers. */
export const services: FieldKind = {
  kind: 'services',
  measure: (rdata, at) => (rdata.end > at && rdata.end - at <= 1 + 8192 ? rdata.end : -1),
  print(rdata, at, end) {
    const bitmap = rdata.octets.subarray(at + 1, end)
    if (bitmap.at(-1) === 0) return undefined
    const ports: number[] = []
    for (let port = 0; port < 8 * bitmap.length; port++) {
      if (bitmap[port >> 3]! & (0x80 >> (port & 7))) ports.push(port)
    }
    return [rdata.octets[at]!, ...ports].join(' ')
  },
  parse(reader, writer) {
    const token = takeWord(reader, PROTOCOL)
    const protocol = PROTOCOLS.get(token.text.toLowerCase()) ?? integerFromText(token.text, 255)
    writeU8(writer, protocol < 0 ? fail(reader, token, PROTOCOL) : protocol)
    const bitmap = new Uint8Array(8192)
    let length = 0
    for (let next = nextToken(reader); next !== undefined; next = nextToken(reader)) {
      const port = next.quoted ? -1 : integerFromText(next.text, 65_535)
      if (port < 0) fail(reader, next, 'a port number 0 to 65535', 'services have no names here, write their ports')
      bitmap[port >> 3]! |= 0x80 >> (port & 7)
      length = Math.max(length, (port >> 3) + 1)
    }
    writeOctets(writer, bitmap.subarray(0, length))
  },
}

const PROTOCOL = 'a protocol: TCP, UDP or a number 0 to 255'
const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', 6],
  ['udp', 17],
])
