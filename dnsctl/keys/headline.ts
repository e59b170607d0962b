import type { WaitReason } from '../../keys/rollover/step.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { type Roll, rollsOf } from './rolls.ts'
import { day, minute } from './times.ts'
import { keyName } from './words.ts'

/** One line about a zone’s keys: what is going on, what it waits for, or when something will. */
export function headlineOf(report: RolloverReport): string {
  const rolls = rollsOf(report)
  if (rolls.length === 0 && report.goal === 'secure') return settledLine(report)
  const what = report.goal === 'insecure' ? 'going insecure' : rolls.map(rollInShort).join(', ')
  const waits = waitInShort(report)
  return waits === undefined ? what : `${what}; ${waits}`
}

/** `ksk 20331 → 7714`. */
export function rollInShort(roll: Roll): string {
  switch (roll.kind) {
    case 'replace':
      return roll.old.algorithm === roll.young.algorithm
        ? `${keyName(roll.old)} → ${roll.young.keyTag}`
        : `${keyName(roll.old)} → ${roll.young.keyTag} of algorithm ${roll.young.algorithm}`
    case 'arrive':
      return `${keyName(roll.key)} comes into use`
    case 'leave':
      return `${keyName(roll.key)} is going`
  }
}

function settledLine({ upcoming, isPaused }: RolloverReport): string {
  const paused = isPaused ? 'paused; ' : ''
  const next = [...upcoming].sort((a, b) => a.at - b.at)[0]
  if (next === undefined) return `${paused}no roll is going on`
  const role = next.change.kind === 'make' ? `${next.change.role} roll` : 'step'
  return `${paused}no roll is going on; the next ${role} begins ${day(next.at)}`
}

/** What holds the rollover up, the reasons that somebody can do something about first; undefined: nothing does. */
function waitInShort({ waits, transitions, isPaused, zone }: RolloverReport): string | undefined {
  if (isPaused) return 'paused'
  const kinds = new Set(waits.map(({ reason }) => reason.kind))
  if (kinds.has('manual')) return `waits for \`dnsctl key step ${zone}\``
  if (transitions.length > 0) return undefined
  if (kinds.has('parent')) return 'waits for the parent'
  const until = earliest(waits.map(({ reason }) => reason))
  if (until !== undefined) return `waits for caches until ${minute(until)}`
  return kinds.has('served') ? 'waits for the workers' : undefined
}

/** When the first of the waits for caches ends; undefined: there is none. */
function earliest(reasons: readonly WaitReason[]): number | undefined {
  const ends = reasons.flatMap((reason) => (reason.kind === 'time' ? [reason.until] : []))
  return ends.length === 0 ? undefined : Math.min(...ends)
}
