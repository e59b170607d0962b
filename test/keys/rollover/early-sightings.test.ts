import { expect, it } from 'vitest'
import { noteSighting } from '../../../keys/rollover/apply.ts'
import type { RecordStatus, RolloverKey } from '../../../keys/rollover/key-state.ts'
import { timerOf } from '../../../keys/rollover/timers.ts'

const SERVED = 1_800_000_000
const KEY_TTL = 3_600
const DS_TTL = 86_400
const SAFETY = 600
const LASTING = SERVED + KEY_TTL + 60
const SITUATION = {
  policy: {
    ...{ zskLifetime: undefined, kskLifetime: undefined, standbyZsk: false, standbyKsk: false, isCombined: false },
    ...{ publishSafety: 60, retireSafety: SAFETY, parentDsTtl: DS_TTL, isManual: false },
  },
  ...{
    algorithms: [13],
    maxTtl: DS_TTL,
    validity: 604_800,
    keyTtl: KEY_TTL,
    keys: [],
    goal: 'secure' as const,
    isPaused: false,
  },
  goal: 'secure' as const,
}

/** A key whose roll was cancelled before the parent had done anything: CDS names it no more. */
function cancelled(served: number | undefined): RolloverKey {
  const ds = { state: 'unretentive', since: SERVED, ttl: DS_TTL, ...(served === undefined ? {} : { served }) } as const
  const times = { created: SERVED, dutySince: SERVED }
  return { id: 'one', role: 'ksk', algorithm: 13, keyTag: 1, duty: 'retired', ...times, records: { ds } }
}

function seenAt(key: RolloverKey, at: number, by: 'check' | 'operator' = 'check'): RolloverKey {
  return noteSighting([key], { key: key.id, says: 'absent', at, ttl: DS_TTL, by }, SITUATION)[0]!
}

function waitOf({ records }: RolloverKey, now: number) {
  return timerOf('ds', records.ds as RecordStatus, { ...SITUATION, now })
}

it('starts no timer by a look while the parent may have the CDS that was served before', () => {
  const early = seenAt(cancelled(SERVED), LASTING - 1)
  expect(waitOf(early, SERVED + 10 * DS_TTL)).toEqual({ kind: 'parent', expects: 'absent' })
  const late = seenAt(early, LASTING)
  const until = LASTING + DS_TTL + SAFETY
  expect(waitOf(late, until - 1)).toMatchObject({ kind: 'time', until })
  expect(waitOf(late, until)).toBeUndefined()
  expect(seenAt(late, until).records.ds?.seen?.at).toBe(LASTING)
})

it('counts no early look later, when a TTL that was lowered is forgotten', () => {
  const early = seenAt(cancelled(SERVED), SERVED + 100)
  const later = { ...SITUATION, keyTtl: 10, now: SERVED + 10 * DS_TTL }
  expect(timerOf('ds', early.records.ds as RecordStatus, later)).toMatchObject({ kind: 'parent' })
})

it('starts no timer by a look while a worker may serve the CDS from before', () => {
  const seen = seenAt(cancelled(undefined), SERVED + DS_TTL)
  expect(waitOf(seen, SERVED + 9 * DS_TTL)).toEqual({ kind: 'parent', expects: 'absent' })
})

it('believes an operator once and for all, from when the parent can have the new CDS alone', () => {
  const said = seenAt(cancelled(SERVED), SERVED + 10, 'operator')
  expect(waitOf(said, SERVED + 10)).toMatchObject({ kind: 'time', until: LASTING + DS_TTL + SAFETY })
})
