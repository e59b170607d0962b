import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import type { BundleKey, BundleRequest } from '../../../keys/bundle/bundle.ts'
import { type BundlePlan, planBundle, reservesFor } from '../../../keys/bundle/bundle-plan.ts'
import { RECORDS_OF_ROLE, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { RolloverPolicy } from '../../../keys/rollover/policy.ts'
import { type SimulatedEvent, simulate } from '../../../keys/rollover/simulate.ts'
import { signaturePolicy } from '../../../keys/signature-policy.ts'
import { DAY } from '../../helpers/bundles.ts'

const START = 1_800_000_000
const HOUR = 3600
const KSK = 1000
const POLICY: RolloverPolicy = {
  ...{ zskLifetime: 30 * DAY, kskLifetime: undefined, standbyZsk: true, standbyKsk: false, isCombined: false },
  ...{ publishSafety: HOUR, retireSafety: HOUR, parentDsTtl: DAY, isManual: false },
}
const SIGNING = signaturePolicy(14 * DAY, 7 * DAY)

/** A zone whose keys are everywhere, long since. */
function settledKeys(policy: RolloverPolicy): RolloverKey[] {
  const kinds = [
    ['ksk', 'active', KSK],
    ['zsk', 'active', 1],
    ...(policy.standbyZsk ? [['zsk', 'standby', 2] as const] : []),
  ] as const
  return kinds.map(([role, duty, keyTag]) => {
    const since = START - DAY
    const records = RECORDS_OF_ROLE[role].map((record) => {
      const state = record === 'zrrsig' && duty === 'standby' ? 'hidden' : 'omnipresent'
      return [record, { state, since, served: since, ttl: HOUR }]
    })
    return {
      ...{ id: `old-${keyTag}`, role, algorithm: 13, keyTag, created: since, duty, dutySince: since },
      records: Object.fromEntries(records),
    }
  })
}

/** The request for these keys and those that the policy will make. */
function requestFor(keys: readonly RolloverKey[], policy: RolloverPolicy, days: number): BundleRequest {
  const count = reservesFor(days * DAY + SIGNING.validity, DAY, policy.zskLifetime)
  const toKey = (keyTag: number, role: 'ksk' | 'zsk'): BundleKey => ({ keyTag, role, dnskey: new Uint8Array(4) })
  const zsks = keys.filter(({ role }) => role === 'zsk').map(({ keyTag }) => keyTag)
  const plan: BundlePlan = {
    ...{ zone: 'example.com.', now: START, duration: days * DAY, policy: SIGNING, ttl: HOUR },
    keySigning: [{ keys: [toKey(KSK, 'ksk')], isOptional: false }],
    zoneSigning: [
      {
        keys: [...zsks, ...Array.from({ length: count }, (_, index) => reserveTag(index))].map((tag) =>
          toKey(tag, 'zsk'),
        ),
        isOptional: false,
      },
    ],
    ...{ published: [KSK, ...zsks], offline: [KSK], announces: true, removes: false },
  }
  const planning = planBundle(plan)
  if (planning.outcome !== 'planned') throw new Error(`${planning.signatures} signatures`)
  return planning.request
}

function reserveTag(index: number): number {
  return 101 + index
}

/** The tags of the key set that is served; keys that were made have those of the reserve, in turn. */
function servedTags(keys: readonly RolloverKey[]): string {
  const served = keys.filter(
    ({ records: { dnskey } }) => dnskey?.state === 'rumoured' || dnskey?.state === 'omnipresent',
  )
  const tags = served.map(({ keyTag }) => (keyTag < 0 ? reserveTag(-keyTag - 1) : keyTag))
  return tags.sort((a, b) => a - b).join()
}

/** The key sets that are served within the time, and those of the request. */
function lived(policy: RolloverPolicy, days: number, events: readonly SimulatedEvent[]) {
  const keys = settledKeys(policy)
  const { rrsets } = requestFor(keys, policy, days)
  const start = {
    ...{ keys, policy, algorithms: [13], maxTtl: SIGNING.maxTtl, validity: SIGNING.validity, keyTtl: HOUR },
    ...({ goal: 'secure', isPaused: false, now: START } as const),
  }
  const moments = simulate({ start, events, parentDelay: DAY, until: START + days * DAY })
  const signed = new Set(rrsets.filter(({ type }) => type === Type.DNSKEY).map((each) => each.keys.join()))
  return { served: moments.map((moment) => servedTags(moment.keys)), signed }
}

describe('what rolls lead to', () => {
  it.each([
    [true, 30, 364],
    [false, 30, 364],
    [true, 12, 182],
    [false, 90, 364],
  ])('with standby %s and a lifetime of %s days is signed, for %s days of ZSK rolls', (standbyZsk, lifetime, days) => {
    const policy = { ...POLICY, standbyZsk, zskLifetime: lifetime * DAY }
    const { served, signed } = lived(policy, days, [])
    expect(new Set(served).size).toBeGreaterThan(days / lifetime)
    for (const set of served) expect(signed).toContain(set)
  })

  it('is signed whenever an operator rolls the ZSK besides, or gives one up', () => {
    let sets = 0
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.integer({ min: 20, max: 200 }),
        fc.integer({ min: 1, max: 80 * DAY }),
        fc.constantFrom('roll', 'continuity', 'security'),
        (standbyZsk, lifetime, after, what) => {
          const policy = { ...POLICY, standbyZsk, zskLifetime: lifetime * DAY }
          const act =
            what === 'roll'
              ? ({ kind: 'roll', selection: { role: 'zsk' } } as const)
              : ({ kind: 'emergency', key: 'old-1', manner: what as 'continuity' | 'security' } as const)
          const { served, signed } = lived(policy, 84, [{ at: START + after, ...act }])
          for (const set of served) expect(signed).toContain(set)
          sets += new Set(served).size
        },
      ),
      { numRuns: 200 },
    )
    expect(sets).toBeGreaterThan(400)
  })
})
