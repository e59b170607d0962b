import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { noteParent, type ParentObservation } from '../../server/keys/parent-sightings.ts'
import { rolloverCommands } from '../../server/keys/rollover-commands.ts'
import { openMemoryKeyStore } from '../helpers/memory-store.ts'
import { quickZone, startRolling, ZONE } from '../helpers/rolling-server.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 }))
afterEach(() => void vi.useRealTimers())

/** A server whose parent is looked at, and has no DS. */
async function startBelow(seen: (at: number) => Partial<ParentObservation>) {
  const { server, step } = await startRolling(openMemoryKeyStore(), quickZone(), () => {}, { hasBeenServed: false })
  const looks: Promise<void>[] = []
  const look = (zone: string) => {
    const looked = noteParent(server, zone, { mode: 'check', servers: [], ...seen(Math.floor(Date.now() / 1000)) })
    looks.push(looked)
    return looked
  }
  server.rollovers.parentWatch = { look, expect: () => {}, follow: () => {}, stop: () => {} }
  const ksk = () => server.store.keys.get(ZONE)!.keys.find(({ role }) => role === 'ksk')!
  const submit = (isDryRun: boolean) =>
    rolloverCommands(server)['key-ds-said']({ zone: ZONE, keyTag: ksk().keyTag, says: 'submitted', isDryRun })
  return { looks, ksk, submit, step }
}

describe('the word of an operator that the DS is at the parent', () => {
  it('counts from the end of the second in which it is said: no wait ends early for being counted in whole ones', async () => {
    vi.setSystemTime(1_800_100_000_900)
    const { ksk, submit, step } = await startBelow(() => ({}))
    // It is served, long ago.
    await step()
    vi.setSystemTime(1_800_200_000_900)
    await submit(false)
    expect(ksk().records.ds?.seen?.at).toBe(1_800_200_001)
  })

  it('counts no more as soon as every server of the parent is seen to have none', async () => {
    const { looks, ksk, submit } = await startBelow((at) => ({ whole: { at, ttl: 60, everywhere: [], anywhere: [] } }))
    await submit(true)
    expect(looks).toHaveLength(0)
    await submit(false)
    expect(looks).toHaveLength(1)
    await looks[0]
    expect(ksk().records.ds).toMatchObject({ state: 'rumoured' })
    expect(ksk().records.ds?.seen).toBeUndefined()
  })

  it('counts where what they say is older than what is known', async () => {
    const { looks, ksk, submit } = await startBelow((at) => ({
      whole: { at, ttl: 60, everywhere: [], anywhere: [], outdated: [ksk().id] },
    }))
    await submit(false)
    await looks[0]
    expect(ksk().records.ds?.seen).toMatchObject({ by: 'operator' })
  })

  it('counts where not every server could be heard', async () => {
    const { looks, ksk, submit } = await startBelow(() => ({}))
    await submit(false)
    await looks[0]
    expect(ksk().records.ds?.seen).toMatchObject({ by: 'operator' })
  })
})
