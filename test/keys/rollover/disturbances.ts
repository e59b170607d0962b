/*
 * What people, failures and parents do besides, each as often as a scenario allows.
 */
import type { KeyRecord, RecordStatus, Transition } from '../../../keys/rollover/key-state.ts'
import { goInsecure, goSecure } from '../../../keys/rollover/operator-changes.ts'
import type { Brain } from './brain.ts'
import type { Event } from './explore.ts'
import { changed, stepped } from './orderly.ts'
import { FOREIGN, followed, updated } from './parent.ts'
import { servedOf } from './served.ts'
import { afterClockStep, flushed, NOW, type Settings, settled, situationOf, type World } from './world.ts'

/** What can happen besides, in a world that may come to have any of these settings. */
export function disturbances(world: World, brain: Brain, settings: readonly Settings[]): Event<World>[] {
  return Object.entries(world.left).flatMap(([label, left]) => {
    const [verb, word] = label.split(': ') as [string, string?]
    const disturb = DISTURBANCES[verb]
    if (disturb === undefined) throw new Error(`nothing is known of ${verb}`)
    if (left === 0) return []
    const next = disturb({ world: { ...world, left: { ...world.left, [label]: left - 1 } }, word, brain, settings })
    return next === undefined ? [] : [{ label, isOrderly: false, next }]
  })
}

interface Occasion {
  readonly world: World
  /** What follows the colon in the label. */
  readonly word: string | undefined
  readonly brain: Brain
  readonly settings: readonly Settings[]
}

/** What it makes of a world; undefined: it cannot happen there. */
type Disturbance = (occasion: Occasion) => (() => World) | undefined

const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  roll: ({ world, word, brain }) => {
    const result = brain.machine.rollKey(situationOf(world), { role: word as 'ksk' | 'zsk' | 'csk' })
    return result.refused === undefined ? () => changed(world, result.changes, brain) : undefined
  },
  cancel: ({ world, brain }) => {
    const result = brain.machine.cancelRoll(situationOf(world), {})
    return result.refused === undefined ? () => changed(world, result.changes, brain) : undefined
  },
  /** The key of this role that has been in use for longest is given up, without making anything bogus. */
  emergency: ({ world, word, brain }) => {
    const bad = world.keys.find(({ role, duty }) => role === word && duty === 'active')
    const result = bad && brain.machine.emergency(situationOf(world), bad.id, 'continuity')
    return result === undefined || 'refused' in result ? undefined : () => changed(world, result.changes, brain)
  },
  pause: ({ world }) => (world.isPaused ? undefined : () => ({ ...world, isPaused: true })),
  disable: ({ world }) => {
    const result = goInsecure(situationOf(world))
    return 'refused' in result ? undefined : () => flushed(world, result)
  },
  enable: ({ world }) => {
    const result = goSecure(situationOf(world))
    return 'refused' in result ? undefined : () => flushed(world, result)
  },
  configure: ({ world, word, settings }) => {
    const next = settings.find(({ name }) => name === word)
    if (next === undefined) throw new Error(`there are no settings ${word}`)
    return next.name === world.settings.name ? undefined : () => flushed(world, { settings: next })
  },
  /** What was served last does not verify, and is taken back as server/keys/revert-step.ts does; then somebody resumes. */
  'step fails': ({ world, brain }) => {
    const reversals = world.isPaused ? [] : world.keys.flatMap(reversalsOf)
    return reversals.length === 0 ? undefined : () => ({ ...stepped(world, reversals, brain), isPaused: true })
  },
  /** What was noted last is lost: who serves what. Steps are flushed before they take effect, and are not. */
  crash: ({ world }) => {
    const keys = world.keys.map((key) => ({ ...key, records: withoutFresh(key.records) }))
    return world.isAcknowledged ? () => ({ ...world, keys, isAcknowledged: false }) : undefined
  },
  'clock forward':
    ({ world }) =>
    () =>
      afterClockStep(world, 1),
  'clock back':
    ({ world }) =>
    () =>
      afterClockStep(world, -1),
  /** A server of the parent loses the whole DS RRset. */
  'parent forgets': ({ world }) => {
    const has = world.parent.find((ds) => ds !== '')
    return has === undefined ? undefined : () => settled({ ...world, parent: updated(world.parent, has, '') })
  },
  /** A server of the parent gets a DS that is none of ours, besides what it has. */
  'parent adds foreign': ({ world }) => {
    const has = world.parent.find((ds) => ds !== '' && !ds.includes(FOREIGN))
    if (has === undefined) return undefined
    return () => settled({ ...world, parent: updated(world.parent, has, followed(has, FOREIGN, 'add')) })
  },
  /** A server of the parent takes the DS RRset of the other one: it goes back to what was, or on to what is. */
  'parent server swaps': ({ world }) => {
    const [one, other] = world.parent as [string, string]
    const asked = servedOf(world).asked
    return one === other ? undefined : () => settled({ ...world, parent: asked === one ? [other, other] : [one, one] })
  },
}

/** What undoes the steps of just now; what was taken for known of caches stays. */
function reversalsOf({ id, records }: World['keys'][number]): Transition[] {
  return (Object.entries(records) as [KeyRecord, RecordStatus][]).flatMap(
    ([record, { state, since }]): Transition[] => {
      if (since !== NOW || (state !== 'rumoured' && state !== 'unretentive')) return []
      return [{ key: id, record, from: state, to: state === 'rumoured' ? 'unretentive' : 'rumoured' }]
    },
  )
}

type Records = World['keys'][number]['records']

function withoutFresh(records: Records): Records {
  return Object.fromEntries(
    Object.entries(records).map(([record, { served, ...status }]) => [
      record,
      served === undefined || served === NOW ? status : { ...status, served },
    ]),
  )
}
