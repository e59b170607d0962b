import { count, fold, type Paper, printable } from '../../console/paper.ts'
import { algorithmOf } from '../../keys/algorithms.ts'
import type { ImportOutcome } from '../../keys/import-plan.ts'
import type { SigningConfiguration } from '../../server/configuration/types.ts'
import { shortName } from '../configuration.ts'
import { keyTable } from './key-table.ts'
import { keyName } from './words.ts'

/** What came of an import, or would. */
export interface ImportResult {
  readonly zone: string
  readonly outcomes: readonly ImportOutcome[]
  /** Key tags of keys that the zone has, and that retire. */
  readonly retiring: readonly number[]
  readonly isDryRun: boolean
  /** Whether a running server has taken them, and serves them. */
  readonly isServed: boolean
}

/** The import for a person. */
export function describeImport(paper: Paper, result: ImportResult): string[] {
  const { zone, outcomes, isDryRun } = result
  const name = printable(shortName(zone))
  const coming = outcomes.flatMap((outcome) => ('key' in outcome ? [outcome] : []))
  const keys = count(coming.length, 'key')
  const lead = isDryRun ? `Would import ${keys} of ${name}` : paper.good(`Imported ${keys} of ${name}`)
  const table = keyTable(
    paper,
    coming.map(({ key }) => ({
      ...key,
      mnemonic: algorithmOf(key.algorithm).mnemonic,
      isPrivate: key.privateKey !== undefined,
    })),
  )
  return [
    ...(coming.length === 0 ? [`There is nothing to import into ${name}.`] : [lead, '', ...table, '']),
    ...sources(coming).flatMap((line) => fold(paper, line)),
    ...outcomes.flatMap((outcome) => othersOf(outcome)).flatMap((line) => fold(paper, line)),
    ...(result.retiring.length === 0 ? [] : fold(paper, retiringLine(result))),
    ...(coming.length === 0 ? [] : fold(paper, nextLine(result, name))),
  ]
}

/** What may come as a surprise, for standard error. */
export function importNotes(outcomes: readonly ImportOutcome[], signing: SigningConfiguration): string[] {
  const added = outcomes.flatMap((outcome) => (outcome.kind === 'new' && !outcome.key.isForeign ? [outcome.key] : []))
  const { algorithms, keys } = signing
  const other = [...new Set(added.map(({ algorithm }) => algorithm))].filter((each) => !algorithms.includes(each))
  const configured = algorithms.join(' and ')
  return [
    ...other.map(
      (algorithm) =>
        `The configuration has zones signed with algorithm ${configured}: veild begins to roll from ${algorithm} to that as soon as it has these keys. To stay: \`algorithm: ${algorithm}\` under \`dnssec:\` of the zone.`,
    ),
    ...(added.some(({ role }) => role === 'csk') && !keys.isCombined
      ? [
          'The configuration wants a KSK and a ZSK: veild begins to replace the combined key by both as soon as it has it. To keep it: `keys: { combined: true }` under `dnssec:` of the zone.',
        ]
      : []),
    ...(added.length > 0
      ? [
          'From now on nobody else may roll these keys: switch off what did, and what signs with them once veild serves the zone.',
        ]
      : []),
  ]
}

function sources(coming: readonly Extract<ImportOutcome, { key: unknown }>[]): string[] {
  const ofKind = (source: string) =>
    coming.flatMap((outcome) => (outcome.kind === 'new' && outcome.source === source ? [keyName(outcome.key)] : []))
  return (Object.entries(SOURCES) as [string, string][]).flatMap(([source, words]) => {
    const names = ofKind(source)
    return names.length === 0 ? [] : [`${words} ${names.join(', ')}.`]
  })
}

/** Where states come from, in front of names of keys. */
const SOURCES = {
  'state file': 'By BIND’s state files:',
  'Knot DNS': 'By the timers of Knot DNS:',
  times: 'By the times in their files:',
  claim: 'Nothing says how far these have spread, so all may be in caches, and the DS at the parent:',
} as const

function othersOf(outcome: ImportOutcome): string[] {
  const name = keyName(outcome.given)
  switch (outcome.kind) {
    case 'present':
      return [`${name} is there already.`]
    case 'unused':
      return [`${name} is left out: ${outcome.why}.`]
    case 'completed':
      return [`${name} was there without its private key, and has it now.`]
    default:
      return []
  }
}

function retiringLine({ retiring, isDryRun }: ImportResult): string {
  return `${isDryRun ? 'Would retire' : 'Retiring'}, step by step: ${retiring.join(', ')}.`
}

function nextLine({ isDryRun, isServed }: ImportResult, name: string): string {
  if (isDryRun) return 'Nothing was changed; the same command without `--dry-run` does it.'
  const backup = 'then `dnsctl key backup`, and delete the files that the keys came in'
  if (isServed) return `Next: \`dnsctl key list ${name}\` shows how they go on; ${backup}.`
  return `Next: start veild, which publishes them; ${backup}.`
}
