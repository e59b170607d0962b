/*
 * What people, failures and parents do besides, each as often as a scenario allows.
 */
import type { Event } from './explore.ts'
import type { Machine } from './machine.ts'
import { changedKeys } from './orderly.ts'
import { flushed, situationOf, type World } from './world.ts'

export function disturbances(world: World, machine: Machine): Event<World>[] {
  return Object.entries(world.left).flatMap(([label, left]) => {
    const happen = left > 0 ? DISTURBANCES[label.split(' ')[0]!] : undefined
    if (left > 0 && happen === undefined) throw new Error(`nothing is known of ${label}`)
    const spent = { ...world, left: { ...world.left, [label]: left - 1 } }
    const next = happen?.(spent, label.split(' ').slice(1), machine)
    return next === undefined ? [] : [{ label, isOrderly: false, next }]
  })
}

/** What a disturbance with these words makes of a world; undefined: it cannot happen there. */
type Disturbance = (world: World, words: readonly string[], machine: Machine) => (() => World) | undefined

const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  roll: (world, [role], machine) => {
    const key = world.keys.find(
      (each) =>
        each.role === role && each.duty === 'active' && !world.keys.some(({ replaces }) => replaces === each.id),
    )
    if (key === undefined) return undefined
    return () => flushed(world, changedKeys(world, machine.succession(key, situationOf(world)), machine))
  },
  pause: (world) => (world.isPaused ? undefined : () => ({ ...world, isPaused: true })),
}
