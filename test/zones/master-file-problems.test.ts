import { describe, expect, test } from 'vitest'
import { nameFromText } from '../../dns/name.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { readZone } from '../../zones/master-file/read.ts'
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

/** Problems where reading the file throws `error`. */
function readFailing(error: unknown): string[] {
  const readFile = () => {
    throw error
  }
  return readZone({ apex: nameFromText('example.com.'), path: 'zone', readFile, kind: 'base' }).problems.map(
    formatProblem,
  )
}

describe('errors name the place, what is there, what should be, and the way out', () => {
  test.each([
    [
      'www A 192.0.2.256',
      'zone:1:7: found "192.0.2.256"; expected an IPv4 address such as 192.0.2.1, in field "address" of A.',
    ],
    [
      'www A',
      'zone:1:6: found the end of the record; expected an IPv4 address such as 192.0.2.1, in field "address" of A.',
    ],
    ['www A 192.0.2.1 x', 'zone:1:17: found "x"; expected the end of the record, in A.'],
    [
      'www.example.org. A 192.0.2.1',
      'zone:1:1: found "www.example.org." outside the zone; expected a name at or below example.com. Move the record to the file of its own zone; or drop the dot at the end: such a name is completed with the origin.',
    ],
    [
      '$ORIGIN org.\nwww A 192.0.2.1',
      'zone:2:1: found "www", that is www.org., outside the zone; expected a name at or below example.com. The origin here is org.: look at the $ORIGIN above.',
    ],
    [
      'www AAAAA ::1',
      'zone:1:5: found "AAAAA"; expected a TTL, the class IN or a record type such as A, AAAA, MX or TXT. Did you mean AAAA?',
    ],
    [
      'www FOOBAR x',
      'zone:1:5: found "FOOBAR"; expected a TTL, the class IN or a record type such as A, AAAA, MX or TXT. Types without a mnemonic are written TYPE123.',
    ],
    [
      'A 192.0.2.1',
      'zone:1:3: found "192.0.2.1"; expected a TTL, the class IN or a record type. Write the type before the data. To go on with the owner above, begin the line with a blank.',
    ],
    [
      'www 3600x A 192.0.2.1',
      'zone:1:5: found "3600x"; expected a TTL, the class IN or a record type. A TTL is written in seconds, 3600, or with units, 1h30m.',
    ],
    [
      'www 2147483648 A 192.0.2.1',
      'zone:1:5: found "2147483648"; expected a TTL of at most 2147483647 seconds (RFC 2181 §8). A day (86400 or 1d) or a week (1w) is long already.',
    ],
    [
      'www 1 2 A 192.0.2.1',
      'zone:1:7: found a second TTL, "2"; expected a record type such as A, AAAA, MX or TXT. Remove one of the two.',
    ],
    [
      'www CH TXT x',
      'zone:1:5: found class "CH"; expected class IN. Write IN, or nothing: the Internet is the only class this server has.',
    ],
    [
      'www ANY x',
      'zone:1:5: found type "ANY", a type of questions and messages; expected a type of data. Remove the record: no zone can hold it (RFC 6895 §3.1).',
    ],
    [
      'www TXT "a',
      'zone:1:9: found a quote that is never closed; expected a closing " in the same line. Close the quote, or write \\" for a quote that is part of the text. Longer text: several quoted strings.',
    ],
    [
      'www TXT a )',
      'zone:1:11: found ")"; expected a "(" before it. Remove it, or quote it if it is text: ";", "(" and ")" have a meaning outside quotes.',
    ],
    [
      'a..b A 192.0.2.1',
      'zone:1:1: found "a..b"; expected a domain name. It has an empty label; remove the superfluous dot.',
    ],
    [
      ' A 192.0.2.1',
      'zone:1:2: found a record that begins with a blank, and none above it; expected an owner in the first column. Write the owner name, or "@" for the origin.',
    ],
    [
      'w\0w A 192.0.2.1',
      'zone:1:2: found a NUL octet (\\000); expected text. Remove it, or write it as \\DDD. Many of them: the file is not text (a zone that BIND wrote as raw becomes text by named-compilezone -f raw -F text), or not in ASCII or UTF-8.',
    ],
    [
      'www TXT a\\\x01',
      'zone:1:11: found a control character (\\001); expected text. Remove it, or write it as \\DDD. Many of them: the file is not text (a zone that BIND wrote as raw becomes text by named-compilezone -f raw -F text), or not in ASCII or UTF-8.',
    ],
    [
      'www A 192.0.2.1 \\',
      'zone:1:17: found a backslash at the end of the line; expected \\ and the character it protects, or \\DDD with three decimal digits. Write \\\\ for a backslash; records go on in the next line within parentheses.',
    ],
    [
      'sub SOA ns1 host 1 2 3 4 5',
      'zone:1:5: found an SOA record below the apex; expected SOA at example.com. only. A delegated zone has a file of its own with its SOA; here stand its NS and DS records.',
    ],
    [
      '*.sub NS ns1',
      'zone:1:7: found an NS record at a wildcard; expected NS at a name: RFC 4592 §4.2 leaves wildcard delegations undefined. Delegate each subdomain by its own NS records.',
    ],
    [
      '$FOO',
      'zone:1:1: found "$FOO"; expected $ORIGIN, $TTL, $INCLUDE or $GENERATE. An owner that begins with a dollar sign is written \\$….',
    ],
    ['$TTL 1x', 'zone:1:6: found "1x"; expected a TTL. A TTL is written in seconds, 3600, or with units, 1h30m.'],
    [
      '$GENERATE 1-3 h$ A 10.0.0.30$',
      'zone:1:20: found "10.0.0.301", made for the number 1; expected an IPv4 address such as 192.0.2.1, in field "address" of A.',
    ],
    [
      '\xff\xfew\0',
      'zone:1:1: found a file in UTF-16; expected ASCII or UTF-8. Save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE.',
    ],
  ])('%j', (text, expected) => {
    const lines = text.startsWith('$') || text.startsWith('\xff') ? text : `; \n${text}`
    const moved = lines === text ? expected : expected.replace(/^zone:1/, 'zone:2')
    expect(readText(lines.replace(/^; \n/, '$TTL 1\n')).problems).toEqual([moved])
  })

  test('a record without any TTL is said once', () => {
    expect(readText('a A 192.0.2.1\nb A 192.0.2.1\nc A 192.0.2.1').problems).toEqual([
      'zone:1:5: found no TTL in this A record, and no $TTL before it; expected a TTL. Write "$TTL 3600" at the top of the file, or a TTL before the type.',
    ])
  })

  test('text is shown as UTF-8, without control characters, and not at any length', () => {
    expect(problems(utf8('www A ü'))[0]).toContain('found "ü"')
    expect(problems(`www FOO${'x'.repeat(1000)}`)[0]!.length).toBeLessThan(250)
    expect(problems(`www A ${'x'.repeat(1000)}`)[0]!.length).toBeLessThan(250)
    expect(problems('www A \\\x9b31m')[0]).not.toContain('\x9b')
  })
})

describe('parsing goes on after an error', () => {
  test('in the next record, and up to maxProblems', () => {
    const text = Array.from({ length: 50 }, (_, i) => `h${i} A bad`).join('\n')
    expect(problems(text)).toHaveLength(20)
    expect(readText(text, { maxProblems: 3 }).problems.map((problem) => problem.slice(0, 8))).toEqual([
      'zone:1:6',
      'zone:2:6',
      'zone:3:6',
    ])
  })

  test('a refused owner is said once, not for each of its records', () => {
    expect(problems('a..b A 192.0.2.1\n A 192.0.2.2\n A 192.0.2.3\nwww A bad')).toEqual([
      expect.stringContaining('zone:5:1: found "a..b"'),
      expect.stringContaining('zone:8:7: found "bad"'),
    ])
  })

  test('an open parenthesis is reported where it opens, and what follows is still read', () => {
    const { problems, records } = readText('$TTL 1\n@ SOA ns1 host (\n 1 2 3 4 5\nwww A 192.0.2.1\nmail A bad')
    expect(problems).toEqual([
      'zone:2:16: found "(" that is never closed; expected its ")" at the end of the record. Close it: until then every line counts as part of this record.',
      expect.stringContaining('zone:5:8: found "bad"'),
    ])
    expect(records).toEqual(['www.example.com. 1 A 192.0.2.1'])
  })

  test('a broken record in parentheses does not spill over', () => {
    const { problems, records } = readText('$TTL 1\na MX ( x\n ; ) "\n "b)" y \\) z\n)\nwww A 192.0.2.1')
    expect(problems).toEqual([expect.stringContaining('zone:2:8: found "x"')])
    expect(records).toEqual(['www.example.com. 1 A 192.0.2.1'])
  })

  test('an open parenthesis is told in records that are left out, too', () => {
    const expected = expect.stringMatching(/^zone:2:[0-9]+: found "\(" that is never closed/)
    expect(readText('$TTL 1\na RRSIG x (\nwww A 192.0.2.1').problems).toContainEqual(expected)
    expect(readText('$TTL 1\na..b A 192.0.2.1\n A (\nwww A 192.0.2.1').problems).toHaveLength(2)
  })

  test('a quote left open ends with its line', () => {
    const { problems, records } = readText('$TTL 1\na TXT "b\nwww A 192.0.2.1')
    expect(problems).toHaveLength(1)
    expect(records).toEqual(['www.example.com. 1 A 192.0.2.1'])
  })

  test('problems stand in the order of the text, those of the whole zone included', () => {
    const lines = problems('b A 192.0.2.1\nb CNAME c\na A bad').map((problem) => problem.slice(0, 7))
    expect(lines).toEqual(['zone:6:', 'zone:7:'])
  })
})

describe('files that cannot be read', () => {
  test.each([
    ['ENOENT', 'zone:1:1: found no file "zone"; expected a zone file. Create it or correct its name.'],
    ['EACCES', 'zone:1:1: found "zone", which may not be read; expected a zone file. Let the server\'s user read it.'],
    ['EISDIR', 'zone:1:1: found "zone", a directory; expected a zone file. Name a file in it.'],
  ])('%s', (code, expected) => {
    const error = Object.assign(new Error('x'), { code })
    expect(readFailing(error)).toEqual([expected])
  })

  test('whatever is thrown', () => {
    expect(readFailing('disk on fire')).toEqual([
      'zone:1:1: found "zone", which cannot be read; expected a zone file. The system says: disk on fire.',
    ])
  })
})
