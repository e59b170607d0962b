import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { canonicalName, nameFromText, nameToText } from '../../dns/name.ts'
import { typeFromText, typeToText } from '../../dns/rr/registry.ts'
import { formatProblem } from '../../zones/file-problem.ts'
import { readZone } from '../../zones/master-file/read.ts'
import { MADE_HERE } from '../../zones/master-file/record.ts'
import { writeZone } from '../../zones/master-file/write.ts'
import type { RecordTable } from '../../zones/record-table.ts'
import { SAMPLES } from '../dns/samples.ts'
import { recordsOf } from '../helpers/table-records.ts'
import { missingBind, readByBind, type WireRecord } from './bind-raw-zone.ts'

const APEX = nameFromText('example.com.')
const RICH = new URL('rich.zone', import.meta.url).pathname
const HEAD = '$TTL 3600\n@ SOA ns1 hostmaster 1 2 3 4 5\n@ NS ns1\nns1 A 192.0.2.1\n'

/** Registered after BIND 9.18 or obsolete for it, or there already. */
const LEFT_OUT = ['NULL', 'MD', 'MF', 'CLA', 'IPN', 'SOA']

/** Samples BIND 9.18 does not read: a gateway without key, a service parameter registered later. */
const REFUSED_BY_BIND = ['10 2 0 2001:db8::8002', '1 . ohttp alpn=h2']

const REASON = missingBind()
const folder = mkdtempSync(join(tmpdir(), 'veil-oracle-'))
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach((context) => {
  if (REASON === undefined) return
  if (process.env.CI === 'true') throw new Error(REASON)
  console.warn(`SKIPPED: ${REASON}`)
  context.skip(REASON)
})

describe('BIND reads the same records', () => {
  test('from a file with every piece of syntax', () => {
    const ours = readByVeil(RICH)
    expect(ours.count).toBe(52)
    expect(lines(recordsOf(ours))).toEqual(lines(readByBind('example.com', RICH)))
  })

  test('from what we print of it', () => {
    const path = join(folder, 'printed.zone')
    writeFileSync(path, writeZone(APEX, recordsOf(readByVeil(RICH))), 'latin1')
    expect(lines(readByBind('example.com', path))).toEqual(lines(recordsOf(readByVeil(RICH))))
  })

  test.each(Object.keys(SAMPLES).filter((mnemonic) => !LEFT_OUT.includes(mnemonic) && !isMadeHere(mnemonic)))(
    'from samples of %s',
    (mnemonic) => {
      const samples = SAMPLES[mnemonic]!.filter((rdata) => !REFUSED_BY_BIND.includes(rdata))
      const text = samples.map((rdata, i) => `s${i} ${mnemonic} ${rdata}\n`).join('')
      const path = join(folder, `${mnemonic}.zone`)
      writeFileSync(path, HEAD + text, 'latin1')
      const ours = readByVeil(path)
      expect([...ours.types.subarray(0, ours.count)]).toContain(typeFromText(mnemonic))
      expect(lines(recordsOf(ours))).toEqual(lines(readByBind('example.com', path)))
    },
  )
})

function readByVeil(path: string): RecordTable {
  const { table, problems } = readZone({ apex: APEX, path, readFile: (name) => readFileSync(name), kind: 'base' })
  const errors = problems.filter(({ severity }) => severity === 'error')
  expect(errors.map(formatProblem)).toEqual([])
  return table
}

/** Sorted, one line a record, RDATA in hexadecimal. */
function lines(records: Iterable<WireRecord>): string[] {
  const texts = [...records].map(
    ({ owner, ttl, type, rdata }) =>
      `${nameToText(canonicalName(owner))} ${ttl} ${typeToText(type)} ${Buffer.from(rdata).toString('hex')}`,
  )
  return texts.sort()
}

function isMadeHere(mnemonic: string): boolean {
  return MADE_HERE.has(typeFromText(mnemonic)!)
}
