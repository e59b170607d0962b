/*
 * A host given as nothing, IPv4 address, IPv6 address or name, as an earlier octet of the RDATA says (0 to 3).
 */
import { ipv4FromText, ipv4ToText, ipv6FromText, ipv6ToText } from '../../address-text.ts'
import { nameToText } from '../../name.ts'
import { type OctetWriter, writeOctets, writeU8 } from '../../octet-writer.ts'
import { type FieldKind, fail, peekToken, type RdataReader, takeWord } from '../field.ts'
import { integerFromText, u8 } from './integers.ts'
import { measureName, parseName } from './names.ts'

/** The gateway whose kind stands `typeAt` octets into the RDATA, in the bits of `mask` (RFC 4025 §2.5, RFC 8777 §4.2.4). */
export function gateway(typeAt: number, mask: number): FieldKind {
  return {
    kind: 'gateway',
    measure(rdata, at) {
      const type = rdata.octets[rdata.start + typeAt]! & mask
      if (type === GatewayType.Name) return measureName(rdata.octets, at, rdata.end)
      const length = ADDRESS_LENGTHS[type]
      return length !== undefined && at + length <= rdata.end ? at + length : -1
    },
    print(rdata, at) {
      const type = rdata.octets[rdata.start + typeAt]! & mask
      if (type === GatewayType.Ipv4) return ipv4ToText(rdata.octets, at)
      if (type === GatewayType.Ipv6) return ipv6ToText(rdata.octets, at)
      return type === GatewayType.Name ? nameToText(rdata.octets, at) : '.'
    },
    parse: (reader, writer) => parseGateway(reader, writer, writer.octets[typeAt]! & mask),
    eachName(rdata, at, _end, visit) {
      if ((rdata.octets[rdata.start + typeAt]! & mask) === GatewayType.Name) visit(at)
    },
  }
}

/** The discovery bit of AMTRELAY and the kind of its relay in one octet (RFC 8777 §4.2.2), in text two numbers. */
export const discoveryAndType: FieldKind = {
  kind: 'discoveryAndType',
  measure: u8.measure,
  print: (rdata, at) => `${rdata.octets[at]! >> 7} ${rdata.octets[at]! & 0x7f}`,
  parse(reader, writer) {
    const discovery = takeNumber(reader, 1)
    writeU8(writer, (discovery << 7) | takeNumber(reader, 127))
  },
}

const GatewayType = { None: 0, Ipv4: 1, Ipv6: 2, Name: 3 } as const
const ADDRESS_LENGTHS: readonly number[] = [0, 4, 16]

function parseGateway(reader: RdataReader, writer: OctetWriter, type: number): void {
  if (type === GatewayType.Name) {
    parseName(reader, writer)
    return
  }
  const expected = EXPECTED[type]
  if (expected === undefined) fail(reader, peekToken(reader), 'a gateway type 0 to 3 before the gateway')
  const token = takeWord(reader, expected)
  if (type === GatewayType.None) {
    if (token.text !== '.') fail(reader, token, expected)
    return
  }
  const address = type === GatewayType.Ipv4 ? ipv4FromText(token.text) : ipv6FromText(token.text)
  writeOctets(writer, address ?? fail(reader, token, expected))
}

function takeNumber(reader: RdataReader, maximum: number): number {
  const expected = `a number 0 to ${maximum}`
  const token = takeWord(reader, expected)
  const value = integerFromText(token.text, maximum)
  return value < 0 ? fail(reader, token, expected) : value
}

const EXPECTED = ['. for gateway type 0', 'an IPv4 address for gateway type 1', 'an IPv6 address for gateway type 2']
