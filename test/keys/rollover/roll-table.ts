/*
 * Rollovers as tables of states over time, one line a moment:
 *
 *   16: ksk 1 [###]  zsk 2 [#-]  zsk -1 [#+]
 *
 * In brackets DNSKEY, signatures of the key set, signatures of the zone and DS, those of them that the role has:
 * `.` hidden, `+` rumoured, `#` omnipresent, `-` unretentive. Keys that are made on the way have negative tags.
 */
import type { KeyRole } from '../../../keys/key-role.ts'
import { type KeyDuty, RECORDS_OF_ROLE, type RecordState, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import { type SimulatedEvent, type SimulatedMoment, simulate } from '../../../keys/rollover/simulate.ts'
import type { RolloverSituation } from '../../../keys/rollover/step.ts'

const MARKS: Readonly<Record<RecordState, string>> = { hidden: '.', rumoured: '+', omnipresent: '#', unretentive: '-' }

/** Seconds; the sums of each wait are all different. */
export const TIMES = { keyTtl: 10, maxTtl: 100, dsTtl: 40, publishSafety: 1, retireSafety: 5, parentDelay: 20 } as const

/** A key whose records are as the marks say; settled long ago unless `served` says when. */
export function keyOf(text: string, more: Partial<RolloverKey> & { readonly served?: number } = {}): RolloverKey {
  const [, role, tag, marks] = /^(ksk|zsk|csk) (-?\d+) \[(.+)\]$/.exec(text)!
  const { served = -1_000, ...rest } = more
  const states = [...marks!].map((mark) => Object.entries(MARKS).find(([, each]) => each === mark)![0] as RecordState)
  return {
    ...{ id: tag!, role: role as KeyRole, algorithm: 13, keyTag: Number(tag), created: -1_000 },
    ...{ duty: 'active' as KeyDuty, dutySince: -1_000 },
    records: Object.fromEntries(
      RECORDS_OF_ROLE[role as KeyRole].map((record, index) => [
        record,
        { state: states[index]!, since: served, served, ttl: 0 },
      ]),
    ),
    ...rest,
  }
}

/** A zone with these keys at time 0, algorithm 13, whose keys never get too old. */
export function zoneOf(
  keys: readonly RolloverKey[],
  {
    policy,
    ...more
  }: Partial<Omit<RolloverSituation, 'policy'>> & { policy?: Partial<RolloverSituation['policy']> } = {},
): RolloverSituation {
  return {
    keys,
    algorithms: [13],
    policy: {
      ...{ zskLifetime: undefined, kskLifetime: undefined, standbyZsk: false, standbyKsk: false, isCombined: false },
      ...{ publishSafety: TIMES.publishSafety, retireSafety: TIMES.retireSafety, parentDsTtl: TIMES.dsTtl },
      ...{ isManual: false, ...policy },
    },
    ...{ maxTtl: TIMES.maxTtl, validity: 1_000, keyTtl: TIMES.keyTtl, goal: 'secure', isPaused: false, now: 0 },
    ...more,
  }
}

/** What becomes of a zone, as a table; the parent follows after `parentDelay`. */
export function rollOut(
  start: RolloverSituation,
  events: readonly SimulatedEvent[] = [],
  { until = 10_000, parentDelay = TIMES.parentDelay }: { until?: number; parentDelay?: number } = {},
): string[] {
  return tableOf(simulate({ start, events, parentDelay, until }))
}

export function tableOf(moments: readonly SimulatedMoment[]): string[] {
  return moments.map(({ at, keys }) => `${at}: ${keys.map(keyText).join('  ')}`.trimEnd())
}

export function keyText({ role, keyTag, algorithm, records }: RolloverKey): string {
  const marks = RECORDS_OF_ROLE[role].map((record) => MARKS[records[record]!.state]).join('')
  return `${role} ${keyTag} [${marks}]${algorithm === 13 ? '' : ` (${algorithm})`}`
}
