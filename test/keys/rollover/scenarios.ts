/*
 * What is explored: how each zone begins, and what may happen to it. Ticks are as short as can be, so that everything that
 * takes different times meets everything else in every order.
 */
import { settingsOf } from './starts.ts'
import type { Settings, World } from './world.ts'

export interface Scenario {
  readonly name: string
  readonly initial: readonly World[]
  /** What is configured, and what may be in its course. */
  readonly settings: readonly Settings[]
  /** By how many ticks the clock may be set back in all. */
  readonly clockBack: number
}

const COMBINED = { isCombined: true } as const
const SAFE = { publishSafety: 1, retireSafety: 1 } as const

const SETTINGS = {
  split: settingsOf('split', {}),
  combined: settingsOf('combined', {}, COMBINED),
  'split, safe': settingsOf('split, safe', {}, SAFE),
  'combined, safe': settingsOf('combined, safe', {}, { ...COMBINED, ...SAFE }),
  manual: settingsOf('manual', {}, { isManual: true }),
  'standby ZSK': settingsOf('standby ZSK', {}, { standbyZsk: true }),
  'standby KSK': settingsOf('standby KSK', {}, { standbyKsk: true }),
  'standby CSK': settingsOf('standby CSK', {}, { ...COMBINED, standbyZsk: true }),
  'algorithm 15': settingsOf('algorithm 15', { algorithms: [15] }),
  'algorithm 15, combined': settingsOf('algorithm 15, combined', { algorithms: [15] }, COMBINED),
  'both algorithms': settingsOf('both algorithms', { algorithms: [13, 15] }),
  'long TTLs': settingsOf('long TTLs', { maxTtl: 3, keyTtl: 3 }),
  'short TTLs': settingsOf('short TTLs', { maxTtl: 1, keyTtl: 3 }),
  'long DS TTL': settingsOf('long DS TTL', { maxTtl: 1, parentTtl: 3 }, { parentDsTtl: 3 }),
  'short DS TTL': settingsOf('short DS TTL', { maxTtl: 3, keyTtl: 3, parentTtl: 1 }, { parentDsTtl: 1 }),
  'unexpected DS TTL': settingsOf('unexpected DS TTL', { parentTtl: 3 }, { parentDsTtl: 1 }),
  'short signatures': settingsOf('short signatures', { maxTtl: 3, validity: 1 }),
  'parent that only adds': settingsOf('parent that only adds', { manner: 'add' }),
  'standby both': settingsOf('standby both', {}, { standbyZsk: true, standbyKsk: true }),
  'offline KSK': settingsOf('offline KSK', { isOffline: true }),
  'parent by hand': settingsOf('parent by hand', { manner: 'by hand' }),
  'ZSK for 6 ticks': settingsOf('ZSK for 6 ticks', {}, { zskLifetime: 6 }),
} satisfies Record<string, Settings>

export type SettingsName = keyof typeof SETTINGS
export type Left = Readonly<Record<string, number>>
export type Start = (settings: Settings, left: Left) => World

/** Settings, start, what may happen and how often, and what of it `npm test` leaves out; `long`: all of it. */
export type Row = readonly [name: SettingsName, start: Start, left: Left, more?: Left | 'long']

/** Those of `npm test`, or with everything that the long test adds. */
export function scenariosOf(rows: readonly Row[], isLong: boolean): Scenario[] {
  return rows
    .filter(([, , , more]) => isLong || more !== 'long')
    .map(([name, start, left, more]) =>
      scenarioOf(name, start, isLong && typeof more === 'object' ? { ...left, ...more } : left),
    )
}

export function scenarioOf(name: SettingsName, start: Start, left: Left): Scenario {
  const what = Object.entries(left).map(([label, times]) => (times === 1 ? label : `${times} × ${label}`))
  return {
    name: `${name}, ${start.name}: ${what.join(', ') || 'nothing else'}`,
    initial: [start(SETTINGS[name], left)],
    settings: [...new Set([name, ...wordsOf(left, 'configure')])].map((each) => SETTINGS[each as SettingsName]),
    clockBack: wordsOf(left, 'clock back').reduce(
      (sum, ticks) => sum + Number(ticks) * left[`clock back: ${ticks}`]!,
      0,
    ),
  }
}

/** What follows the colon in labels of this verb. */
function wordsOf(left: Left, verb: string): string[] {
  return Object.keys(left).flatMap((label) => (label.startsWith(`${verb}: `) ? [label.slice(verb.length + 2)] : []))
}
