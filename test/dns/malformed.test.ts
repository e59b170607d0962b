import { expect, test } from 'vitest'
import { isRdataValid, rdataFromText, rdataFromWire, rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { RdataError, tokensOf } from '../../dns/rr/tokens.ts'

const NORTH_POLE = '934fd900'
const BEYOND_NORTH_POLE = '934fd901'

test.each([
  ['NSEC', '00 0001', 'a window without its bitmap'],
  ['NSEC', '00 000140 000120', 'a window twice'],
  ['NSEC', '00 010140 000140', 'windows not ascending'],
  ['NSEC', `00 0021 ${'01'.repeat(33)}`, 'a bitmap of 33 octets'],
  ['NSEC', '00 0000', 'a bitmap of no octets'],
  ['NSEC', '00 00024000', 'a trailing zero octet in a bitmap'],
  ['NSEC', '00', 'no type at all'],
  ['NSEC', 'c000 000140', 'a compressed name'],
  ['LOC', `01121613 ${NORTH_POLE} 80000000 00989680`, 'a version other than 0'],
  ['LOC', `00121613 ${BEYOND_NORTH_POLE} 80000000 00989680`, 'a latitude beyond the pole'],
  ['LOC', '00121613 80000000 a69fb201 00989680', 'a longitude beyond 180 degrees'],
  ['LOC', `00a21613 ${NORTH_POLE} 80000000 00989680`, 'a size with a digit above 9'],
  ['LOC', `001a1613 ${NORTH_POLE} 80000000 00989680`, 'a size with a power above 9'],
  ['APL', '00011802c000', 'a trailing zero octet in an address'],
  ['APL', '00012101c0', 'a prefix of 33 bits of IPv4'],
  ['APL', '00011805c000020101', 'an IPv4 address of 5 octets'],
  ['APL', '00011803c000', 'an address cut short'],
  ['CAA', '00 00 78', 'an empty tag'],
  ['CAA', '00 02 612d 78', 'a tag with a hyphen'],
  ['TXT', '', 'no string'],
  ['TXT', '03 6162', 'a string cut short'],
  ['HIP', '00 02 0001 01', 'an identity tag of no octets'],
  ['HIP', '01 02 0000 01', 'a key of no octets'],
  ['IPSECKEY', '0a 04 02 00', 'a gateway of an unknown kind'],
  ['IPSECKEY', '0a 01 02 c00002', 'a gateway cut short'],
  ['NSEC3', '01 00 0000 00 00', 'a hash of no octets'],
  ['ZONEMD', `00000001 01 01 ${'00'.repeat(11)}`, 'a digest of 11 octets'],
  ['DS', '0001 0d 02', 'a digest of no octets'],
  ['URI', '0001 0001', 'an empty target'],
  ['MX', '000a 40', 'a label length above 63'],
])('%s %s is malformed: %s', (mnemonic, digits) => {
  const type = typeFromText(mnemonic)!
  const wire = Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))
  expect(isRdataValid(type, wire)).toBe(false)
  expect(rdataFromWire(type, wire, 0, wire.length)).toBeUndefined()
  expect(rdataToText(type, wire)).toMatch(/^\\#/)
  expect(() => rdataFromText(type, tokensOf(rdataToText(type, wire)))).toThrow(RdataError)
})

test('the pole itself is a latitude', () => {
  const wire = Buffer.from(`00121613${NORTH_POLE}8000000000989680`, 'hex')
  expect(rdataToText(29, wire)).toBe('90 0 0.000 N 0 0 0.000 E 0.00m 1m 10000m 10m')
})

test.each([
  ['DNSKEY', '257 3 13 AQID====', 'padding of four'],
  ['DNSKEY', '257 3 13 AQ', 'missing padding'],
  ['DNSKEY', '257 3 13 AR==', 'bits behind the last octet'],
  ['DNSKEY', '257 3 13 A-ID', 'the other alphabet'],
  ['NSEC3', '1 0 0 - 0P9MHAVEQVM6T7VBL5LOP2U3T2RP3TP', 'bits behind the last octet'],
  ['NSEC3', '1 0 0 - W000', 'a letter beyond V'],
  ['NSEC3', '1 0 0 abc 00', 'half an octet of salt'],
  ['TLSA', '3 1 1 0x00', 'a prefix'],
  ['NSAP', '4700', 'no prefix'],
  ['LOC', '52 60 N 0 E 0m', 'minute 60'],
  ['LOC', '52 0 60 N 0 E 0m', 'second 60'],
  ['LOC', '181 E 0 N 0m', 'axes the wrong way round'],
  ['EUI48', '00-00-5e-00-53', 'five octets'],
  ['L64', '10 2001:db8:1140:1000:1', 'five groups'],
  ['NID', '10 1::2', 'an abbreviation'],
  ['SOA', 'a. b. 1 2 3 4 5x', 'an unknown unit'],
  ['SOA', 'a. b. 1 2 3 4 7102w', 'more than 32 bits of seconds'],
  ['SOA', 'a. b. 4294967296 2 3 4 5', 'more than 32 bits'],
  ['WKS', '192.0.2.1 tcp smtp', 'a service by name'],
  ['APL', '3:192.0.2.0/24', 'an unknown family'],
  ['IPN', '18446744073709551616', 'more than 64 bits'],
  ['NSEC', 'a. "A"', 'a quoted type'],
])('%s %s is refused: %s', (mnemonic, text) => {
  expect(() => rdataFromText(typeFromText(mnemonic)!, tokensOf(text))).toThrow(RdataError)
})
