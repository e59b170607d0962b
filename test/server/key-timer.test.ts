import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Type } from '../../dns/constants.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { DEFAULT_RATE_LIMIT } from '../../server/configuration/defaults.ts'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import type { Configuration, ZoneConfiguration } from '../../server/configuration/types.ts'
import type { GenerationDescriptor } from '../../server/generation.ts'
import { createTurns } from '../../server/in-turn.ts'
import { renewKeySets } from '../../server/keys/key-timer.ts'
import type { LoadedZones } from '../../server/loading/load-zones.ts'
import { keySetsFor } from '../../server/publish.ts'
import { describeGeneration, type RunningServer } from '../../server/running-server.ts'
import { createSigningStamps } from '../../server/signing-stamps.ts'

const { policy } = DEFAULT_DNSSEC
const START = 1_800_000_000
const MINUTE = 60_000
const DAY = 86_400_000

/** Signatures of the quantum that holds, and of the next. */
function keySetAt(nowSeconds: number): KeySetDescriptor {
  const from = nowSeconds - (nowSeconds % policy.quantum)
  const signatures = [from, from + policy.quantum].map((each) => ({ from: each, count: 1, block: new Uint8Array() }))
  const apexRRsets = [{ type: Type.DNSKEY, ttl: 3600, count: 2, block: new Uint8Array(), signatures }]
  return { zone: 'a.', epoch: 1, policy, signers: [], apexRRsets }
}

async function createServer() {
  const zone = { name: 'a.', dnssec: DEFAULT_DNSSEC } as unknown as ZoneConfiguration
  const configuration = {
    ...{ views: [{ name: 'public', clients: undefined, listen: undefined }], listen: [], zones: [zone] },
    identity: { version: undefined, hostname: undefined, nsid: undefined },
    rateLimit: DEFAULT_RATE_LIMIT,
  } as unknown as Configuration
  const seen = { view: 'public', digest: 'aa', serial: 1, arena: 0, length: 100 }
  const loaded = { views: [], zones: [{ ...zone, views: [seen] }] } as unknown as LoadedZones
  const published: GenerationDescriptor[] = []
  const errors: unknown[] = []
  const ring = { isBroken: false, asked: 0 }
  const keyRing = {
    keySets: async (zones: readonly ZoneConfiguration[], now: number) => {
      ring.asked++
      if (ring.isBroken) throw new Error('no space left on device')
      return zones.map(() => keySetAt(now))
    },
  } as unknown as RunningServer['keyRing']
  const own = { secret: new Uint8Array(32), stamps: createSigningStamps() }
  const keySets = await keySetsFor(keyRing, configuration, loaded)
  const server = {
    ...{ configuration, loaded, keyRing, ...own, inTurn: createTurns(), servedZones: new Set<string>() },
    descriptor: describeGeneration(1, { configuration, loaded, keySets }, own),
    pool: { publish: async (descriptor: GenerationDescriptor) => void published.push(descriptor) },
    log: { info: () => {}, error: (facts: unknown) => void errors.push(facts) },
  } as unknown as RunningServer
  return { server, published, errors, ring }
}

beforeEach(() => {
  vi.useFakeTimers({ now: START * 1000 })
})

afterEach(() => {
  vi.useRealTimers()
})

test('publishes key sets anew while their signatures still hold, once a quantum', async () => {
  const { server, published } = await createServer()
  const [, next] = server.descriptor.keySets[0]!.apexRRsets[0]!.signatures
  renewKeySets(server)
  await vi.advanceTimersByTimeAsync(next!.from * 1000 - Date.now())
  expect(published).toEqual([])
  await vi.advanceTimersByTimeAsync(policy.quantum * 1000)
  expect(published.map(({ epoch }) => epoch)).toEqual([2])
  expect(server.descriptor).toBe(published[0])
  await vi.advanceTimersByTimeAsync(10 * DAY)
  expect(published.length).toBeGreaterThanOrEqual(10)
  expect(published.length).toBeLessThanOrEqual(12)
  // The content and its keys are the same, and so is what signatures are kept by.
  const stamps = published.map(({ views }) => views[0]!.images[0]!.signing!.stamp)
  expect(new Set(stamps)).toEqual(new Set([1]))
})

test.each([
  ['forward', 400 * DAY],
  ['back', -400 * DAY],
])('notices within a minute that the clock was set %s', async (_, jump) => {
  const { server, published } = await createServer()
  renewKeySets(server)
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(published).toEqual([])
  vi.setSystemTime(Date.now() + jump)
  await vi.advanceTimersByTimeAsync(MINUTE)
  const { from } = published.at(-1)!.keySets[0]!.apexRRsets[0]!.signatures[0]!
  expect(Math.abs(from * 1000 - Date.now())).toBeLessThan(DAY)
})

test('tries again, and says so, where the keys cannot be had', async () => {
  const { server, published, errors, ring } = await createServer()
  renewKeySets(server)
  ring.isBroken = true
  await vi.advanceTimersByTimeAsync(2 * DAY)
  expect(published).toEqual([])
  expect(errors.length).toBeGreaterThan(0)
  expect(errors.length).toBeLessThanOrEqual(ring.asked)
  expect(ring.asked).toBeLessThanOrEqual((2 * DAY) / MINUTE)
  ring.isBroken = false
  await vi.advanceTimersByTimeAsync(MINUTE)
  expect(published).toHaveLength(1)
})

test('waits for a reload that runs', async () => {
  const { server, published } = await createServer()
  let finish = (): void => {}
  const reload = server.inTurn(() => new Promise<void>((resolve) => (finish = resolve)))
  renewKeySets(server)
  await vi.advanceTimersByTimeAsync(3 * DAY)
  expect(published).toEqual([])
  finish()
  await reload
  await vi.advanceTimersByTimeAsync(1)
  expect(published).toHaveLength(1)
})
