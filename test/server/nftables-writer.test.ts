import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Ban } from '../../guard/bans.ts'
import { parsePrefix } from '../../server/address.ts'
import { createNftablesWriter } from '../../server/guard/nftables.ts'
import { nftablesTransaction, SHIPPED_SETS } from '../../server/guard/nftables-text.ts'
import type { ProgramEnd } from '../../server/guard/run-program.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function ban(prefix: string, expires?: number): Ban {
  const facts = { reason: 'why', since: 0, by: 'operator', incident: undefined, proved: false } as const
  return { ...facts, prefix: parsePrefix(prefix)!, expires }
}

/** A writer, what nft was given, and how it is to end. */
function writing() {
  const given: string[] = []
  const said: string[] = []
  const state = { bans: [ban('192.0.2.7')], end: { code: 0, complaint: '' } as ProgramEnd, milliseconds: 0 }
  const writer = createNftablesWriter({
    sets: () => SHIPPED_SETS,
    bans: () => state.bans,
    log: {
      info: (_: object, text: string) => void said.push(text),
      error: (_: object, text: string) => void said.push(text),
    } as never,
    now: () => 1000,
    run: async (input) => {
      given.push(input)
      if (state.milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, state.milliseconds))
      return state.end
    },
  })
  return { writer, given, said, state }
}

it('writes many changes at once, and all of the bans each time', async () => {
  const { writer, given, state } = writing()
  for (let count = 0; count < 50; count++) writer.update()
  state.bans = [ban('192.0.2.7'), ban('2001:db8::/32', 1060), ban('192.0.2.9', 1000)]
  await vi.advanceTimersByTimeAsync(1000)
  expect(given).toEqual([
    'flush set inet veil banned4\nadd element inet veil banned4 { 192.0.2.7/32 }\nflush set inet veil banned6\nadd element inet veil banned6 { 2001:db8::/32 timeout 60s }\n',
  ])
  expect(writer.report()).toEqual({ ...SHIPPED_SETS, writtenAt: '1970-01-01T00:16:40.000Z' })
})

it('runs one nft at a time, and once more for what changed meanwhile', async () => {
  const { writer, given, state } = writing()
  state.milliseconds = 5000
  writer.update()
  await vi.advanceTimersByTimeAsync(1000)
  writer.update()
  writer.update()
  await vi.advanceTimersByTimeAsync(3000)
  expect(given).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(5000)
  expect(given).toHaveLength(2)
})

it('writes the sets again each minute, for somebody may have emptied them', async () => {
  const { writer, given } = writing()
  writer.update()
  await vi.advanceTimersByTimeAsync(200 + 2 * 60_000)
  expect(given).toHaveLength(3)
  writer.stop()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(given).toHaveLength(3)
})

it('says a failure once, and that it is over', async () => {
  const { writer, said, state } = writing()
  state.end = { code: 1, complaint: 'netlink: Error: cache initialization failed: Operation not permitted\nand more' }
  writer.update()
  await vi.advanceTimersByTimeAsync(200_000)
  expect(said).toHaveLength(1)
  expect(said[0]).toContain('Operation not permitted: veild has no CAP_NET_ADMIN')
  expect(writer.report()?.failure).toContain('CAP_NET_ADMIN')
  state.end = { code: 0, complaint: '' }
  await vi.advanceTimersByTimeAsync(60_000)
  expect(said[1]).toBe('nftables is in step with the bans again')
})

it('does nothing where no sets are configured', async () => {
  const given: string[] = []
  const none = createNftablesWriter({
    ...{ sets: () => undefined, bans: () => [], now: () => 0 },
    log: { info: () => {}, error: () => {} },
    run: async (input) => {
      given.push(input)
      return { code: 0, complaint: '' }
    },
  })
  none.update()
  await vi.advanceTimersByTimeAsync(600_000)
  expect([given, none.report()]).toEqual([[], undefined])
})

it('breaks ten thousand bans into lines', () => {
  const bans = Array.from({ length: 10_000 }, (_, at) => ban(`10.${at >> 8}.${at & 255}.1`))
  const lines = nftablesTransaction(bans, SHIPPED_SETS, 0).trimEnd().split('\n')
  expect(lines).toHaveLength(2 + 20)
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(16_000)
})
