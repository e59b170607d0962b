import { describe, expect, it } from 'vitest'
import { readMessage } from '../../../dns/message.ts'
import { canonicalName, nameFromText, nameToText } from '../../../dns/name.ts'
import { DEFAULT_PARENT } from '../../../server/configuration/parent.ts'
import type { ParentObservation } from '../../../server/keys/parent-sightings.ts'
import type { Exchange } from '../../../server/parent/exchange.ts'
import { type WatchedZone, watchParents } from '../../../server/parent/watch.ts'
import { NOW } from '../../helpers/simulated-dns.ts'
import { KEYS } from './watched.ts'

const RESOLVER = { address: '192.0.2.99', port: 53, family: 4 as const }
const FIRST_LOOK = 60
/** Seconds after which the slow one gives an answer, of no use: more than any patience. */
const SLOW = 30

interface Look {
  readonly zone: string
  readonly at: number
  readonly problem: string | undefined
}

/**
 * Watches zones that all wait for their parents, for so many seconds. Names below `slow.test.` are asked about in vain, each question
 * for `SLOW`; all others are answered at once that they cannot be.
 */
async function watchZones(names: readonly string[], seconds: number) {
  let now = NOW
  let timers: { at: number; run: () => void }[] = []
  const after = (milliseconds: number, run: () => void) => {
    const timer = { at: now + Math.ceil(milliseconds / 1000), run }
    timers.push(timer)
    return () => {
      timers = timers.filter((each) => each !== timer)
    }
  }
  const looks: Look[] = []
  const asked = new Map<string, number>()
  let mostSlow = 0
  const exchange: Exchange = async ({ message }) => {
    const name = nameToText(canonicalName(readMessage(message)!.question!.name))
    if (!name.endsWith('slow.test.')) return { kind: 'refused' }
    asked.set(name, (asked.get(name) ?? 0) + 1)
    mostSlow = Math.max(
      mostSlow,
      [...asked.values()].reduce((all, count) => all + count, 0),
    )
    await new Promise<void>((resolve) => after(SLOW * 1000, resolve))
    asked.set(name, asked.get(name)! - 1)
    return { kind: 'timeout' }
  }
  const zoneOf = (name: string): WatchedZone => {
    const apex = canonicalName(nameFromText(name))
    const { keyTag, dnskey } = KEYS[0]!
    const records = { ds: { state: 'rumoured', since: 0, ttl: 0 } } as const
    const parent = { ...DEFAULT_PARENT, check: true, resolver: [RESOLVER, RESOLVER], trustAnchors: [] }
    return { name, apex, views: undefined, parent, keys: [{ id: '0', apex, keyTag, dnskey, records }] }
  }
  const watch = watchParents({
    parts: { network: { exchange, randomId: () => 7 }, now: () => now },
    names: () => names,
    zone: zoneOf,
    note: async (zone, { checkedAt, problem }: ParentObservation) => {
      if (checkedAt !== undefined) looks.push({ zone, at: now - NOW, problem })
    },
    onError: (error) => {
      throw error
    },
    after,
    random: () => 0.5,
  })
  for (const end = NOW + seconds; ; ) {
    await new Promise((resolve) => setImmediate(resolve))
    const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
    if (due === undefined) break
    timers = timers.filter((each) => each !== due)
    now = Math.max(now, due.at)
    due.run()
  }
  watch.stop()
  return { looks, mostSlow }
}

const zonesBelow = (parent: string, count: number) => Array.from({ length: count }, (_, index) => `z${index}.${parent}`)

describe('many zones that wait for their parents', () => {
  it('wait for nobody who is slow and none of theirs, and few slow ones are asked at a time', async () => {
    const [slow, quick] = [zonesBelow('slow.test.', 40), zonesBelow('quick.test.', 20)]
    const { looks, mostSlow } = await watchZones([...slow, ...quick], FIRST_LOOK)
    expect(looks.map(({ zone }) => zone).sort()).toEqual([...quick].sort())
    expect(new Set(looks.map(({ at }) => at))).toEqual(new Set([FIRST_LOOK]))
    expect(mostSlow).toBe(2)
  })

  it('are all looked at in the end, the slow ones too, each within its time', async () => {
    const slow = zonesBelow('slow.test.', 5)
    const { looks } = await watchZones(slow, 900)
    expect(new Set(looks.map(({ zone }) => zone))).toEqual(new Set(slow))
    const [first] = looks
    // The question that was on its way when the time was over is waited for.
    expect(first!.at - FIRST_LOOK).toBeGreaterThanOrEqual(120)
    expect(first!.at - FIRST_LOOK).toBeLessThanOrEqual(120 + SLOW)
    expect(first!.problem).toContain('it was not asked any more: the look had taken too long')
  })

  it('of eight slow parents leave those of a ninth waiting no longer than a look may take', async () => {
    const slow = Array.from({ length: 8 }, (_, index) => zonesBelow(`p${index}.slow.test.`, 3)).flat()
    const { looks } = await watchZones([...slow, 'quick.test.'], 600)
    const quick = looks.find(({ zone }) => zone === 'quick.test.')
    expect(quick!.at - FIRST_LOOK).toBeLessThanOrEqual(3 * (120 + SLOW))
  })
})
