import { beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../../keys/bundle/bundle.ts'
import { digestOfRequest } from '../../../keys/bundle/bundle-text.ts'
import { type BundleTarget, faultIn, whyUnfit } from '../../../server/keys/bundle-checking.ts'
import { missingReserves, requestBundle, whyNotOffline } from '../../../server/keys/bundle-request.ts'
import { supplyAlarm } from '../../../server/keys/supply-report.ts'
import { type BundleWorld, DAY, drawWorld, requestFor, signedBy } from '../../helpers/bundles.ts'
import { NOW } from '../../helpers/key-ring.ts'
import { signedZone } from '../../helpers/keys.ts'
import { ask, live, openOfflineWorld, signElsewhere, storedOf, takeOffline } from '../../helpers/offline-ring.ts'

const example = signedZone('example.com.', { algorithms: [15] })

let target: BundleTarget
let bundle: Bundle
let stranger: BundleWorld

beforeAll(async () => {
  const world = openOfflineWorld(example, NOW)
  await live(world)
  await takeOffline(world, 4)
  bundle = await signElsewhere(world, await ask(world, 4))
  target = { set: storedOf(world), signing: world.zone.signing, requests: [], nowSeconds: NOW }
  stranger = await drawWorld()
})

describe('a bundle that comes in', () => {
  it('is taken when all its keys are known, and every signature holds', async () => {
    expect(whyUnfit(bundle, target)).toBeUndefined()
    expect(await faultIn(bundle)).toBeUndefined()
  })

  it('is refused with a key of somebody else’s, and that is said', async () => {
    const foreign = await signedBy(stranger, requestFor(stranger, { now: NOW }))
    expect(whyUnfit(foreign, target)).toMatch(/which is no key of example.com.: it /)
    const smuggled: Bundle = {
      ...bundle,
      request: { ...bundle.request, keys: [...bundle.request.keys, { ...stranger.zsks[0]!, role: 'zsk' }] },
    }
    expect(whyUnfit(smuggled, target)).toContain('somebody had a key of theirs signed')
  })

  it('is taken when it answers a request of this server, though a key of it is gone since', () => {
    const [gone] = target.set.reserve!
    const later = { ...target, set: { ...target.set, reserve: target.set.reserve!.slice(1) } }
    expect(bundle.request.keys.some(({ keyTag }) => keyTag === gone!.keyTag)).toBe(true)
    expect(whyUnfit(bundle, later)).toContain(`it names zsk ${gone!.keyTag}`)
    expect(whyUnfit(bundle, { ...later, requests: [digestOfRequest(bundle.request)] })).toBeUndefined()
  })

  it('is refused once all its signatures are over', () => {
    const over = bundle.request.windows.at(-1)!.expiration
    expect(whyUnfit(bundle, { ...target, nowSeconds: over - 1 })).toBeUndefined()
    expect(whyUnfit(bundle, { ...target, nowSeconds: over })).toContain('its last signatures ceased to hold at 2027-')
  })

  it('is refused when it lacks what is served now', () => {
    const less = { ...bundle, request: { ...bundle.request, rrsets: bundle.request.rrsets.slice(1) } }
    const reasons = bundle.request.rrsets.map((_, index) =>
      whyUnfit({ ...less, request: { ...less.request, rrsets: bundle.request.rrsets.toSpliced(index, 1) } }, target),
    )
    const lacking = reasons.filter((reason) => reason?.includes('does not sign the key set that example.com. has now'))
    expect(lacking.length).toBeGreaterThanOrEqual(1)
    expect(reasons.filter((reason) => reason === undefined).length).toBeGreaterThan(1)
  })

  it('is refused with one octet of one signature changed', async () => {
    const signatures = structuredClone(bundle.signatures) as Uint8Array[][][]
    signatures.at(-1)!.at(-1)!.at(-1)![10]! ^= 1
    expect(await faultIn({ ...bundle, signatures })).toContain('does not hold')
  })
})

describe('what cannot be signed offline', () => {
  it('is a zone in which one key signs everything, now or by its configuration', () => {
    const { set, signing } = target
    expect(whyNotOffline({ set, signing })).toBeUndefined()
    const combined = { ...set, keys: set.keys.map((key) => ({ ...key, role: 'csk' as const })) }
    expect(whyNotOffline({ set: combined, signing })).toContain('one key signs everything in this zone')
    const wanted = { ...signing, keys: { ...signing.keys, isCombined: true } }
    expect(whyNotOffline({ set, signing: wanted })).toContain('`combined: true`')
  })

  it('is what would take more signatures than a bundle holds', () => {
    const policy = { ...target.signing.policy, validity: DAY }
    const needs = { ...target, signing: { ...target.signing, policy }, duration: 1000 * DAY }
    expect(requestBundle(needs)).toMatchObject({ outcome: 'too-many' })
    expect(missingReserves({ ...needs, duration: DAY })).toEqual([])
  })
})

describe('the alarm about a supply', () => {
  it('names the zone, the key, the time and the next command, and grows louder', () => {
    const report = { offline: [20331], from: NOW, until: NOW + 40 * DAY } as const
    const texts = (['half', 'low', 'out'] as const).map((level) => supplyAlarm('example.com.', { ...report, level })!)
    expect(supplyAlarm('example.com.', { ...report, level: 'full' })).toBeUndefined()
    for (const text of texts) {
      expect(text).toContain('example.com.')
      expect(text).toContain('20331')
      expect(text).toContain('dnsctl key bundle request example.com.')
    }
    expect(texts[0]).toContain('2027-02-24T08:00:00.000Z')
    expect(texts[2]).toContain('BOGUS')
  })
})
