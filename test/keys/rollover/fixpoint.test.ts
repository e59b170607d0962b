import fc from 'fast-check'
import { expect, it } from 'vitest'
import { applyTransitions } from '../../../keys/rollover/apply.ts'
import type { KeyDuty, RecordState } from '../../../keys/rollover/key-state.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import { nextStep } from '../../../keys/rollover/next-step.ts'
import { is } from '../../../keys/rollover/record-states.ts'
import { brokenRule } from '../../../keys/rollover/rule-check.ts'
import { type SimulatedEvent, simulate } from '../../../keys/rollover/simulate.ts'
import type { RolloverSituation } from '../../../keys/rollover/step.ts'
import { ttlsOf } from '../../../keys/rollover/timers.ts'
import { keyOf, keyText, tableOf, zoneOf } from './roll-table.ts'

const state = fc.constantFrom<RecordState>('hidden', 'rumoured', 'omnipresent', 'unretentive')

/** Keys in any states at all, such as no roll leads to. */
const anyKey = fc
  .record({
    role: fc.constantFrom('ksk', 'zsk', 'csk'),
    algorithm: fc.constantFrom(13, 15),
    duty: fc.constantFrom<KeyDuty>('active', 'standby', 'retired'),
    states: fc.record({ dnskey: state, krrsig: state, zrrsig: state, ds: state }),
    served: fc.option(fc.constantFrom(-1_000, -11, 0), { nil: undefined }),
  })
  .map(({ role, states, served, ...rest }): Omit<RolloverKey, 'id' | 'keyTag'> => {
    const seen = { at: served ?? 0, ttl: 40, by: 'check' } as const
    const status = (record: KeyRecord) => ({
      ...{ state: states[record], since: -1_000, ttl: 0 },
      ...(served !== undefined && { served, ...(record === 'ds' && { seen }) }),
    })
    const records = Object.fromEntries(RECORDS_OF_ROLE[role].map((record) => [record, status(record)]))
    return { role, ...rest, created: 0, dutySince: 0, records }
  })

const anyZone = fc
  .record({
    keys: fc.array(anyKey, { maxLength: 5 }),
    goal: fc.constantFrom('secure', 'insecure'),
    isManual: fc.boolean(),
    isPaused: fc.boolean(),
  })
  .map(({ keys, isManual, ...rest }) =>
    zoneOf(
      keys.map((key, index) => ({ ...key, id: String(index), keyTag: index })),
      { algorithms: [13, 15], policy: { isManual }, ...rest },
    ),
  )

function stepped(zone: RolloverSituation): RolloverSituation {
  const { transitions } = nextStep(zone)
  return { ...zone, keys: applyTransitions(zone.keys, transitions, { now: zone.now, ttls: ttlsOf(zone) }) }
}

it('takes all steps that are possible at one time, from any states whatever', () => {
  fc.assert(
    fc.property(anyZone, (zone) => {
      expect(nextStep(stepped(zone)).transitions).toEqual([])
    }),
  )
})

it('breaks no rule that holds, from any states whatever', () => {
  fc.assert(
    fc.property(anyZone, (zone) => {
      expect(brokenRule(zone.keys, stepped(zone).keys, zone.goal)).toBeUndefined()
    }),
  )
})

it('says of each record that is not where it should be what it waits for', () => {
  fc.assert(
    fc.property(anyZone, (zone) => {
      const { waits } = nextStep(zone)
      for (const key of stepped(zone).keys) {
        for (const record of RECORDS_OF_ROLE[key.role]) {
          const isWanted =
            zone.goal === 'secure' && (key.duty === 'active' || (key.duty === 'standby' && record !== 'zrrsig'))
          const isThere = is(key, record, isWanted ? 'omnipresent' : 'hidden')
          const isTold = waits.some((wait) => wait.key === key.id && wait.record === record)
          expect(isTold, `${keyText(key)} ${record}`).toBe(!isThere)
        }
      }
    }),
  )
})

const at = fc.integer({ min: 0, max: 600 })
const selection = fc.constantFrom({}, { role: 'ksk' }, { role: 'zsk' }, { role: 'csk' })
const anyEvent: fc.Arbitrary<SimulatedEvent> = fc.oneof(
  fc.record({ at, kind: fc.constantFrom('roll', 'cancel'), selection }) as fc.Arbitrary<SimulatedEvent>,
  fc.record({ at, kind: fc.constant('algorithms'), algorithms: fc.constantFrom([13], [15], [13, 15], [8]) }),
  fc.record({ at, kind: fc.constant('goal'), goal: fc.constantFrom('secure', 'insecure') }),
  fc.record({
    ...{ at, kind: fc.constant('policy') },
    policy: fc.record({ isCombined: fc.boolean(), standbyZsk: fc.boolean(), standbyKsk: fc.boolean() }),
  }),
  fc.record({
    ...{ at, kind: fc.constant('emergency'), manner: fc.constantFrom('continuity', 'security') },
    key: fc.constantFrom('1', '2', 'new-1', 'new-2', 'new-3'),
  }),
)

it('comes to rest whatever happens, with every record where it should be', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 6 }), (events) => {
      const start = zoneOf([keyOf('ksk 1 [###]'), keyOf('zsk 2 [##]')])
      const ordered = events.toSorted((a, b) => a.at - b.at)
      const moments = simulate({ start, events: ordered, parentDelay: 20, until: 100_000 })
      expect(moments.at(-1)!.waits, tableOf(moments).join('\n')).toEqual([])
    }),
  )
})
