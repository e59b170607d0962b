import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { checkHistory } from '../../keys/key-history.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import type { KeyStore } from '../../keys/key-store.ts'
import { rollKey } from '../../keys/rollover/operator-changes.ts'
import { type ClockWatch, watchClock } from '../../server/clock-watch.ts'
import { clockCommands } from '../../server/keys/clock-commands.ts'
import { believedSeconds, endHold, isHoldOver } from '../../server/keys/rollover-clock.ts'
import { rolloverCommands } from '../../server/keys/rollover-commands.ts'
import { reportRollovers } from '../../server/keys/rollover-reports.ts'
import { situationOf } from '../../server/keys/zone-rollover.ts'
import { LONG } from '../helpers/long.ts'
import { openTimedKeyStore } from '../helpers/memory-store.ts'
import {
  MAX_TTL,
  quickZone,
  type RollingServer,
  SAFETY,
  startRolling,
  tagsOf,
  ZONE,
} from '../helpers/rolling-server.ts'

const BEGIN = Date.UTC(2027, 0, 15)
const TICK = 120
const HOUR = 3600
/** Every so many ticks of a roll the clock is set in the middle of it. */
const STRIDE = LONG ? 1 : 7
const YEAR = 365 * 86_400
/** The parent looks at CDS at each third tick; its DS has a TTL of 300 s. */
const PARENT_TICKS = 3
const DS_TTL = 300

/** A machine on which the server runs, with both of its clocks. */
interface World {
  readonly store: KeyStore
  readonly server: () => RollingServer
  /** Seconds that have really passed. */
  readonly now: () => number
  /** Lets a tick pass, and whatever is due happen. */
  tick(): Promise<void>
  /** Sets the wall clock. */
  set(seconds: number): void
  /** Seconds in which the machine does not run, and what its counter makes of them. */
  absent(seconds: number, how: 'asleep' | 'stopped' | 'off'): Promise<void>
  /** What was broken: sentences. */
  readonly faults: string[]
}

let watches: ClockWatch[] = []

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: BEGIN })
})

afterEach(async () => {
  for (const watch of watches) await watch.stop()
  watches = []
  vi.useRealTimers()
})

async function createWorld(): Promise<World> {
  const { keys: store, clock: clockStore } = openTimedKeyStore()
  const machine = { real: 0, offset: 0, bootedAt: -1000, boot: 1 }
  const faults: string[] = []
  const zone = quickZone()
  const onPublish = judgePublications(faults, () => machine.real)
  const show = () => vi.setSystemTime(BEGIN + (machine.real + machine.offset) * 1000)
  const read = () => ({
    ...{ wall: Date.now(), boot: String(machine.boot) },
    sinceBoot: (machine.real - machine.bootedAt) * 1000,
  })
  const start = async (): Promise<RollingServer> => {
    const clock = watchClock({ store: clockStore, log: { warn: () => {}, error: () => {} }, read })
    watches.push(clock)
    await endHold({ clock, store: { keys: store, clock: clockStore }, log: { info: () => {} } } as never)
    return startRolling(store, zone, onPublish, { clock, store: { clock: clockStore } })
  }
  let server = await start()
  let ticks = 0
  return {
    ...{ store, faults, server: () => server, now: () => machine.real },
    tick: async () => {
      machine.real += TICK
      show()
      if (isHoldOver(server.server)) await endHold(server.server)
      await server.step()
      if (++ticks % PARENT_TICKS === 0) await server.parentFollows()
    },
    set: (seconds) => {
      machine.offset += seconds
      show()
    },
    absent: async (seconds, how) => {
      machine.real += seconds
      if (how === 'stopped') machine.bootedAt += seconds
      if (how === 'off') {
        await server.server.clock.stop()
        machine.bootedAt = machine.real - 20
        machine.boot++
      }
      show()
      if (how === 'off') server = await start()
    },
  }
}

/** What holds of all that is published, by time that has really passed. */
function judgePublications(faults: string[], now: () => number): (set: KeySetDescriptor) => void {
  const since = new Map<number, number>()
  const signed = new Map<number, number>()
  let before: { published: number[]; signing: number[] } | undefined
  return (set) => {
    const found = tagsOf(set)
    for (const tag of found.published) if (!since.has(tag)) since.set(tag, now())
    for (const tag of before?.signing ?? []) signed.set(tag, now())
    for (const tag of before === undefined ? [] : found.signing) {
      const age = now() - since.get(tag)!
      if (!before!.signing.includes(tag) && age < MAX_TTL + SAFETY) faults.push(`${tag} signs ${age} s after it came`)
    }
    for (const tag of before?.published ?? []) {
      const age = now() - (signed.get(tag) ?? since.get(tag)!)
      const least = signed.has(tag) ? MAX_TTL + SAFETY : DS_TTL + SAFETY
      if (!found.published.includes(tag) && age < least) faults.push(`${tag} leaves ${age} s after it was relied on`)
    }
    before = found
  }
}

const statesOf = ({ store }: World) =>
  store.get(ZONE)!.keys.map(({ id, duty, records }) => [id, duty, Object.values(records).map(({ state }) => state)])

/** Whether nothing is under way. */
const isDone = ({ store }: World): boolean =>
  store
    .get(ZONE)!
    .keys.every(
      (key) => key.duty === 'active' && Object.values(key.records).every(({ state }) => state === 'omnipresent'),
    )

async function untilDone(world: World, most = 80): Promise<number> {
  for (let tick = 0; tick < most; tick++) {
    if (isDone(world)) return tick
    await world.tick()
  }
  throw new Error(`stuck: ${JSON.stringify(world.store.get(ZONE)!.keys.map(({ records }) => records))}`)
}

async function roll(world: World, role: KeyRole): Promise<void> {
  const { server, step } = world.server()
  const asked = rollKey(situationOf(world.store.get(ZONE)!, quickZone().dnssec, believedSeconds(server), true), {
    role,
  })
  if (asked.refused !== undefined) throw new Error(asked.refused)
  await step({ by: 'operator', lead: 'roll', changes: asked.changes })
}

/** Nothing steps while it is held, which is as long as it says; how many ticks that was. */
async function ticksHeld(world: World): Promise<number> {
  const states = statesOf(world)
  for (let tick = 1; tick < 60; tick++) {
    await world.tick()
    if (world.server().server.clock.time().hold === undefined) return tick
    expect(statesOf(world)).toEqual(states)
  }
  throw new Error('it is held for ever')
}

/** How many ticks each roll takes that nobody disturbs. */
async function undisturbed(role: KeyRole): Promise<number> {
  const world = await createWorld()
  await untilDone(world)
  await roll(world, role)
  return untilDone(world)
}

describe.each<KeyRole>(['zsk', 'ksk'])('a roll of a %s', { timeout: 60_000 }, (role) => {
  it.each([
    ['a year forward', YEAR],
    ['60 days back', -60 * 86_400],
    ['two hours forward', 2 * HOUR],
  ])('takes no step on a clock that was set %s, at whatever moment, and none too early after it', async (_, jump) => {
    const length = await undisturbed(role)
    expect(length).toBeGreaterThan(8)
    for (let at = 0; at <= length; at += STRIDE) {
      const world = await createWorld()
      await untilDone(world)
      await roll(world, role)
      for (let tick = 0; tick < at; tick++) await world.tick()
      world.set(jump)
      expect(await ticksHeld(world)).toBe(HOUR / TICK + 1)
      await untilDone(world)
      expect([at, world.faults]).toEqual([at, []])
      expect(checkHistory(ZONE, world.store.history(ZONE))).toBeUndefined()
    }
  })

  it('goes on where the clock was set back in time to what it was, and waits end when they would have', async () => {
    const world = await createWorld()
    await untilDone(world)
    await roll(world, role)
    await world.tick()
    world.set(YEAR)
    await world.tick()
    world.set(-YEAR)
    await ticksHeld(world)
    // An hour has passed in which caches have followed.
    expect(await untilDone(world)).toBeLessThan((await undisturbed(role)) - 5)
    expect(world.faults).toEqual([])
  })

  it('counts sleep, and not what the machine or all that it counts stood still for', async () => {
    const ends: number[] = []
    for (const how of ['asleep', 'off', 'stopped'] as const) {
      const world = await createWorld()
      await untilDone(world)
      await roll(world, role)
      await world.tick()
      await world.absent(5 * HOUR, how)
      await world.tick()
      const { hold } = world.server().server.clock.time()
      expect([how, hold?.cause]).toEqual([how, how === 'stopped' ? 'set' : undefined])
      if (hold !== undefined) await ticksHeld(world)
      ends.push(await untilDone(world))
      expect(world.faults).toEqual([])
    }
    expect(ends[0]).toBeLessThan(ends[1]!)
  })
})

it('an operator sees why nothing goes on, is refused what would begin something, and can confirm the clock', async () => {
  const world = await createWorld()
  await untilDone(world)
  await roll(world, 'zsk')
  world.set(YEAR)
  await world.tick()
  const { server } = world.server()
  const [report] = await reportRollovers(server)
  expect(report!.waits.map(({ reason }) => reason.kind)).toContain('clock')
  expect(new Set(report!.waits.map(({ reason }) => reason.kind))).toEqual(new Set(['clock']))
  expect(report!.alarms).toEqual([expect.stringContaining('`dnsctl key clock`')])
  expect(report!.clock?.hold).toMatchObject({ cause: 'set', aheadSeconds: YEAR, endsInSeconds: HOUR })
  const args = { zone: ZONE, role: 'ksk', isDryRun: false }
  await expect(rolloverCommands(server)['key-roll'](args)).rejects.toMatchObject({
    hint: expect.stringContaining('dnsctl key clock --confirm'),
  })
  const commands = clockCommands(server)
  expect(await commands['clock-confirm']()).toMatchObject({ shift: YEAR })
  await expect(commands['clock-confirm']()).rejects.toThrow('the clock is trusted')
  expect(commands.clock().hold).toBeUndefined()
  expect(world.store.history(ZONE).entries.at(-1)).toMatchObject({
    by: 'operator',
    what: expect.stringContaining(`the clock was set by +${YEAR} s`),
  })
  await untilDone(world)
  expect(world.faults).toEqual([])
})

it('a clock that shows what cannot be is not confirmed, and ends no hold', async () => {
  const world = await createWorld()
  await untilDone(world)
  world.set(-5 * YEAR)
  await world.tick()
  const commands = clockCommands(world.server().server)
  await expect(commands['clock-confirm']()).rejects.toThrow('which cannot be right')
  for (let tick = 0; tick < 40; tick++) await world.tick()
  expect(commands.clock().hold).not.toHaveProperty('endsInSeconds')
})
