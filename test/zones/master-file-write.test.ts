import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalName, nameFromText, nameToText, ROOT } from '../../dns/name.ts'
import { RR_TYPES } from '../../dns/rr/registry.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { readZone } from '../../zones/master-file/read.ts'
import { MADE_HERE } from '../../zones/master-file/record.ts'
import { type PrintableRecord, relativeName, writeZone } from '../../zones/master-file/write.ts'
import { arbitraryName, arbitraryRdata } from '../dns/arbitrary-rdata.ts'
import { recordsOf } from '../helpers/table-records.ts'

const APEX = nameFromText('example.com.')

const RICH = new URL('rich.zone', import.meta.url).pathname
/** Types that may not stand anywhere, or not beside others. */
const CHOOSY = ['SOA', 'NS', 'CNAME', 'DNAME']
const TYPES = [...RR_TYPES.values()].filter(({ mnemonic, code }) => !CHOOSY.includes(mnemonic) && !MADE_HERE.has(code))

/** Names in and out of the zone, of any octets. */
const name = fc
  .tuple(arbitraryName(200), fc.constantFrom(ROOT, APEX, nameFromText('Example.COM.'), nameFromText('xexample.com.')))
  .map(([start, end]) => Uint8Array.from([...start.subarray(0, -1), ...end]))

const record = fc.tuple(arbitraryName(200), fc.constantFrom(...TYPES), fc.nat(3)).chain(([start, type, ttl]) =>
  arbitraryRdata(type).map((rdata) => {
    const owner = canonicalName(Uint8Array.from([...start.subarray(0, -1), ...APEX]))
    return { owner, type: type.code, ttl: ttl * 100, rdata }
  }),
)

function read(text: string, kind: 'base' | 'overlay' = 'overlay'): { records: PrintableRecord[]; problems: string[] } {
  const readFile = () => Buffer.from(text, 'latin1')
  const { table, problems } = readZone({ apex: APEX, path: 'printed', readFile, kind })
  return {
    records: [...recordsOf(table)],
    problems: problems.filter(({ severity }) => severity === 'error').map(formatProblem),
  }
}

function asText(records: readonly PrintableRecord[]): string[] {
  return records.map(
    ({ owner, type, ttl, rdata }) => `${nameToText(owner)} ${type} ${ttl} ${Buffer.from(rdata).toString('hex')}`,
  )
}

describe('a printed zone', () => {
  test('looks like one that a person wrote', () => {
    const { records } = read(
      '$TTL 3600\n@ SOA ns1 host 1 2 3 4 5\nns1 A 192.0.2.1\n@ NS ns1\n@ MX 10 mail.example.net.\n TXT "a b"\nlong-name.sub 60 AAAA ::1',
    )
    expect(writeZone(APEX, records).split('\n')).toEqual([
      '$ORIGIN example.com.',
      '$TTL 3600',
      '@                SOA  ns1 host 1 2 3 4 5',
      'ns1              A    192.0.2.1',
      '@                NS   ns1',
      '                 MX   10 mail.example.net.',
      '                 TXT  "a b"',
      'long-name.sub 60 AAAA ::1',
      '',
    ])
  })

  test('puts the SOA first and gives what was read, for a rich zone', () => {
    const readFile = (path: string) => readFileSync(path)
    const original = [...recordsOf(readZone({ apex: APEX, path: RICH, readFile, kind: 'base' }).table)]
    const printed = read(writeZone(APEX, original.toReversed()), 'base')
    expect(printed.problems).toEqual([])
    expect(asText(printed.records).sort()).toEqual(asText(original).sort())
    expect(printed.records[0]!.type).toBe(6)
  })

  test('gives any record of any type back', () => {
    fc.assert(
      fc.property(record, (original) => {
        const printed = read(writeZone(APEX, [original]))
        expect(printed.problems).toEqual([])
        expect(asText(printed.records)).toEqual(asText([original]))
      }),
      { numRuns: 2000 },
    )
  })

  test('of no records is empty', () => {
    expect(read(writeZone(APEX, []))).toEqual({ records: [], problems: [] })
  })
})

describe('relative names', () => {
  test('stand for the same octets', () => {
    fc.assert(
      fc.property(name, (original) => {
        fc.pre(original.length <= 255)
        const text = relativeName(original, APEX)
        expect(text === '@' ? APEX : nameFromText(text, APEX)).toEqual(original)
      }),
    )
  })

  test('are what people write', () => {
    const relative = (text: string, apex = 'example.com.') => relativeName(nameFromText(text), nameFromText(apex))
    expect(relative('www.example.com.')).toBe('www')
    expect(relative('example.com.')).toBe('@')
    expect(relative('www.Example.com.')).toBe('www.Example.com.')
    expect(relative('example.net.')).toBe('example.net.')
    expect(relative('com.', '.')).toBe('com.')
    expect(relative('.', '.')).toBe('.')
  })
})
