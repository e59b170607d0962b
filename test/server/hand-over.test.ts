import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { checkHistory } from '../../keys/key-history.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { handOver } from '../../server/keys/hand-over.ts'
import { renew } from '../../server/keys/key-timer.ts'
import { rolloverCommands } from '../../server/keys/rollover-commands.ts'
import type { KeySetPlan } from '../../server/keys/zone-rollover.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'
import { passTime, quickZone, type RollingServer, startRolling, tagsOf, ZONE } from '../helpers/rolling-server.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 })
})

afterEach(() => {
  vi.useRealTimers()
})

async function settled(standbyZsk: boolean): Promise<{ rolling: RollingServer; published: KeySetDescriptor[] }> {
  const published: KeySetDescriptor[] = []
  const rolling = await startRolling(openMemoryKeyStore(), quickZone({ standbyZsk }), (set) => published.push(set))
  for (let tick = 0; tick < 6; tick++) {
    passTime(900)
    await rolling.step()
    await rolling.parentFollows()
  }
  return { rolling, published }
}

const setOf = ({ server }: RollingServer) => server.store.keys.get(ZONE)!
const signing = ({ server }: RollingServer) => tagsOf(server.descriptor.keySets[0]!).signing

it('a ZSK that signs wrongly hands over to its standby at once, even while the rollover is paused', async () => {
  const { rolling, published } = await settled(true)
  const { server } = rolling
  const [bad] = signing(rolling)
  const standby = setOf(rolling).keys.find(({ duty }) => duty === 'standby')!
  await rolling.step({ by: 'operator', lead: 'paused', edit: (set) => ({ ...set, isPaused: true }) })
  const before = published.length
  await server.keyRing.distrust(ZONE, bad!, Math.floor(Date.now() / 1000))
  const handed = await handOver(server, ZONE, bad!)
  expect(handed).toMatchObject({ successor: `zsk ${standby.keyTag}`, steps: [{ isVisible: true }] })
  expect(handed!.steps[0]!.breaksChain).toBeUndefined()
  expect(signing(rolling)).toEqual([standby.keyTag])
  // At no moment nobody signed.
  expect(published.slice(before).map((set) => tagsOf(set).signing)).toEqual([[standby.keyTag]])
  expect(server.descriptor.keySets[0]!.distrusted).toBeUndefined()
  // What it has signed is in caches, and so it stays published.
  expect(tagsOf(published.at(-1)!).published).toContain(bad)
  expect(setOf(rolling).keys.find(({ keyTag }) => keyTag === bad)).toMatchObject({
    duty: 'retired',
    records: { dnskey: { state: 'omnipresent' }, zrrsig: { state: 'unretentive' } },
  })
  expect(server.store.keys.history(ZONE).entries.at(-1)).toMatchObject({ by: 'check' })
  await rolling.step({ by: 'operator', lead: 'resumed', edit: (set) => ({ ...set, isPaused: false }) })
  for (let tick = 0; tick < 6; tick++) {
    passTime(900)
    await rolling.step()
  }
  expect(setOf(rolling).keys.map(({ keyTag }) => keyTag)).not.toContain(bad)
  expect(setOf(rolling).keys.filter(({ duty }) => duty === 'standby')).toHaveLength(1)
  expect(checkHistory(ZONE, server.store.keys.history(ZONE))).toBeUndefined()
})

it('one without a standby that is everywhere hands over nothing, and signs no more', async () => {
  const { rolling } = await settled(false)
  const [bad] = signing(rolling)
  await rolling.server.keyRing.distrust(ZONE, bad!, Math.floor(Date.now() / 1000))
  expect(await handOver(rolling.server, ZONE, bad!)).toBeUndefined()
  await renew(rolling.server)
  expect(signing(rolling)).toEqual([])
  expect(rolling.server.descriptor.keySets[0]!.distrusted).toHaveLength(1)
  const { rolling: young } = await settled(true)
  await young.step({ by: 'operator', lead: 'no standby', edit: (set) => ({ ...set, keys: set.keys.slice(0, -1) }) })
  const [own] = signing(young)
  expect(setOf(young).keys.find(({ duty }) => duty === 'standby')?.records.dnskey?.state).toBe('rumoured')
  expect(await handOver(young.server, ZONE, own!)).toBeUndefined()
  expect(await handOver(young.server, ZONE, 1)).toBeUndefined()
})

it('of keys that are given up at once only the one that the DS leads to leaves the DS behind', async () => {
  for (const [role, breaksChain] of [
    ['zsk', undefined],
    ['ksk', true],
  ] as const) {
    const { rolling } = await settled(true)
    const { server } = rolling
    const commit = vi.spyOn(server.keyRing, 'commit')
    const { keyTag } = setOf(rolling).keys.find((key) => key.role === role && key.duty === 'active')!
    await rolloverCommands(server)['key-emergency']({ zone: ZONE, keyTag, manner: 'security', isDryRun: false })
    const [plans] = commit.mock.calls.find(([changes]) => changes.some(({ entry }) => entry?.by === 'operator'))!
    expect(plans[0]).toMatchObject({ zone: ZONE, isVisible: true })
    expect((plans[0] as KeySetPlan).breaksChain).toBe(breaksChain)
  }
})
