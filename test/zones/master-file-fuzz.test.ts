import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nameFromText, nameLength } from '../../dns/name.ts'
import { isRdataValid } from '../../dns/rr/rdata.ts'
import { type FileProblem, formatProblem } from '../../zones/file-problem.ts'
import { readZone } from '../../zones/master-file/read.ts'
import type { PrintableRecord } from '../../zones/master-file/write.ts'
import { recordsOf } from '../helpers/table-records.ts'

const APEX = nameFromText('example.com.')

const VALID = Buffer.from(`$TTL 1h
@ IN SOA ns1 hostmaster ( 2026112101 ; serial
  1d 2h 4w 1h )
  NS ns1
  MX 10 mail.example.com.
  TXT "v=spf1 mx -all" ( "b;c" d\\ e )
$ORIGIN sub
ns1.example.com. 300 IN AAAA 2001:db8::1
\\119ww A 192.0.2.1
x TYPE65280 \\# 4 0a000001
a HTTPS 1 . alpn="h2,h3" ipv4hint=192.0.2.1
$GENERATE 1-3/2 h\${0,3,x} A 10.0.0.$
$INCLUDE self other
d DNAME example.net.
c.d CNAME x
z NS ns.z
`)

/** Pieces that mean something to the reader. */
const PIECES = [
  '(',
  ')',
  '"',
  ';',
  '\\',
  '\n',
  '\r\n',
  ' ',
  '\t',
  '$',
  '@',
  '.',
  '$TTL',
  '$ORIGIN',
  '$INCLUDE self',
  '\0',
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from('$GENERATE 0-9 ${'), Buffer.from('\\# 3 '), Buffer.from('9'.repeat(30)), Buffer.from([0xff])])

const mutation = fc.record({
  at: fc.nat(VALID.length),
  cut: fc.oneof(fc.constant(0), fc.nat(8)),
  piece: fc.oneof(
    fc.constantFrom(...PIECES),
    fc.uint8Array({ maxLength: 3 }).map((octets) => Buffer.from(octets)),
  ),
})

const mutated = fc.array(mutation, { minLength: 1, maxLength: 6 }).map((mutations) =>
  mutations.reduce<Buffer>((octets, { at, cut, piece }) => {
    const place = Math.min(at, octets.length)
    return Buffer.concat([octets.subarray(0, place), piece, octets.subarray(place + cut)])
  }, VALID),
)

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(...PIECES),
      fc.constantFrom('a', 'A', 'IN', '300', 'SOA', 'NS').map((text) => Buffer.from(`${text} `)),
    ),
    {
      maxLength: 200,
    },
  )
  .map((pieces) => Buffer.concat(pieces))

function onlySelf(path: string, octets: Uint8Array): Uint8Array {
  if (path === 'self') return octets
  throw new Error(`no ${path}`)
}

/** Reads octets, which may include themselves, and checks what holds for any input. */
function readAnything(octets: Uint8Array, kind: 'base' | 'overlay'): void {
  const { table, problems } = readZone({ apex: APEX, path: 'self', readFile: (path) => onlySelf(path, octets), kind })
  expect(problems.length).toBeLessThanOrEqual(40)
  const lines = octets.reduce((count, octet) => count + (octet === 10 ? 1 : 0), 1)
  // One expectation for all, since a million of them would be what takes the time.
  const isPlaced = ({ line, column }: FileProblem) => line > 0 && line <= lines && column > 0
  const isSaid = (problem: FileProblem) => MESSAGE.test(formatProblem(problem))
  expect(problems.filter((problem) => !isPlaced(problem) || !isSaid(problem))).toEqual([])
  const isSound = ({ owner, type, ttl, rdata }: PrintableRecord) =>
    nameLength(owner, 0) === owner.length && ttl <= 0x7fffffff && isRdataValid(type, rdata)
  expect([...recordsOf(table)].filter((record) => !isSound(record))).toEqual([])
}

const MESSAGE = /^self:\d+:\d+: (warning: )?found [ -~\u00a0-\uffff]+; expected [ -~\u00a0-\uffff]+$/

describe('any input returns, with problems that stand in the file', () => {
  const kind = fc.constantFrom('base', 'overlay')

  test('random octets', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), kind, readAnything), { numRuns: 1000 })
  })

  test('syntax in any order', () => {
    fc.assert(fc.property(soup, kind, readAnything), { numRuns: 1500 })
  })

  test('a name of a file that the system cannot read, and speaks of', () => {
    readAnything(Buffer.from('$INCLUDE self\\\t'), 'base')
  })

  test('mutations of a valid file', () => {
    fc.assert(fc.property(mutated, kind, readAnything), { numRuns: 1500 })
  })

  test('every cut of a valid file', () => {
    for (let length = 0; length <= VALID.length; length++) readAnything(VALID.subarray(0, length), 'base')
  })
})

describe('time is bounded', () => {
  test.each([
    ['NUL octets', Buffer.alloc(2_000_000)],
    ['opening parentheses', Buffer.alloc(2_000_000, '(')],
    ['a line with an opening parenthesis each', Buffer.alloc(2_000_000, 'a ( b\n')],
    ['quotes', Buffer.alloc(2_000_001, '"')],
    ['backslashes', Buffer.alloc(2_000_001, '\\')],
    ['carriage returns', Buffer.alloc(2_000_000, '\r')],
    ['an escape at each line end', Buffer.alloc(2_000_000, 'a TXT "\\\n')],
    ['one endless line', Buffer.alloc(2_000_000, 'a')],
    ['one endless comment', Buffer.alloc(2_000_000, ';')],
    ['empty lines', Buffer.alloc(2_000_000, '\n')],
    [
      'one owner with many records',
      Buffer.from(`$TTL 1\n${Array.from({ length: 50_000 }, (_, i) => `a TXT ${i}`).join('\n')}`),
    ],
    ['one record many times', Buffer.from(`$TTL 1\n${'a A 192.0.2.1\n'.repeat(50_000)}`)],
    [
      'one owner with many types',
      Buffer.from(
        `$TTL 1\n${Array.from({ length: 50_000 }, (_, i) => `a TYPE${(i % 65_000) + 300} \\# 0`).join('\n')}`,
      ),
    ],
    [
      'deep names',
      Buffer.from(
        `$TTL 1\n${Array.from({ length: 2000 }, (_, i) => `${'a.'.repeat(110)}b${i} A 192.0.2.1`).join('\n')}\nx NS y.z.`,
      ),
    ],
  ])('%s', (_, octets) => {
    readAnything(octets, 'base')
  })
})
