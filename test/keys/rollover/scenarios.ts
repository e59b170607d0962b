/*
 * What is explored: how each zone begins, and what may happen to it. Ticks are as short as can be, so that everything that
 * takes different times meets everything else in every order.
 */
import { settingsOf, steady, unknown, unsigned } from './starts.ts'
import type { Settings, World } from './world.ts'

export interface Scenario {
  readonly name: string
  readonly initial: readonly World[]
  /** What may be configured in its course. */
  readonly settings: readonly Settings[]
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
  'parent by hand': settingsOf('parent by hand', { manner: 'by hand' }),
  'ZSK for 4 ticks': settingsOf('ZSK for 4 ticks', {}, { zskLifetime: 4 }),
} satisfies Record<string, Settings>

type Name = keyof typeof SETTINGS
type Left = Readonly<Record<string, number>>
type Start = (settings: Settings, left: Left) => World

/** Settings, start, what may happen and how often, and what of it `npm test` leaves out; `long`: all of it. */
const TABLE: readonly (readonly [name: Name, start: Start, left: Left, more?: Left | 'long'])[] = [
  ['split', unsigned, { pause: 1, crash: 1 }],
  ['combined', unsigned, {}, { pause: 1, crash: 1 }],
  ['split', unknown, {}, { 'roll: ksk': 1 }],
  ['split', unknown, { 'configure: algorithm 15': 1 }, 'long'],
  ['split', steady, { 'roll: zsk': 1, cancel: 1, crash: 1 }, { 'roll: zsk': 2 }],
  ['split', steady, { 'roll: ksk': 1, cancel: 1, crash: 1 }, { pause: 1 }],
  ['split', steady, { 'roll: ksk': 2 }, 'long'],
  ['split', steady, { 'roll: ksk': 1, 'roll: zsk': 1 }, 'long'],
  ['split', steady, { 'roll: ksk': 1, 'parent server swaps': 1 }],
  ['split', steady, { 'parent forgets': 1, 'roll: ksk': 1 }],
  ['split', steady, { 'parent adds foreign': 1, 'roll: ksk': 1 }],
  ['split', steady, { 'roll: zsk': 1, 'step fails': 1 }, { crash: 1 }],
  ['split', steady, { 'roll: ksk': 1, 'step fails': 1 }, { cancel: 1 }],
  ['split', steady, { 'configure: algorithm 15': 1, 'step fails': 1 }, 'long'],
  ['combined', steady, { 'roll: csk': 1, 'step fails': 1 }, 'long'],
  ['split', steady, { disable: 1, enable: 1, 'step fails': 1 }, 'long'],
  ['split', steady, { disable: 1, enable: 1 }, { 'roll: ksk': 1 }],
  ['split', steady, { 'emergency: zsk': 1 }, { 'roll: zsk': 1, cancel: 1 }],
  ['split', steady, { 'emergency: ksk': 1 }, { 'roll: ksk': 1 }],
  ['split', steady, { 'configure: combined': 1 }, { 'configure: split': 1 }],
  ['split', steady, { 'configure: algorithm 15': 1, 'configure: split': 1 }, { crash: 1 }],
  ['split', steady, { 'configure: algorithm 15': 1, 'roll: zsk': 1 }, 'long'],
  ['split', steady, { 'configure: algorithm 15': 1, disable: 1, enable: 1 }, 'long'],
  ['split', steady, { 'configure: algorithm 15, combined': 1 }, 'long'],
  ['split', steady, { 'configure: both algorithms': 1, 'configure: algorithm 15': 1 }, 'long'],
  ['split', steady, { 'configure: standby KSK': 1, 'configure: standby ZSK': 1 }, 'long'],
  ['split, safe', steady, { 'roll: zsk': 1, 'clock forward': 1, 'clock back': 1 }],
  ['split, safe', steady, { 'roll: ksk': 1, 'clock forward': 1 }, { 'clock back': 1 }],
  ['combined', steady, { 'roll: csk': 1 }, { cancel: 1, crash: 1 }],
  ['combined', steady, { 'roll: csk': 2 }, 'long'],
  ['combined', steady, { 'emergency: csk': 1 }, { 'roll: csk': 1 }],
  ['combined', steady, { 'configure: split': 1 }, { 'configure: combined': 1, 'roll: csk': 1 }],
  ['combined', steady, { 'configure: algorithm 15, combined': 1 }, { 'configure: combined': 1 }],
  ['combined', steady, { 'configure: algorithm 15': 1 }, 'long'],
  ['combined', steady, { disable: 2, enable: 2 }, 'long'],
  ['combined, safe', steady, { 'roll: csk': 1, 'clock forward': 1, 'clock back': 1 }, 'long'],
  ['manual', steady, { 'roll: zsk': 1 }, { 'roll: ksk': 1 }],
  ['standby ZSK', steady, { 'emergency: zsk': 1 }, { 'roll: zsk': 1 }],
  ['standby KSK', steady, { 'emergency: ksk': 1 }, 'long'],
  ['standby CSK', steady, { 'emergency: csk': 1 }, 'long'],
  ['long TTLs', steady, { 'roll: zsk': 1, 'configure: short TTLs': 1 }, { 'configure: long TTLs': 1 }],
  ['long TTLs', steady, { 'roll: ksk': 1, 'configure: short TTLs': 1 }, 'long'],
  ['long DS TTL', steady, { 'roll: ksk': 1 }, { 'roll: zsk': 1 }],
  ['short DS TTL', steady, { 'roll: ksk': 1 }, { 'roll: zsk': 1 }],
  ['unexpected DS TTL', steady, { 'roll: ksk': 1 }, { cancel: 1 }],
  ['short signatures', steady, { 'roll: zsk': 1 }],
  ['parent that only adds', steady, { 'roll: ksk': 1 }, { cancel: 1 }],
  ['parent by hand', steady, { 'roll: ksk': 1 }, { cancel: 1 }],
  ['ZSK for 4 ticks', steady, {}, 'long'],
]

/** Those of `npm test`, or with everything that the long test adds. */
export function scenarios(isLong: boolean): Scenario[] {
  return TABLE.filter(([, , , more]) => isLong || more !== 'long').map(([name, start, left, more]) => {
    const all = isLong && typeof more === 'object' ? { ...left, ...more } : left
    return scenarioOf(name, start, all)
  })
}

export function scenarioOf(name: Name, start: Start, left: Left): Scenario {
  const what = Object.entries(left).map(([label, times]) => (times === 1 ? label : `${times} × ${label}`))
  return {
    name: `${name}, ${start.name}: ${what.join(', ') || 'nothing else'}`,
    initial: [start(SETTINGS[name], left)],
    settings: Object.values(SETTINGS),
  }
}
