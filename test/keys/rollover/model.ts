/*
 * A scenario as something to explore, and what must be true of each world in it.
 */
import { RECORDS_OF_ROLE, type RecordState, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { Wait } from '../../../keys/rollover/step.ts'
import { type Brain, createBrain } from './brain.ts'
import { bogusness, type Caches, covers } from './caches.ts'
import { createCanon } from './canonical.ts'
import { disturbances } from './disturbances.ts'
import type { Model } from './explore.ts'
import type { Machine } from './machine.ts'
import { orderlyEvents } from './orderly.ts'
import type { Scenario } from './scenarios.ts'
import { servedOf } from './served.ts'
import { createValidator, namesOf } from './validator.ts'
import { NOW, type World } from './world.ts'

export function modelOf(
  { initial, settings, clockBack }: Scenario,
  machine: Machine,
  canon = createCanon(settings, clockBack),
): Model<World, Caches> {
  const validator = createValidator()
  const brain = createBrain(machine, canon)
  return {
    initial: initial.map(canon.worldOf),
    events: (world) =>
      [...orderlyEvents(world, brain), ...disturbances(world, brain, settings)].map(({ next, ...event }) => ({
        ...event,
        next: () => canon.worldOf(next()),
      })),
    textOf: canon.textOf,
    looseOf: ({ caches }) => caches,
    covers,
    faultOf: (world) => bogusness(world.caches, validator) ?? silenceOf(world, brain),
    isAtRest,
  }
}

/** Whether the zone has the keys that its settings want, each as far as it is to go, and no others. */
export function isAtRest({ keys, settings, goal, isPaused, clockAhead, isAcknowledged, parent }: World): boolean {
  if (isPaused || clockAhead !== undefined || !isAcknowledged) return false
  if (goal === 'insecure') return keys.every(isHidden) && parent.every((ds) => ds === '')
  const { policy, algorithms } = settings
  const wanted = algorithms.flatMap((algorithm) =>
    (policy.isCombined ? ['csk'] : ['ksk', 'zsk']).flatMap((role) => {
      const isStandbyWanted = (role !== 'ksk' && policy.standbyZsk) || (role !== 'zsk' && policy.standbyKsk)
      return [`${role}${algorithm} active`, ...(isStandbyWanted ? [`${role}${algorithm} standby`] : [])]
    }),
  )
  const there = keys
    .filter(({ isForeign }) => isForeign !== true)
    .map(({ role, algorithm, duty }) => `${role}${algorithm} ${duty}`)
  return JSON.stringify(wanted.sort()) === JSON.stringify(there.sort()) && keys.every(isEverywhere)
}

/** Why the world stands still without a reason that somebody or something will do away with, or with a false one. */
export function silenceOf(world: World, brain: Brain): string | undefined {
  const {
    changes,
    step: { transitions, waits },
  } = brain.think(world)
  if (transitions.length > 0 || changes.length > 0) return undefined
  if (isAtRest(world) || !world.isAcknowledged) return undefined
  const isHeld = world.isPaused || world.clockAhead !== undefined
  if (waits.length === 0 && !isHeld) return 'nothing moves, and nothing is said to be waited for'
  return waits.map((wait) => falsehoodOf(wait, world)).find((falsehood) => falsehood !== undefined)
}

/** What is not true of a reason to wait. */
function falsehoodOf({ key: id, record, reason }: Wait, world: World): string | undefined {
  const key = world.keys.find((each) => each.id === id)
  const status = key?.records[record]
  const names = (ids: readonly string[]) => ids.every((other) => world.keys.some((each) => each.id === other))
  const isTrue = () => {
    switch (reason.kind) {
      case 'time':
        return reason.until > NOW && reason.until === reason.since + reason.ttl + reason.safety
      case 'served':
        return status?.served === undefined
      case 'parent': {
        const asked = namesOf(servedOf(world).asked ?? '')
        return asked.includes(id) === (reason.expects === 'present')
      }
      case 'paused':
        return world.isPaused
      case 'clock':
        return world.clockAhead !== undefined
      case 'manual':
        return world.settings.policy.isManual
      case 'rule':
      case 'still-secure':
        return names(reason.others)
      case 'predecessor':
        return names([reason.key])
      default:
        return true
    }
  }
  return isTrue() ? undefined : `${id} ${record} waits for what is not so: ${JSON.stringify(reason)}`
}

function isHidden({ records }: RolloverKey): boolean {
  return Object.values(records).every(({ state }) => state === 'hidden')
}

function isChanging(state: RecordState | undefined): boolean {
  return state === 'rumoured' || state === 'unretentive'
}

/** Whether a key is as far as its duty wants. */
function isEverywhere({ role, duty, records, isForeign }: RolloverKey): boolean {
  return RECORDS_OF_ROLE[role].every((record) => {
    // What another signer does with its key is its own affair.
    if (isForeign && record !== 'dnskey') return !isChanging(records[record]?.state)
    const isWanted = duty === 'active' || (duty === 'standby' && record !== 'zrrsig')
    return records[record]?.state === (isWanted ? 'omnipresent' : 'hidden')
  })
}
