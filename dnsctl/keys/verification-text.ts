import { type Column, count, fold, type Paper, printable, table } from '../../console/paper.ts'
import { shortName } from '../configuration.ts'
import { VERIFIED, type VerifiedAnswer } from './verify-answers.ts'

/** What was found of one zone. */
export interface Verification {
  /** Canonical text. */
  readonly zone: string
  /** Records of the key set. */
  readonly keys: number
  /** The ways by which validators come to it that were tried. */
  readonly entrances: readonly string[]
  /** No key of it is served: there is nothing to verify. */
  readonly isUnsigned: boolean
  readonly answers: readonly VerifiedAnswer[]
  readonly faults: readonly string[]
}

const COLUMNS: readonly Column[] = [{ title: 'ASKED' }, { title: 'OVER' }, ...VERIFIED.map((title) => ({ title }))]

/** Each zone: what was asked where, and what does not hold. */
export function verificationLines(paper: Paper, zones: readonly Verification[]): string[] {
  if (zones.length === 0) return ['Veil signs no zone here: `dnsctl zone list` shows how zones are signed.']
  return zones.flatMap((zone, index) => [...(index === 0 ? [] : ['']), ...zoneLines(paper, zone)])
}

function zoneLines(paper: Paper, zone: Verification): string[] {
  const { isUnsigned, answers, faults, keys, entrances } = zone
  const name = paper.bold(printable(shortName(zone.zone)))
  if (isUnsigned) return [`${name}: no key of it is served; there is nothing to verify.`]
  const lead = faults.length === 0 ? paper.good('everything verifies') : paper.bad(`${count(faults.length, 'fault')}`)
  const reached =
    entrances.length === 0
      ? 'no DS is known at the parent, so nobody validates it yet'
      : `${faults.length === 0 ? 'reached' : 'tried'} by ${entrances.map(printable).join(', ')}`
  return [
    ...fold(paper, `${name}: ${lead}; ${count(keys, 'key')}, ${reached}.`),
    ...table(paper, COLUMNS, rows(paper, answers)),
    ...faults.flatMap((fault) => fold(paper, printable(fault)).map(paper.bad)),
    ...(faults.length === 0
      ? []
      : fold(
          paper,
          `Next: \`dnsctl key explain ${printable(shortName(zone.zone))}\` says what is going on; veild’s log what it did last.`,
        )),
  ]
}

function rows(paper: Paper, answers: readonly VerifiedAnswer[]): string[][] {
  const byPlace = new Map<string, VerifiedAnswer[]>()
  for (const answer of answers) {
    const where = `${answer.place.address}@${answer.place.port} ${answer.via}`
    byPlace.set(where, [...(byPlace.get(where) ?? []), answer])
  }
  return [...byPlace].map(([where, own]) => [
    ...where.split(' '),
    ...own.map(({ fault }) => (fault === undefined ? paper.good('holds') : paper.bad('fails'))),
  ])
}
