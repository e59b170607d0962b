import { describe, expect, test } from 'vitest'
import { readText } from './master-file-helpers.ts'

/** Records of a text that has no problems. */
function records(text: string, options: Parameters<typeof readText>[1] = {}): string[] {
  const read = readText(`$TTL 3600\n${text}`, options)
  expect(read.problems).toEqual([])
  return read.records
}

describe('$ORIGIN', () => {
  test('is absolute or relative to the one before, and need not lie in the zone', () => {
    const text =
      '$ORIGIN sub\na A 192.0.2.1\n$ORIGIN deep\n@ A 192.0.2.2\n$ORIGIN com.\nexample A 192.0.2.3\n$origin .\nexample.com NS x.net'
    expect(records(text)).toEqual([
      'a.sub.example.com. 3600 A 192.0.2.1',
      'deep.sub.example.com. 3600 A 192.0.2.2',
      'example.com. 3600 A 192.0.2.3',
      'example.com. 3600 NS x.net.',
    ])
  })
})

describe('$INCLUDE', () => {
  test('is relative to the including file; neither its origin nor its owner comes back', () => {
    const files = {
      'hosts/web.zone': 'a A 192.0.2.1\n$INCLUDE more.zone\n$ORIGIN gone\n$TTL 9',
      'hosts/more.zone': ' TXT more',
    }
    expect(records('first A 192.0.2.9\n$INCLUDE "hosts/web.zone" sub\n TXT back\nlast A 192.0.2.2', { files })).toEqual(
      [
        'first.example.com. 3600 A 192.0.2.9',
        'a.sub.example.com. 3600 A 192.0.2.1',
        'a.sub.example.com. 3600 TXT "more"',
        'first.example.com. 9 TXT "back"',
        'last.example.com. 9 A 192.0.2.2',
      ],
    )
  })

  test('the same file twice, with different origins', () => {
    expect(records('$INCLUDE x a\n$INCLUDE x b', { files: { x: '@ A 192.0.2.1' } })).toEqual([
      'a.example.com. 3600 A 192.0.2.1',
      'b.example.com. 3600 A 192.0.2.1',
    ])
  })

  test('a loop is an error where it closes', () => {
    const files = { a: '$INCLUDE b', b: '\n $TTL 1\n$INCLUDE a' }
    expect(readText('$INCLUDE a', { files }).problems).toContainEqual(
      expect.stringMatching(/^b:3:10: found an include loop of 2 files;.*"a"\.$/),
    )
    expect(readText('$INCLUDE zone').problems[0]).toMatch(/^zone:1:10: found a file that includes itself/)
  })

  test('too deep is an error', () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, `$INCLUDE f${i + 1}`]))
    expect(readText('$INCLUDE f0', { files }).problems[0]).toMatch(/^f15:1:10: found \$INCLUDE within 16 files/)
  })

  test('many files that include many files end', () => {
    const files = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`f${i}`, `$INCLUDE f${i + 1}\n`.repeat(4)]))
    expect(readText('$INCLUDE f0', { files: { ...files, f14: '' } }).problems[0]).toMatch(
      /found \$INCLUDE after 4096 files/,
    )
  })

  test('a missing file is an error where it is included', () => {
    expect(readText('\n$INCLUDE nowhere').problems).toEqual([
      'zone:2:10: found no file "nowhere"; expected a zone file. Create it or correct its name.',
    ])
  })
})

describe('$GENERATE', () => {
  test('puts the number of the range in the place of $', () => {
    expect(records('$GENERATE 1-3 host-$ A 192.0.2.$\n$GENERATE 0-4/2 $ 60 IN PTR h$.example.net.')).toEqual([
      'host-1.example.com. 3600 A 192.0.2.1',
      'host-2.example.com. 3600 A 192.0.2.2',
      'host-3.example.com. 3600 A 192.0.2.3',
      '0.example.com. 60 PTR h0.example.net.',
      '2.example.com. 60 PTR h2.example.net.',
      '4.example.com. 60 PTR h4.example.net.',
    ])
  })

  test.each([
    [`\${0,3}`, '026'],
    [`\${-20}`, '6'],
    [`\${+1,1,d}`, '27'],
    [`\${0,0,x}`, '1a'],
    [`\${0,4,X}`, '001a'],
    [`\${0,3,o}`, '032'],
    [`\${0,0,n}`, 'a.1'],
    [`\${0,7,n}`, 'a.1.0.0'],
    ['x$$', 'x\\$'],
    ['x\\$', 'x\\$'],
    ['a$b$', 'a26b26'],
  ])('%s for 26 is %s', (template, owner) => {
    expect(records(`$GENERATE 26-26 ${template} A 192.0.2.1`)).toEqual([`${owner}.example.com. 3600 A 192.0.2.1`])
  })

  test('upper case shows in RDATA', () => {
    expect(records(`$GENERATE 26-26 a TXT \${0,0,X} \${0,3,N}`)).toEqual(['a.example.com. 3600 TXT "1A" "A.1"'])
  })

  test('several tokens, a quoted string, and all of the RDATA quoted as in BIND', () => {
    expect(records('$GENERATE 5-5 a$ MX 10 m$\n$GENERATE 5-5 b$ TXT "x $"\n$GENERATE 5-5 c$ MX "10 m$"')).toEqual([
      'a5.example.com. 3600 MX 10 m5.example.com.',
      'b5.example.com. 3600 TXT "x 5"',
      'c5.example.com. 3600 MX 10 m5.example.com.',
    ])
  })

  test('65,536 records are the most', () => {
    expect(records('$GENERATE 0-65535 $ A 192.0.2.1')).toHaveLength(65_536)
    expect(readText('$GENERATE 0-65536 $ 1 A 192.0.2.1').problems).toEqual([
      expect.stringMatching(/^zone:1:11: found "0-65536", which makes 65537 records; expected at most 65536/),
    ])
  })
})
