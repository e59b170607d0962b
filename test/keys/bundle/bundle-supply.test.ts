import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { Type } from '../../../dns/constants.ts'
import { type Bundle, canonicalRRset } from '../../../keys/bundle/bundle.ts'
import { planBundle, plannedWindows, reservesFor } from '../../../keys/bundle/bundle-plan.ts'
import { coverageAt, leastCoverage, levelOf, openSupply, signatureAt } from '../../../keys/bundle/bundle-supply.ts'
import { signaturePolicy } from '../../../keys/signature-policy.ts'
import { type BundleWorld, DAY, drawWorld, requestFor, signedBy, toBundleKey } from '../../helpers/bundles.ts'

const START = 1_800_000_000
const TTL = 3600

let world: BundleWorld
let first: Bundle
let second: Bundle

beforeAll(async () => {
  world = await drawWorld()
  first = await signedBy(world, requestFor(world, { now: START, days: 28 }))
  second = await signedBy(world, requestFor(world, { now: START + 14 * DAY, days: 28 }))
})

describe('what is planned', () => {
  it('is every successive few of the keys that take over from one another', () => {
    const sets = first.request.rrsets.filter(({ type }) => type === Type.DNSKEY).map(({ keys }) => keys)
    const { ksk, zsks } = world
    const expected = [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2]].map((run) =>
      [ksk.keyTag, ...run.map((index) => zsks[index]!.keyTag)].sort((a, b) => a - b),
    )
    expect(sets.map(String).sort()).toEqual(expected.map(String).sort())
    expect(first.request.rrsets.every(({ signers }) => String(signers) === String(ksk.keyTag))).toBe(true)
  })

  it('leaves no moment without a signature of at least half its validity, within the time asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 400 }), fc.nat(), (validity, days, at) => {
        const policy = signaturePolicy(validity * DAY, (validity * DAY) / 2)
        const windows = plannedWindows({ now: START, duration: days * DAY, policy })
        const moment = START + (at % (days * DAY))
        const holding = windows.filter(({ inception, expiration }) => inception <= moment && moment < expiration)
        const left = Math.max(...holding.map(({ expiration }) => expiration - moment))
        expect(left).toBeGreaterThanOrEqual(policy.validity / 2 - policy.backdate)
      }),
    )
  })

  it('has ZSKs for all rolls within the time, and one more', () => {
    expect(reservesFor(56 * DAY, 0, undefined)).toBe(1)
    expect(reservesFor(56 * DAY, 0, 90 * DAY)).toBe(1)
    expect(reservesFor(56 * DAY, 60 * DAY, 90 * DAY)).toBe(2)
    expect(reservesFor(364 * DAY, 89 * DAY, 90 * DAY)).toBe(6)
  })

  it('is refused where it is more than a bundle holds', async () => {
    const { ksk, zsks } = await drawWorld(24)
    const planning = planBundle({
      ...{ zone: 'example.com.', now: START, duration: 364 * DAY, policy: signaturePolicy(2 * DAY, DAY), ttl: TTL },
      keySigning: [{ keys: [toBundleKey('ksk', ksk)], isOptional: false }],
      zoneSigning: [{ keys: zsks.map((key) => toBundleKey('zsk', key)), isOptional: false }],
      ...{ published: [ksk.keyTag], offline: [ksk.keyTag], announces: true, removes: false },
    })
    expect(planning).toEqual({ outcome: 'too-many', signatures: 364 * (1 + 24 + 23 + 22 + 21 + 2) })
  })

  it('combines the keys of algorithms, and has one that comes in or left out', async () => {
    const other = await drawWorld(1, 13)
    const planning = planBundle({
      ...{ zone: 'example.com.', now: START, duration: DAY, policy: signaturePolicy(14 * DAY, DAY), ttl: TTL },
      keySigning: [
        { keys: [toBundleKey('ksk', world.ksk)], isOptional: false },
        { keys: [toBundleKey('ksk', other.ksk)], isOptional: true },
      ],
      zoneSigning: [{ keys: [toBundleKey('zsk', world.zsks[0]!)], isOptional: false }],
      ...{
        published: [world.ksk.keyTag, world.zsks[0]!.keyTag],
        offline: [world.ksk.keyTag],
        announces: false,
        removes: true,
      },
    })
    const request = planning.outcome === 'planned' ? planning.request : undefined
    expect(request!.rrsets.map(({ type, keys }) => [type, keys.length])).toEqual([
      [Type.DNSKEY, 2],
      [Type.DNSKEY, 3],
      [Type.CDS, 0],
      [Type.CDNSKEY, 0],
    ])
    expect(request!.rrsets.every(({ signers }) => String(signers) === String(world.ksk.keyTag))).toBe(true)
  })
})

describe('the supply', () => {
  it('has one signature that holds for each set that can be served, at each moment', () => {
    const supply = openSupply([first, second])
    const sets = first.request.rrsets.map((each) => canonicalRRset(first.request, each))
    fc.assert(
      fc.property(fc.constantFrom(...sets), fc.integer({ min: START, max: START + 42 * DAY }), (set, now) => {
        const found = signatureAt(supply.find(set, world.ksk.dnskey), now, 3600)!
        expect(found.inception).toBeLessThanOrEqual(now - 3600)
        expect(found.expiration - now).toBeGreaterThanOrEqual(7 * DAY - 3600)
      }),
      { numRuns: 300 },
    )
  })

  it('prefers what holds longest, whatever the order of bundles', () => {
    const set = canonicalRRset(first.request, first.request.rrsets[0]!)
    const at = START + 15 * DAY
    const found = [
      [first, second],
      [second, first],
    ].map((bundles) => signatureAt(openSupply(bundles).find(set, world.ksk.dnskey), at, 3600)!.expiration)
    expect(found).toEqual(
      Array(2).fill(
        Math.max(...second.request.windows.map(({ inception, expiration }) => (inception <= at ? expiration : 0))),
      ),
    )
  })

  it('gives what failed last where nothing holds, and nothing before it began', () => {
    const set = canonicalRRset(first.request, first.request.rrsets[0]!)
    const list = openSupply([first]).find(set, world.ksk.dnskey)
    expect(signatureAt(list, START + 300 * DAY, 3600)!.expiration).toBe(first.request.windows.at(-1)!.expiration)
    expect(signatureAt(list, START - DAY, 3600)).toBeUndefined()
    expect(openSupply([first]).find(set, world.zsks[0]!.dnskey)).toEqual([])
    expect(openSupply([first]).find({ ...set, rdatas: set.rdatas.slice(1) }, world.ksk.dnskey)).toEqual([])
  })

  it('tells how long it lasts: at least as long as was asked for, and to a gap', async () => {
    const set = canonicalRRset(first.request, first.request.rrsets[0]!)
    const coverageOf = (bundles: Bundle[], at: number) =>
      coverageAt(openSupply(bundles).find(set, world.ksk.dnskey), at)
    const whole = coverageOf([first], START)!
    expect(whole.from).toBe(START - 3600)
    expect(whole.until).toBeGreaterThanOrEqual(START + 28 * DAY)
    expect(whole.until).toBe(first.request.windows.at(-1)!.expiration - TTL)
    expect(coverageOf([first, second], START)!.until).toBe(second.request.windows.at(-1)!.expiration - TTL)
    expect(coverageOf([first, second], START)!.from).toBe(START + 14 * DAY - 3600)
    expect(coverageOf([first], whole.until - 1)!.until).toBe(whole.until)
    expect(coverageOf([first], whole.until)).toBeUndefined()
    const late = await signedBy(world, requestFor(world, { now: START + 200 * DAY }))
    expect(coverageOf([first, late], START)!.until).toBe(whole.until)
    expect(leastCoverage([whole, { ...whole, until: 7 }])!.until).toBe(7)
    expect(leastCoverage([whole, undefined])).toBeUndefined()
    expect(leastCoverage([])).toBeUndefined()
  })

  it('is full, half, low and out as time goes by', () => {
    const coverage = { from: 0, until: 60, validity: 20 }
    expect([1, 29, 30, 49, 50, 59, 60, 61].map((now) => levelOf(coverage, now))).toEqual([
      'full',
      'full',
      'half',
      'half',
      'low',
      'low',
      'out',
      'out',
    ])
    // A bundle that lost all but its last windows begins late, and is not full for that.
    const late = { from: 55, until: 60, validity: 20 }
    expect([1, 49, 50, 56, 57].map((now) => levelOf(late, now))).toEqual(['full', 'full', 'half', 'half', 'low'])
    expect(levelOf(undefined, 1)).toBe('out')
  })
})
