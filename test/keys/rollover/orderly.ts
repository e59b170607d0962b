/*
 * What happens by itself: the machine steps, workers follow, the parent does as it is asked and is looked at, time goes by.
 */
import type { RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { KeyChange } from '../../../keys/rollover/step.ts'
import { ttlsOf } from '../../../keys/rollover/timers.ts'
import type { Event } from './explore.ts'
import type { Machine } from './machine.ts'
import { followed, isSeen, updated } from './parent.ts'
import { servedOf } from './served.ts'
import { afterTick, flushed, NOW, settled, situationOf, type World, worldText } from './world.ts'

/** In the order in which they happen where nobody disturbs. */
export function orderlyEvents(world: World, machine: Machine): Event<World>[] {
  return [
    ...policyEvents(world, machine),
    ...stepEvents(world, machine),
    ...acknowledgement(world, machine),
    ...(world.isPaused ? [orderly('the operator resumes', () => ({ ...world, isPaused: false }))] : []),
    ...parentEvents(world),
    ...lookEvents(world, machine),
    orderly('a tick', () => afterTick(world)),
  ]
}

/** The keys after changes, new ones under the smallest name that nobody remembers. */
export function changedKeys(world: World, changes: readonly KeyChange[], machine: Machine): RolloverKey[] {
  let keys = [...world.keys]
  for (const change of changes) {
    const made =
      change.kind === 'make' ? { made: newName({ ...world, keys }, `${change.role}${change.algorithm}`) } : {}
    keys = machine.applyKeyChange(keys, change, { now: NOW, ...made })
  }
  return keys
}

function policyEvents(world: World, machine: Machine): Event<World>[] {
  const changes = machine.keyChanges(situationOf(world))
  if (changes.length === 0) return []
  const label = `policy: ${changes.map(changeText).join(', ')}`
  return [orderly(label, () => flushed(world, changedKeys(world, changes, machine)))]
}

function stepEvents(world: World, machine: Machine): Event<World>[] {
  const situation = situationOf(world)
  const isManual = situation.policy.isManual
  const asked = { ...situation, policy: { ...situation.policy, isManual: false } }
  return [...(isManual ? [situation] : []), asked].flatMap((each) => {
    const { transitions } = machine.nextStep(each)
    if (transitions.length === 0) return []
    const steps = transitions.map(({ key, record, from, to }) => `${key} ${record} ${from[0]}→${to[0]}`).join(', ')
    const label = isManual && each === asked ? `the operator steps: ${steps}` : `step: ${steps}`
    return [
      orderly(label, () =>
        flushed(world, machine.applyTransitions(world.keys, transitions, { now: NOW, ttls: ttlsOf(each) })),
      ),
    ]
  })
}

function acknowledgement(world: World, machine: Machine): Event<World>[] {
  if (world.isAcknowledged) return []
  const keys = () => machine.noteServed(world.keys, world.keys, NOW)
  return [orderly('all workers serve it', () => settled({ ...world, keys: keys(), stale: [], isAcknowledged: true }))]
}

/** Any server of the parent takes up what any worker asks for. */
function parentEvents(world: World): Event<World>[] {
  const asked = new Set([servedOf(world.keys, world.goal), ...world.stale].map((served) => served.asked))
  return [...asked].flatMap((ds) =>
    world.parent.flatMap((has, address) => {
      if (ds === undefined || followed(has, ds, 'replace') === has) return []
      const parent = updated(world.parent, address, ds)
      return [orderly(`parent server ${address} takes DS ${ds || 'none'}`, () => settled({ ...world, parent }))]
    }),
  )
}

function lookEvents(world: World, machine: Machine): Event<World>[] {
  const keys = sightedKeys(world, machine)
  const isNews = worldText({ ...world, keys }) !== worldText(world)
  return isNews ? [orderly('a look at the parent', () => flushed(world, keys))] : []
}

/** The keys once all servers of the parent were asked. */
function sightedKeys(world: World, machine: Machine): RolloverKey[] {
  let keys = [...world.keys]
  for (const { id, records } of world.keys) {
    if (records.ds === undefined) continue
    const isPresent = isSeen(world.parent, id, 'present')
    const says = isPresent ? 'present' : isSeen(world.parent, id, 'absent') ? 'absent' : 'mixed'
    const { parentTtl: ttl, keyTtl } = world.settings
    keys = machine.noteSighting(keys, { key: id, says, at: NOW, ttl, by: 'check' }, keyTtl)
  }
  return keys
}

function orderly(label: string, next: () => World): Event<World> {
  return { label, isOrderly: true, next }
}

function changeText(change: KeyChange): string {
  switch (change.kind) {
    case 'make':
      return `make ${change.duty} ${change.role}${change.algorithm}${change.replaces ? ` for ${change.replaces}` : ''}`
    case 'duty':
      return `${change.key} is ${change.duty}`
    case 'remove':
      return `remove ${change.key}`
  }
}

function newName(world: World, kind: string): { id: string; keyTag: number } {
  const remembered = JSON.stringify([world.keys, world.caches, world.parent])
  for (let number = 1; ; number++) {
    if (!remembered.includes(`${kind}.${number}`)) return { id: `${kind}.${number}`, keyTag: number }
  }
}
