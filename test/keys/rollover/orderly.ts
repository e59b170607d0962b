/*
 * What happens by itself: the machine steps, workers follow, the parent does as it is asked and is looked at, time goes by.
 */
import type { Transition } from '../../../keys/rollover/key-state.ts'
import type { KeyChange } from '../../../keys/rollover/step.ts'
import type { Brain } from './brain.ts'
import type { Event } from './explore.ts'
import { followed, isSeen, updated } from './parent.ts'
import { newName } from './renumber.ts'
import { servedOf, signedText } from './served.ts'
import {
  acknowledged,
  afterClockStep,
  flushed,
  NOW,
  shiftedTtl,
  situationOf,
  ttlsOfWorld,
  type World,
} from './world.ts'

/** In the order in which they happen where nobody disturbs. */
export function orderlyEvents(world: World, brain: Brain): Event<World>[] {
  return [
    ...policyEvents(world, brain),
    ...stepEvents(world, brain),
    ...acknowledgement(world, brain),
    ...(world.clockAhead === undefined ? [] : [orderly('the clock is taken up', () => takenUp(world, brain))]),
    ...bundleEvents(world, brain),
    ...(world.isPaused ? [orderly('the operator resumes', () => ({ ...world, isPaused: false }))] : []),
    ...parentEvents(world),
    ...lookEvents(world, brain),
    orderly('a tick', () => afterTick(world, brain)),
  ]
}

/** Time goes by, for caches and for the zone's clock. */
function afterTick(world: World, { canon, machine }: Brain): World {
  const later = canon.later(world)
  const shifted = shiftedTtl(world.largestTtl, 1)
  const largestTtl = world.isAcknowledged ? machine.rememberedTtl(shifted, world.settings.maxTtl, NOW) : shifted
  return { ...later, largestTtl }
}

/** The world once changes are on disk; new keys get the smallest name that nobody remembers. */
export function changed(world: World, changes: readonly KeyChange[], { machine }: Brain): World {
  let keys = [...world.keys]
  for (const change of changes) {
    const made = change.kind === 'make' ? newName({ ...world, keys }, `${change.role}${change.algorithm}`) : undefined
    keys = machine.applyKeyChange(keys, change, { now: NOW, made })
  }
  return flushed(world, { keys })
}

/** The world once these steps are on disk. */
export function stepped(world: World, transitions: readonly Transition[], { machine }: Brain): World {
  const time = { now: NOW, ttls: ttlsOfWorld(world) }
  const keys = machine.applyTransitions(world.keys, transitions, time)
  const visible = transitions.filter(({ to }) => to === 'rumoured' || to === 'unretentive')
  const isChecked = (world.left['step fails'] ?? 0) > 0 && visible.length > 0
  return flushed(world, { keys, lastStep: isChecked ? visible : world.lastStep })
}

/** All waits are dated anew, by as much as the clock was set: each lasts as long as it would have. */
function takenUp({ clockAhead: ticks = 0, ...world }: World, { machine }: Brain): World {
  return afterClockStep({ ...world, keys: machine.redateKeys(world.keys, ticks, true) }, ticks)
}

function policyEvents(world: World, brain: Brain): Event<World>[] {
  const { changes } = brain.think(world)
  if (changes.length === 0) return []
  return [orderly(`policy: ${changes.map(changeText).join(', ')}`, () => changed(world, changes, brain))]
}

function stepEvents(world: World, brain: Brain): Event<World>[] {
  const { step, isAsked, askedStep } = brain.think(world)
  return [
    { who: 'step', transitions: step.transitions },
    { who: 'the operator steps', transitions: isAsked ? askedStep.transitions : [] },
  ].flatMap(({ who, transitions }) => {
    if (transitions.length === 0) return []
    const steps = transitions.map(({ key, record, from, to }) => `${key} ${record} ${from[0]}→${to[0]}`).join(', ')
    return [orderly(`${who}: ${steps}`, () => stepped(world, transitions, brain))]
  })
}

function acknowledgement(world: World, { machine }: Brain): Event<World>[] {
  if (world.isAcknowledged) return []
  const keys = () => machine.noteServed(world.keys, world.keys, NOW)
  return [orderly('all workers serve it', () => acknowledged(world, keys(), machine.rememberedTtl))]
}

/** Whoever has the offline keys signs what is waited for; or but a part of the way there. */
function bundleEvents(world: World, brain: Brain): Event<World>[] {
  if (!world.settings.isOffline || !brain.think(world).step.waits.some(({ reason }) => reason.kind === 'bundle'))
    return []
  const { isSigned: _, ...situation } = situationOf(world)
  const { transitions } = brain.machine.nextStep(situation)
  const time = { now: NOW, ttls: ttlsOfWorld(world) }
  const texts = transitions.map((_each, at) => {
    const keys = brain.machine.applyTransitions(world.keys, transitions.slice(0, at + 1), time)
    return signedText(servedOf({ ...world, keys }))
  })
  const whole = texts.at(-1)
  const bundles = [...new Set(texts)].filter((text) => text !== world.bundle)
  return bundles.map((bundle) => ({
    label: `a bundle comes, for ${bundle}`,
    isOrderly: bundle === whole,
    next: () => ({ ...world, bundle }),
  }))
}

/** A server of the parent takes up what is asked for, or what was asked for before, if a worker or a cache still has that. */
function parentEvents(world: World): Event<World>[] {
  const { manner } = world.settings
  const now = servedOf(world).asked
  const follow = (asked: string): Event<World>[] =>
    [...new Set(world.parent)].flatMap((has) => {
      const next = followed(has, asked, manner)
      if (next === has) return []
      const label = `a parent server takes DS ${next || 'none'}${asked === now ? '' : ', asked for before'}`
      return [{ label, isOrderly: asked === now, next: () => parentHas(world, has, next) }]
    })
  const older = manner === 'by hand' ? [] : world.caches.asked.map(([asked]) => asked).filter((asked) => asked !== now)
  return [...(now === undefined ? [] : follow(now)), ...older.flatMap(follow), ...clearings(world, now)]
}

/** A registrar that only adds is asked by hand to remove what is too much. */
function clearings(world: World, now: string | undefined): Event<World>[] {
  if (world.settings.manner !== 'add' || now === undefined) return []
  return [...new Set(world.parent)].flatMap((has) =>
    has === now ? [] : [orderly(`the registrar removes all but DS ${now || 'none'}`, () => parentHas(world, has, now))],
  )
}

function parentHas(world: World, before: string, after: string): World {
  return { ...world, parent: updated(world.parent, before, after) }
}

function lookEvents(world: World, brain: Brain): Event<World>[] {
  const isByHand = world.settings.manner === 'by hand'
  const learnt = brain.learn(world, () => (isByHand ? toldKeys(world, brain) : sightedKeys(world, brain)))
  const isNews = learnt !== world.keys || (!isByHand && world.seenTtl < world.parentTtl)
  if (!isNews) return []
  const seenTtl = isByHand ? world.seenTtl : Math.max(world.seenTtl, world.parentTtl)
  const next = () => (learnt === world.keys ? { ...world, seenTtl } : flushed(world, { keys: learnt, seenTtl }))
  return [orderly(isByHand ? 'the operator says so' : 'a look at the parent', next)]
}

/** The keys once all servers of the parent were asked. */
function sightedKeys(world: World, { machine }: Brain): World['keys'] {
  const ttl = Math.max(world.seenTtl, world.parentTtl)
  let { keys } = world
  for (const { id, records } of world.keys) {
    if (records.ds === undefined) continue
    const isPresent = isSeen(world.parent, id, 'present')
    const says = isPresent ? 'present' : isSeen(world.parent, id, 'absent') ? 'absent' : 'mixed'
    keys = machine.noteSighting(keys, { key: id, says, at: NOW, ttl, by: 'check' }, situationOf(world))
  }
  return keys
}

/** The keys once an operator has said what the parent has of what was waited for. */
function toldKeys(world: World, { machine }: Brain): World['keys'] {
  const { parentDsTtl: ttl } = world.settings.policy
  let { keys } = world
  for (const { id, records } of world.keys) {
    const state = records.ds?.state
    if (state !== 'rumoured' && state !== 'unretentive') continue
    const says = state === 'rumoured' ? 'present' : 'absent'
    if (!isSeen(world.parent, id, says)) continue
    keys = machine.noteSighting(keys, { key: id, says, at: NOW, ttl, by: 'operator' }, situationOf(world))
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
