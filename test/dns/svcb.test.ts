import { describe, expect, test } from 'vitest'
import { isRdataValid, rdataFromText, rdataToText } from '../../dns/rr/rdata.ts'
import { tokensOf } from '../../dns/rr/tokens.ts'

const SVCB = 64
const FOO_COM = '03666f6f076578616d706c6503636f6d00'
const FOO_ORG = '03666f6f076578616d706c65036f726700'

describe('RFC 9460 Appendix D', () => {
  test.each([
    ['0 foo.example.com.', `0000${FOO_COM}`],
    ['1 .', '000100'],
    ['16 foo.example.com. port=53', `0010${FOO_COM}000300020035`],
    ['1 foo.example.com. key667=hello', `0001${FOO_COM}029b000568656c6c6f`],
    ['1 foo.example.com. key667="hello\\210qoo"', `0001${FOO_COM}029b000968656c6c6fd2716f6f`],
    [
      '1 foo.example.com. ( ipv6hint="2001:db8::1,2001:db8::53:1" )',
      `0001${FOO_COM}0006002020010db800000000000000000000000120010db8000000000000000000530001`,
    ],
    [
      '1 example.com. ( ipv6hint="2001:db8:122:344::192.0.2.33" )',
      '0001076578616d706c6503636f6d000006001020010db80122034400000000c0000221',
    ],
    [
      '16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 )',
      `0010${FOO_ORG}0000000400010004000100090268320568332d313900040004c0000201`,
    ],
    ['16 foo.example.org. alpn="f\\\\\\\\oo\\\\,bar,h2"', `0010${FOO_ORG}0001000c08665c6f6f2c626172026832`],
    ['16 foo.example.org. alpn=f\\\\\\092oo\\092,bar,h2', `0010${FOO_ORG}0001000c08665c6f6f2c626172026832`],
  ])('%s', (text, wire) => {
    const rdata = fromText(text)
    expect(Buffer.from(rdata).toString('hex')).toBe(wire)
    expect(fromText(rdataToText(SVCB, rdata))).toEqual(rdata)
  })

  test.each([
    ['key123=abc key123=def', 'once'],
    ['mandatory', 'keys joined by commas'],
    ['alpn', 'protocol identifiers'],
    ['port', 'port number'],
    ['ipv4hint', 'IPv4'],
    ['ipv6hint', 'IPv6'],
    ['no-default-alpn=abc', 'no value'],
    ['mandatory=key123', '"mandatory" lists "key123"'],
    ['mandatory=mandatory', 'not "mandatory" itself'],
    ['mandatory=key123,key123 key123=abc', 'none twice'],
  ])('refuses %s', (params, reason) => {
    expect(() => fromText(`1 foo.example.com. ${params}`)).toThrow(reason)
  })
})

test.each([
  ['no-default-alpn', 'there must be "alpn"'],
  ['alpn=h2,,h3', 'protocol identifiers'],
  ['alpn="h\\\\2"', 'protocol identifiers'],
  ['key65536=x', 'a parameter'],
  ['key0667=x', 'a parameter'],
  ['bogus=x', 'a parameter'],
  ['"alpn=h2"', 'a parameter'],
  ['port=65536', 'port number'],
  ['key3="\\000"', 'port number'],
  ['ech=AQI', 'base64'],
  ['key9="\\999"', 'escapes'],
  ['key1="\\002h2" alpn=h2', 'once'],
  ['dohpath=/dns-query', 'URI template'],
  ['dohpath=dns-query{?dns}', 'URI template'],
])('refuses %s: %s', (params, reason) => {
  expect(() => fromText(`1 . ${params}`)).toThrow(reason)
})

test('keyNNNNN gives the wire of a key that has a mnemonic', () => {
  expect(fromText('1 . key1="\\002h2" key3="\\0005"')).toEqual(fromText('1 . alpn=h2 port=53'))
})

test('a quoted value may come as the token that follows key=, and only right behind it', () => {
  const tokens = [
    { text: '1', quoted: false, line: 1, column: 1 },
    { text: '.', quoted: false, line: 1, column: 3 },
    { text: 'alpn=', quoted: false, line: 1, column: 5 },
    { text: 'h2', quoted: true, line: 1, column: 10 },
  ]
  const source = (column: number) => {
    let at = 0
    const moved = tokens.map((token, index) => (index === 3 ? { ...token, column } : token))
    return { origin: undefined, next: () => moved[at++] }
  }
  expect(rdataFromText(SVCB, source(10))).toEqual(fromText('1 . alpn=h2'))
  expect(() => rdataFromText(SVCB, source(11))).toThrow('protocol identifiers')
})

test.each([
  ['keys not ascending', '000100 0003 0002 0035 0001 0003 026832'],
  ['a key twice', '000100 0003 0002 0035 0003 0002 0035'],
  ['a value longer than the RDATA', '000100 0003 0003 0035'],
  ['a port of three octets', '000100 0003 0003 003500'],
  ['an empty alpn identifier', '000100 0001 0001 00'],
  ['mandatory not ascending', '000100 0000 0004 0004 0001 0001 0003 026832 0004 0004 c0000201'],
])('wire with %s is malformed', (_, wire) => {
  expect(isRdataValid(SVCB, Buffer.from(wire.replaceAll(' ', ''), 'hex'))).toBe(false)
})

test('well-formed wire that is not consistent is valid and prints as generic RDATA', () => {
  const wire = Uint8Array.from(Buffer.from('0001000000000200 03'.replaceAll(' ', ''), 'hex'))
  expect(isRdataValid(SVCB, wire)).toBe(true)
  expect(rdataToText(SVCB, wire)).toMatch(/^\\#/)
  expect(fromText(rdataToText(SVCB, wire))).toEqual(wire)
})

function fromText(text: string): Uint8Array {
  return rdataFromText(SVCB, tokensOf(text))
}
