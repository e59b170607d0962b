import { describe, expect, test } from 'vitest'
import { readText, utf8 } from './master-file-helpers.ts'

const BASE = `$TTL 3600
@ SOA ns1 hostmaster 1 1d 2h 4w 1h
@ NS ns1
ns1 A 192.0.2.1
`

/** Problems of a whole zone with these records, which start in line 5. */
function problems(text: string): string[] {
  return readText(BASE + text, { kind: 'base' }).problems
}

describe('the zone as a whole', () => {
  test('nothing is wrong with the base of these tests', () => expect(problems('')).toEqual([]))

  test('SOA and NS of a base, not of an overlay', () => {
    expect(readText('$TTL 1\nwww A 192.0.2.1', { kind: 'base' }).problems).toEqual([
      'zone:1:1: found no SOA record of example.com.; expected one, for every zone has it (RFC 1035 §5.2). Add, for example: example.com. SOA ns1 hostmaster 1 1d 2h 4w 1h',
      'zone:1:1: found no NS record of example.com.; expected the name servers of the zone (RFC 1035 §5.2). Add one NS record for each of them, for example: example.com. NS ns1',
    ])
    expect(readText('$TTL 1\nwww A 192.0.2.1', { kind: 'overlay' }).problems).toEqual([])
  })

  test.each([
    ['www A 192.0.2.1\nwww CNAME x', /^zone:6:1: found www\.example\.com\. CNAME beside A of the same name \(line 5\)/],
    ['www CNAME x\nWWW CNAME y', /^zone:6:1: found a second CNAME record of www\.example\.com\., after line 5/],
    ['www DNAME x\nwww DNAME y', /^zone:6:1: found a second DNAME record/],
    ['@ SOA ns1 host 2 3 4 5 6', /^zone:5:1: found a second SOA record of example\.com\., after line 2/],
    ['sub NS ns1\nsub DNAME x', /^zone:6:1: found sub\.example\.com\. DNAME beside NS of the same name \(line 5\)/],
  ])('error: %j', (text, expected) => expect(problems(text)).toEqual([expect.stringMatching(expected)]))

  test.each([
    [
      'www A 192.0.2.1\nwww 3600 A 192.0.2.1',
      /^zone:6:1: warning: found www\.example\.com\. A, the same record as in line 5/,
    ],
    ['www MX 1 A.net.\nwww MX 1 a.NET.', /^zone:6:1: warning: found .* the same record/],
    [
      'www A 192.0.2.1\nwww 60 A 192.0.2.2',
      /^zone:6:1: warning: found TTLs 3600 \(line 5\) and 60 in the RRset .* The lowest, 60, is used/,
    ],
    [
      'sub NS x.net.\nwww.sub A 192.0.2.1',
      /^zone:6:1: warning: found www\.sub\.example\.com\. A, which the NS record of sub\.example\.com\. \(line 5\) hides/,
    ],
    ['sub NS x.net.\nsub TXT a', /^zone:6:1: warning: found sub\.example\.com\. TXT, which the NS record/],
    [
      'sub DNAME x.net.\na.b.sub TXT a',
      /^zone:6:1: warning: found a\.b\.sub\.example\.com\. TXT, which the DNAME record of sub\.example\.com\./,
    ],
    [
      '@ MX 1 www\nwww CNAME x.net.',
      /^zone:5:1: warning: found example\.com\. MX with the target www\.example\.com\., an alias \(CNAME in line 6\).*Write the name the alias leads to, x\.net\.\.$/,
    ],
    ['_x._tcp SRV 1 1 1 www\nwww CNAME x.net.', /^zone:5:1: warning: .*RFC 2782/],
    [
      '@ NS ns2',
      /^zone:5:1: warning: found example\.com\. NS with the target ns2\.example\.com\., which has no address here; expected A or AAAA of ns2\.example\.com\./,
    ],
    ['sub NS ns.sub', /^zone:5:1: warning: .* expected glue: A or AAAA of ns\.sub\.example\.com\./],
    ['www.example.com A 192.0.2.1', /^zone:5:1: warning: found the owner www\.example\.com\.example\.com\./],
    [
      '@ MX 10 mail.example.com',
      /^zone:5:1: warning: found example\.com\. MX with the target mail\.example\.com\.example\.com\./,
    ],
    [
      utf8('bücher A 192.0.2.1'),
      /^zone:5:1: warning: found "bücher", a name with letters beyond ASCII; expected the A-label form/,
    ],
  ])('warning: %j', (text, expected) => expect(problems(text)).toEqual([expect.stringMatching(expected)]))

  test.each([
    'sub NS ns.sub\nns.sub A 192.0.2.1\nsub DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000',
    'sub NS sub\nsub AAAA ::1',
    'a NS ns.b\nb NS ns.b\nns.b A 192.0.2.1',
    '*.ns A 192.0.2.1\nsub NS a.ns',
    'www A 192.0.2.1\n TXT a\n MX 0 .',
  ])('nothing is wrong with %j', (text) => expect(problems(text)).toEqual([]))

  test('the DNAME of the apex hides all other names', () => {
    expect(problems('@ DNAME x.net.\nwww A 192.0.2.1')).toContainEqual(
      expect.stringMatching(
        /^zone:6:1: warning: found www\.example\.com\. A, which the DNAME record of example\.com\./,
      ),
    )
  })

  test('the TTL of a duplicate that goes still counts where it is the lowest', () => {
    for (const text of ['www 60 A 192.0.2.1\nwww 300 A 192.0.2.1', 'www 300 A 192.0.2.1\nwww 60 A 192.0.2.1']) {
      const { records } = readText(BASE + text, { kind: 'base' })
      expect(records.filter((record) => record.startsWith('www'))).toEqual(['www.example.com. 60 A 192.0.2.1'])
    }
  })

  test('duplicates go and the lowest TTL stays', () => {
    expect(readText('a 9 A 192.0.2.1\nb 9 A 192.0.2.1\na 7 A 192.0.2.2\na 8 A 192.0.2.1').records).toEqual([
      'a.example.com. 7 A 192.0.2.1',
      'b.example.com. 9 A 192.0.2.1',
      'a.example.com. 7 A 192.0.2.2',
    ])
  })

  test('DNSSEC records are left out with one warning', () => {
    const text =
      'a RRSIG whatever it is (\n)\na NSEC b A\n@ DNSKEY 257 3 13 AAAA\na TYPE46 \\# 0\na A 192.0.2.1\nsub NS x.net.\nsub DS 1 13 2 (\n0000000000000000000000000000000000000000000000000000000000000000 )'
    const read = readText(BASE + text, { kind: 'base' })
    expect(read.problems).toEqual([
      'zone:5:1: warning: found 4 DNSSEC records (RRSIG, NSEC, DNSKEY), the first here; expected an unsigned zone. They are left out, for they would not fit what each view sees. Give Veil the unsigned file; or have this one served as it is, by "dnssec: presigned".',
    ])
    expect(read.records.map((line) => line.split(' ')[2])).toEqual(['SOA', 'NS', 'A', 'A', 'NS', 'DS'])
  })

  test('warnings are bounded like errors and do not end the reading', () => {
    const text = Array.from({ length: 100 }, (_, i) => `sub${i} NS ns.sub${i}\n`).join('')
    const read = readText(BASE + text, { kind: 'base' })
    expect(read.problems).toHaveLength(20)
    expect(read.records).toHaveLength(103)
  })
})
