/*
 * A scenario as something to explore, and what must be true of each world in it.
 */
import { RECORDS_OF_ROLE, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { Wait } from '../../../keys/rollover/step.ts'
import { type Brain, createBrain } from './brain.ts'
import { bogusness } from './caches.ts'
import { disturbances } from './disturbances.ts'
import type { Model } from './explore.ts'
import type { Machine } from './machine.ts'
import { orderlyEvents } from './orderly.ts'
import type { Scenario } from './scenarios.ts'
import { servedOf } from './served.ts'
import { createValidator, namesOf } from './validator.ts'
import { NOW, type World, worldText } from './world.ts'

export function modelOf({ initial, settings }: Scenario, machine: Machine): Model<World> {
  const validator = createValidator()
  const brain = createBrain(machine)
  return {
    initial,
    events: (world) => [...orderlyEvents(world, brain), ...disturbances(world, brain, settings)],
    textOf: worldText,
    faultOf: (world) => bogusness(world.caches, validator) ?? silenceOf(world, brain),
    isAtRest,
  }
}

/** Whether the zone has the keys that its settings want, each as far as it is to go, and no others. */
export function isAtRest({ keys, settings, goal, isPaused, isAcknowledged, parent }: World): boolean {
  if (isPaused || !isAcknowledged) return false
  if (goal === 'insecure') return keys.every(isHidden) && parent.every((ds) => ds === '')
  const { policy, algorithms } = settings
  const wanted = algorithms.flatMap((algorithm) =>
    (policy.isCombined ? ['csk'] : ['ksk', 'zsk']).flatMap((role) => {
      const isStandbyWanted = (role !== 'ksk' && policy.standbyZsk) || (role !== 'zsk' && policy.standbyKsk)
      return [`${role}${algorithm} active`, ...(isStandbyWanted ? [`${role}${algorithm} standby`] : [])]
    }),
  )
  const there = keys.map(({ role, algorithm, duty }) => `${role}${algorithm} ${duty}`)
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
  if (waits.length === 0 && !world.isPaused) return 'nothing moves, and nothing is said to be waited for'
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

/** Whether a key is as far as its duty wants. */
function isEverywhere({ role, duty, records }: RolloverKey): boolean {
  return RECORDS_OF_ROLE[role].every((record) => {
    const isWanted = duty === 'active' || (duty === 'standby' && record !== 'zrrsig')
    return records[record]?.state === (isWanted ? 'omnipresent' : 'hidden')
  })
}
