import { describe, expect, it } from 'vitest'
import { findPrefixValue } from '../../guard/prefix-trie.ts'
import { Sanction } from '../../guard/reaction.ts'
import { parseAddress, parsePrefix } from '../../server/address.ts'
import { createSanctions } from '../../server/guard/sanctions.ts'
import { keep, shown, wanted } from '../helpers/bans.ts'
import { openMemoryBanStore } from '../helpers/memory-store.ts'
import { useStoreFolder } from '../helpers/store-folder.ts'

describe('the keeper of bans', () => {
  const { open, reopen } = useStoreFolder()

  it('has a ban on disk and in force when it is acknowledged, and after a restart', async () => {
    const store = open()
    const { keeper, enforced } = keep(store.bans)
    const { addition, ban } = await keeper.add(wanted('192.0.2.0/24', 600))
    expect(addition).toEqual({ outcome: 'added' })
    expect(ban).toMatchObject({ since: 1000, expires: 1600 })
    await keeper.add(wanted('2001:db8::1', 'never'))
    expect(enforced).toEqual([['192.0.2.0/24'], ['192.0.2.0/24', '2001:db8::1/128']])
    const again = keep((await reopen(store)).bans)
    expect(again.keeper.all()).toEqual(keeper.all())
    expect(again.keeper.all()).toHaveLength(2)
  })

  it('lifts bans, for good', async () => {
    const store = open()
    const { keeper, enforced } = keep(store.bans)
    await keeper.add(wanted('192.0.2.7'))
    expect(await keeper.remove(parsePrefix('192.0.2.0/24')!)).toBeUndefined()
    expect((await keeper.remove(parsePrefix('192.0.2.7')!))?.reason).toBe('why')
    expect(enforced.at(-1)).toEqual([])
    expect((await reopen(store)).bans.all()).toEqual([])
  })

  it('ends bans in time, on disk too', async () => {
    const store = open()
    const { keeper, clock, enforced } = keep(store.bans)
    await keeper.add(wanted('192.0.2.7', 60))
    await keeper.add(wanted('192.0.2.8', 61))
    clock.now = 1060
    await keeper.expire()
    expect(enforced.at(-1)).toEqual(['192.0.2.8/32'])
    expect(shown((await reopen(store)).bans.all())).toEqual(['192.0.2.8/32'])
  })

  it('ends after a restart what was over meanwhile', async () => {
    const store = open()
    await keep(store.bans).keeper.add(wanted('192.0.2.7', 60))
    const again = keep((await reopen(store)).bans)
    again.clock.now = 5000
    await again.keeper.expire()
    expect(again.keeper.all()).toEqual([])
  })

  it('is as it was where the disk will not have it', async () => {
    const memory = openMemoryBanStore()
    const { keeper, enforced } = keep({ ...memory, change: () => Promise.reject(new Error('ENOSPC')) })
    await expect(keeper.add(wanted('192.0.2.7'))).rejects.toThrow('ENOSPC')
    expect(keeper.all()).toEqual([])
    expect(enforced).toEqual([])
  })

  it('puts many changes into force together', async () => {
    const { keeper, enforced } = keep(openMemoryBanStore())
    await Promise.all(Array.from({ length: 100 }, (_, host) => keeper.add(wanted(`192.0.2.${host}`))))
    expect(enforced.length).toBeLessThan(10)
    expect(enforced.at(-1)).toHaveLength(100)
  })

  it('makes room on disk as it does in the list', async () => {
    const memory = openMemoryBanStore()
    const { keeper } = keep(memory, 2)
    await keeper.add({ ...wanted('192.0.2.1', 60), by: 'honey' })
    await keeper.add({ ...wanted('192.0.2.2', 70), by: 'honey' })
    expect((await keeper.add(wanted('192.0.2.3'))).addition.outcome).toBe('displaced')
    expect(shown(memory.all()).sort()).toEqual(['192.0.2.2/32', '192.0.2.3/32'])
  })
})

it('sanctions are bans for everybody, and starving by view and by whether the address was proved', async () => {
  let bans: Int32Array | null = null
  let starved: ReadonlyMap<string, Int32Array> = new Map()
  const sanctions = createSanctions(async (change) => {
    if (change.bans !== undefined) bans = change.bans
    if (change.starved !== undefined) starved = change.starved
  })
  const { keeper } = keep(openMemoryBanStore())
  await keeper.add(wanted('192.0.2.0/24'))
  await sanctions.ban(keeper.all())
  await sanctions.starve([
    { view: 'public', prefix: parsePrefix('198.51.100.0/24')!, isProved: true },
    { view: 'public', prefix: parsePrefix('192.0.2.7')!, isProved: false },
    { view: 'internal', prefix: parsePrefix('10.0.0.7')!, isProved: true },
  ])
  const find = (words: Int32Array, text: string) => findPrefixValue(words, 0, parseAddress(text)!, 0)
  expect(['192.0.2.7', '192.0.3.1'].map((text) => find(bans!, text))).toEqual([Sanction.Banned, -1])
  const addresses = ['198.51.100.1', '192.0.2.7', '10.0.0.7']
  expect(addresses.map((text) => find(starved.get('public')!, text))).toEqual([
    ...[Sanction.Starved, Sanction.StarvedUnproved, -1],
  ])
  expect(addresses.map((text) => find(starved.get('internal')!, text))).toEqual([-1, -1, Sanction.Starved])
  await sanctions.starve([])
  await sanctions.ban([])
  expect([bans, starved.size]).toEqual([null, 0])
})
