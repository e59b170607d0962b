import { duration, labelled, type Paper, printable } from '../../console/paper.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RecordStatus } from '../../keys/rollover/key-state.ts'
import { STATE_WORDS } from '../../keys/rollover/state-words.ts'
import type { ReportedKey, RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { shortName } from '../configuration.ts'
import { awayFrom, second } from './times.ts'
import { stepText, waitTexts } from './wait-text.ts'
import { DUTY_WORDS, keyName, nameOfKey, RECORD_WORDS } from './words.ts'

/** All that may be told of one key, as seen at `now`. */
export function keyDetails(paper: Paper, report: RolloverReport, key: ReportedKey, now: number): string[] {
  const name = printable(shortName(report.zone))
  return [
    `${paper.bold(`${keyName(key)} of ${name}`)}, algorithm ${key.algorithm} (${printable(key.mnemonic)})`,
    '',
    ...labelled(paper, [
      ['duty', dutyText(report, key, now)],
      ['made', `${second(key.created)} (${awayFrom(now, key.created)})`],
      ['private key', privateText(key)],
      ['backup', backupText(key, now)],
    ]),
    '',
    ...labelled(
      paper,
      RECORDS_OF_ROLE[key.role].map((record) => [RECORD_WORDS[record], statusText(record, key.records[record], now)]),
    ),
    ...waitLines(paper, report, key, now),
  ]
}

function dutyText(report: RolloverReport, key: ReportedKey, now: number): string {
  const old = key.replaces === undefined ? '' : `, replaces ${nameOfKey(report.keys, key.replaces)}`
  const young = report.keys.find(({ replaces }) => replaces === key.id)
  const next = young === undefined ? '' : `, is replaced by ${keyName(young)}`
  const bad = key.isCompromised ? ', given up in an emergency' : ''
  return `${DUTY_WORDS[key.duty]} since ${second(key.dutySince)} (${awayFrom(now, key.dutySince)})${old}${next}${bad}`
}

function privateText({ isPrivate }: ReportedKey): string {
  return isPrivate ? 'here, sealed in the store' : 'not here: it is kept offline, or belongs to another signer'
}

function backupText({ isPrivate, backedUp }: ReportedKey, now: number): string {
  if (!isPrivate) return 'no matter of this server'
  return backedUp === undefined
    ? 'never written to one: `dnsctl key backup --to FILE` does it'
    : `${second(backedUp)} (${awayFrom(now, backedUp)})`
}

function statusText(record: KeyRecord, status: RecordStatus | undefined, now: number): string[] {
  if (status === undefined) return [STATE_WORDS.hidden]
  const { state, since, served, ttl, seen } = status
  const lead = `${STATE_WORDS[state]} since ${second(since)} (${awayFrom(now, since)})`
  if (state === 'hidden' || state === 'omnipresent') return [lead]
  const from = record === 'ds' ? seen?.at : served
  if (from === undefined) return [lead, record === 'ds' ? UNSEEN[state] : 'not all workers serve it so yet']
  const who = record === 'ds' ? SIGHTINGS[seen!.by] : 'when all workers served it so'
  return [lead, `caches may have it as before for ${duration(seen?.ttl ?? ttl)} from ${second(from)}, ${who}`]
}

const UNSEEN = {
  rumoured: 'not seen at every address of the parent yet',
  unretentive: 'still seen at some address of the parent',
} as const
const SIGHTINGS = {
  check: 'when all of the parent’s addresses showed it',
  operator: 'when an operator said so',
} as const

function waitLines(paper: Paper, report: RolloverReport, key: ReportedKey, now: number): string[] {
  const mine = waitTexts({ ...report, waits: report.waits.filter((wait) => wait.key === key.id) }, now)
  if (mine.length === 0) return []
  const rows = mine.flatMap(({ steps, reasons }) =>
    steps.map((step, index) => [stepText(report.keys, step), index === steps.length - 1 ? reasons : []] as const),
  )
  return ['', paper.bold('Waits'), ...rows.flatMap(([step, reasons]) => [`  ${step}`, ...indented(paper, reasons)])]
}

function indented(paper: Paper, reasons: readonly string[]): string[] {
  return reasons.flatMap((reason) => labelled(paper, [['', reason]], '  '))
}
