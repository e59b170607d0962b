import { describe, expect, test } from 'vitest'
import { readText, utf8 } from './master-file-helpers.ts'

/** Records of a text that has no problems. */
function records(text: string, options: Parameters<typeof readText>[1] = {}): string[] {
  const read = readText(`$TTL 3600\n${text}`, options)
  expect(read.problems).toEqual([])
  return read.records
}

describe('owners (RFC 1035 §5.1)', () => {
  test('relative names are completed with the origin, absolute ones are not', () => {
    expect(records('www A 192.0.2.1\nmail.example.com. A 192.0.2.2')).toEqual([
      'www.example.com. 3600 A 192.0.2.1',
      'mail.example.com. 3600 A 192.0.2.2',
    ])
  })

  test('@ is the origin, in owners and in RDATA', () => {
    expect(records('@ MX 10 @')).toEqual(['example.com. 3600 MX 10 example.com.'])
  })

  test('a blank first column repeats the owner, across comments and empty lines', () => {
    expect(records('www A 192.0.2.1\n; comment\n\n \t\n\tA 192.0.2.2 ; another')).toEqual([
      'www.example.com. 3600 A 192.0.2.1',
      'www.example.com. 3600 A 192.0.2.2',
    ])
  })

  test('owners are lower-cased, RDATA keeps its case', () => {
    expect(records('WWW CNAME Web.Example.COM.')).toEqual(['www.example.com. 3600 CNAME Web.Example.COM.'])
  })

  test('mnemonics and numbers are owners like any other in the first column', () => {
    expect(records('A A 192.0.2.1\nIN IN A 192.0.2.2\n300 300 A 192.0.2.3')).toEqual([
      'a.example.com. 3600 A 192.0.2.1',
      'in.example.com. 3600 A 192.0.2.2',
      '300.example.com. 300 A 192.0.2.3',
    ])
  })

  test('escapes \\DDD and \\X put any octet into a label', () => {
    expect(records('a\\.b A 192.0.2.1\n\\087\\000 A 192.0.2.2\n\\$x A 192.0.2.3\n\\@ A 192.0.2.4')).toEqual([
      'a\\.b.example.com. 3600 A 192.0.2.1',
      'w\\000.example.com. 3600 A 192.0.2.2',
      '\\$x.example.com. 3600 A 192.0.2.3',
      '\\@.example.com. 3600 A 192.0.2.4',
    ])
  })

  test('names of 255 octets and labels of 63 are the longest', () => {
    const label = 'a'.repeat(63)
    const longest = `${label}.${label}.${label}.${'b'.repeat(49)}`
    expect(records(`${longest} A 192.0.2.1`)).toEqual([`${longest}.example.com. 3600 A 192.0.2.1`])
    expect(readText(`$TTL 1\n${longest}b A 192.0.2.1`).problems).toHaveLength(1)
    expect(readText(`$TTL 1\n${label}a A 192.0.2.1`).problems).toHaveLength(1)
  })

  test('the root zone', () => {
    expect(records('. NS a.root-servers.net.\ncom NS a.gtld-servers.net.', { apex: '.' })).toEqual([
      '. 3600 NS a.root-servers.net.',
      'com. 3600 NS a.gtld-servers.net.',
    ])
  })
})

describe('TTL and class', () => {
  test('come in either order, each or none', () => {
    expect(
      records('a 1 IN A 192.0.2.1\nb IN 2 A 192.0.2.1\nc in A 192.0.2.1\nd 4 A 192.0.2.1\ne CLASS1 5 A 192.0.2.1'),
    ).toEqual([
      'a.example.com. 1 A 192.0.2.1',
      'b.example.com. 2 A 192.0.2.1',
      'c.example.com. 3600 A 192.0.2.1',
      'd.example.com. 4 A 192.0.2.1',
      'e.example.com. 5 A 192.0.2.1',
    ])
  })

  test('units of time', () => {
    expect(records('a 1w2d3h4m5s A 192.0.2.1\nb 1H30 A 192.0.2.1\nc 0 A 192.0.2.1\nd 2147483647 A 192.0.2.1')).toEqual([
      'a.example.com. 788645 A 192.0.2.1',
      'b.example.com. 3630 A 192.0.2.1',
      'c.example.com. 0 A 192.0.2.1',
      'd.example.com. 2147483647 A 192.0.2.1',
    ])
  })

  test('$TTL holds for what follows, whatever TTLs stand between (RFC 2308 §4)', () => {
    expect(records('a A 192.0.2.1\nb 7 A 192.0.2.1\nc A 192.0.2.1\n$TTL 1h\n$ttl 9\nd A 192.0.2.1')).toEqual([
      'a.example.com. 3600 A 192.0.2.1',
      'b.example.com. 7 A 192.0.2.1',
      'c.example.com. 3600 A 192.0.2.1',
      'd.example.com. 9 A 192.0.2.1',
    ])
  })

  test('without $TTL the last TTL holds (RFC 1035 §5.1)', () => {
    expect(readText('a 7 A 192.0.2.1\nb A 192.0.2.1\nc 8 TXT x\nd A 192.0.2.1')).toMatchObject({
      problems: [],
      records: [
        'a.example.com. 7 A 192.0.2.1',
        'b.example.com. 7 A 192.0.2.1',
        'c.example.com. 8 TXT "x"',
        'd.example.com. 8 A 192.0.2.1',
      ],
    })
  })

  test('without any the minimum of the SOA holds, with a warning', () => {
    const read = readText('@ SOA ns1 host 1 2 3 4 555\n@ NS ns1\nns1 A 192.0.2.1', { kind: 'base' })
    expect(read.records.map((line) => line.split(' ')[1])).toEqual(['555', '555', '555'])
    expect(read.problems).toEqual([expect.stringMatching(/^zone:1:24: warning: found no \$TTL.*"\$TTL 555"/)])
  })
})

describe('the text', () => {
  test('parentheses join lines, with comments between', () => {
    const text =
      '@ SOA ns1 host ( ; begin\n 1 ; serial\n 2 ( 3\n) 4\n\n 5 ) ; end\nwww A ( 192.0.2.1 )\n( x ) A 192.0.2.2'
    expect(records(text)).toEqual([
      'example.com. 3600 SOA ns1.example.com. host.example.com. 1 2 3 4 5',
      'www.example.com. 3600 A 192.0.2.1',
      'x.example.com. 3600 A 192.0.2.2',
    ])
  })

  test('quotes keep blanks, semicolons and parentheses', () => {
    expect(records('a TXT "b ; ( c" d "" "e\\"f\\\\" g\\ h')).toEqual([
      'a.example.com. 3600 TXT "b ; ( c" "d" "" "e\\"f\\\\" "g h"',
    ])
  })

  test('adjacent quoted strings are strings of their own', () => {
    expect(records('a TXT "b""c"')).toEqual(['a.example.com. 3600 TXT "b" "c"'])
  })

  test('quoted values of service parameters (RFC 9460 §2.1)', () => {
    expect(records('a HTTPS 1 . alpn="h2,h3" port=8443')).toEqual([
      'a.example.com. 3600 HTTPS 1 . alpn="h2,h3" port=8443',
    ])
  })

  test('CRLF, tabs, no newline at the end, a byte order mark', () => {
    expect(
      readText(`${utf8('\ufeff')}$TTL 60\r\n\r\na\tA\t192.0.2.1 ; x\r\n\tTXT\t( "b"\r\n c )\r\nb A 192.0.2.2\r`),
    ).toMatchObject({
      problems: [],
      records: ['a.example.com. 60 A 192.0.2.1', 'a.example.com. 60 TXT "b" "c"', 'b.example.com. 60 A 192.0.2.2'],
    })
  })

  test('UTF-8 in strings stays as it is', () => {
    expect(records(utf8('a TXT "ü"'))).toEqual(['a.example.com. 3600 TXT "\\195\\188"'])
  })

  test('an overlay may be empty, or comments only', () => {
    for (const text of ['', '\n', ' ', ';', '; x\n ; y', '()\n( )'])
      expect(readText(text)).toMatchObject({ problems: [] })
  })
})

describe('unknown types (RFC 3597)', () => {
  test('TYPE and \\# for any type, CLASS1 for IN', () => {
    const text =
      'a CLASS1 TYPE65280 \\# 4 0a0000 01\nb TYPE1 \\# 4 0A000001\nc A \\# 4 0a000001\nd TYPE65281 \\# 0\ne TYPE1 192.0.2.1'
    expect(records(text).map((line) => line.toLowerCase())).toEqual([
      'a.example.com. 3600 type65280 \\# 4 0a000001',
      'b.example.com. 3600 a 10.0.0.1',
      'c.example.com. 3600 a 10.0.0.1',
      'd.example.com. 3600 type65281 \\# 0',
      'e.example.com. 3600 a 192.0.2.1',
    ])
  })
})
