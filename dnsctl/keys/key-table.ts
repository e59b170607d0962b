import { type Column, fold, type Paper, printable, table, textWidth } from '../../console/paper.ts'
import type { KeyRecord } from '../../keys/rollover/key-state.ts'
import { STATE_WORDS } from '../../keys/rollover/state-words.ts'
import type { ReportedKey, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { headlineOf } from './headline.ts'
import { DUTY_WORDS, keyName, RECORD_TITLES } from './words.ts'

const RECORDS: readonly KeyRecord[] = ['dnskey', 'krrsig', 'zrrsig', 'ds']

const COLUMNS: readonly Column[] = [
  { title: 'KEY' },
  { title: 'ALGORITHM' },
  { title: 'DUTY' },
  ...RECORDS.map((record) => ({ title: RECORD_TITLES[record] })),
]

/** What the table tells of a key. */
export type ListedKey = Pick<
  ReportedKey,
  'role' | 'keyTag' | 'algorithm' | 'mnemonic' | 'duty' | 'records' | 'isPrivate'
>

/** A zone with what is going on there, its keys, how far their records have spread, and alarms. */
export function rolloverTable(paper: Paper, report: RolloverReport): string[] {
  return [
    ...titleLines(paper, report.zone, headlineOf(report)),
    ...keyTable(paper, report.keys),
    ...report.alarms.flatMap((alarm) => fold(paper, `Alarm: ${printable(alarm)}`).map(paper.bad)),
  ]
}

/** The name of a zone and a line about it, folded. */
export function titleLines(paper: Paper, zone: string, line: string): string[] {
  const name = printable(shortName(zone))
  return fold(paper, `${paper.bold(name)}: ${line}`)
}

/** A row for each key; where the paper is narrow algorithms are numbers alone. */
export function keyTable(paper: Paper, keys: readonly ListedKey[]): string[] {
  const rowsWith = (isWide: boolean) => keys.map((key) => row(paper, key, isWide))
  const wide = table(paper, COLUMNS, rowsWith(true))
  const isWide = wide.every((line) => textWidth(line) <= paper.width)
  const narrow = COLUMNS.map((column) => (column.title === 'ALGORITHM' ? { title: 'ALG' } : column))
  const lines = isWide ? wide : table(paper, narrow, rowsWith(false))
  return keys.some(isElsewhere) ? [...lines, paper.dim(NOT_HERE)] : lines
}

/** Whether a key that there is has its private key elsewhere. */
function isElsewhere({ isPrivate, keyTag }: ListedKey): boolean {
  return !isPrivate && keyTag >= 0
}

const NOT_HERE = '* the private key is not here: it is kept offline, or belongs to another signer'

function row(paper: Paper, key: ListedKey, isWide: boolean): string[] {
  return [
    `${keyName(key)}${isElsewhere(key) ? ' *' : ''}`,
    isWide ? `${key.algorithm} ${printable(key.mnemonic)}` : String(key.algorithm),
    DUTY_WORDS[key.duty],
    ...RECORDS.map((record) => stateCell(paper, key, record)),
  ]
}

function stateCell(paper: Paper, key: ListedKey, record: KeyRecord): string {
  const state = key.records[record]?.state
  if (state === undefined) return ''
  const word = STATE_WORDS[state]
  if (state === 'hidden') return paper.dim(word)
  return state === 'omnipresent' ? paper.good(word) : paper.warn(word)
}
