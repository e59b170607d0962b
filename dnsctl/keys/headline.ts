import type { WaitReason } from '../../keys/rollover/step.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { type Roll, rollsOf } from './rolls.ts'
import { day, minute } from './times.ts'
import { keyName } from './words.ts'

/** One line about a zone’s keys: what is going on, what it waits for, or when something will. */
export function headlineOf(report: RolloverReport): string {
  const rolls = rollsOf(report)
  if (rolls.length === 0 && report.goal === 'secure') return settledLine(report)
  const what = report.goal === 'insecure' ? 'going insecure' : rollsInShort(rolls).join('; ')
  const waits = waitInShort(report)
  return waits === undefined ? what : `${what}; ${waits}`
}

/** `ksk 20331 → 7714`, then what comes and what goes. */
function rollsInShort(rolls: readonly Roll[]): string[] {
  const names = (is: (roll: Single) => boolean) =>
    rolls.flatMap((roll) => (roll.kind !== 'replace' && is(roll) ? [keyName(roll.key)] : []))
  return [
    ...rolls.flatMap((roll) => (roll.kind === 'replace' ? [replacement(roll)] : [])),
    ...sentence(
      names(({ kind, key }) => kind === 'arrive' && key.duty === 'active'),
      'comes',
      'come',
      'into use',
    ),
    ...sentence(
      names(({ kind, key }) => kind === 'arrive' && key.duty !== 'active'),
      'gets',
      'get',
      'ready to stand by',
    ),
    ...sentence(
      names(({ kind }) => kind === 'leave'),
      'is',
      'are',
      'going',
    ),
  ]
}

type Single = Exclude<Roll, { readonly kind: 'replace' }>

function replacement({ old, young }: Extract<Roll, { readonly kind: 'replace' }>): string {
  const pair = `${keyName(old)} → ${old.role === young.role ? young.keyTag : keyName(young)}`
  return old.algorithm === young.algorithm ? pair : `${pair} of algorithm ${young.algorithm}`
}

function sentence(names: readonly string[], singular: string, plural: string, rest: string): string[] {
  if (names.length === 0) return []
  const all = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return [`${all} ${names.length === 1 ? singular : plural} ${rest}`]
}

function settledLine({ upcoming, isPaused, keys }: RolloverReport): string {
  const paused = isPaused ? 'paused; ' : ''
  const next = [...upcoming].sort((a, b) => a.at - b.at)[0]
  if (next === undefined) return `${paused}no roll is going on`
  const { change } = next
  const role = change.kind === 'make' ? change.role : keys.find(({ id }) => id === change.key)?.role
  return `${paused}no roll is going on; the next ${role ?? 'key'} roll begins ${day(next.at)}`
}

/** What holds the rollover up, the reasons that somebody can do something about first; undefined: nothing does. */
function waitInShort({ waits, transitions, isPaused, clock, zone }: RolloverReport): string | undefined {
  if (isPaused) return 'paused'
  if (clock !== undefined) return 'held, for the clock is not to be trusted'
  const kinds = new Set(waits.map(({ reason }) => reason.kind))
  if (kinds.has('paused')) return 'held, for a step failed its check'
  if (kinds.has('manual')) return `waits for \`dnsctl key step ${zone}\``
  if (transitions.length > 0) return undefined
  if (kinds.has('parent')) return 'waits for the parent'
  const until = earliest(waits.map(({ reason }) => reason))
  if (until !== undefined) return `waits for caches until ${minute(until)} UTC`
  return kinds.has('served') ? 'waits for the workers' : undefined
}

/** When the first of the waits for caches ends; undefined: there is none. */
function earliest(reasons: readonly WaitReason[]): number | undefined {
  const ends = reasons.flatMap((reason) => (reason.kind === 'time' ? [reason.until] : []))
  return ends.length === 0 ? undefined : Math.min(...ends)
}
