/*
 * What people, failures and parents do besides, each as often as a scenario allows.
 */
import { goInsecure, goSecure } from '../../../keys/rollover/operator-changes.ts'
import type { Brain } from './brain.ts'
import type { Event } from './explore.ts'
import { changed, stepped } from './orderly.ts'
import { FOREIGN, followed, updated } from './parent.ts'
import { servedOf } from './served.ts'
import { namesOf } from './validator.ts'
import { afterClockStep, flushed, NOW, type Settings, situationOf, type World } from './world.ts'

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
  /** What was served last does not verify, and is taken back; then somebody resumes. */
  'step fails': ({ world, brain }) => {
    const steps = world.isAcknowledged ? brain.machine.takeBackSteps(world.lastStep, world.keys) : []
    return steps.length === 0 ? undefined : () => ({ ...stepped(world, steps, brain), lastStep: [], isPaused: true })
  },
  /** What was noted last is lost: who serves what. Steps are flushed before they take effect, and are not. */
  crash: ({ world }) => (world.isAcknowledged ? () => ({ ...world, ...withoutNotes(world) }) : undefined),
  /** The clock of the server is set, by any number of ticks, and nothing steps until it is taken up as it is. */
  'clock forward': ({ world, word, brain }) => clockSet(world, Number(word), brain),
  'clock back': ({ world, word, brain }) => clockSet(world, -Number(word), brain),
  /** For so many ticks: that time is not known to have passed. */
  'machine off': ({ world, word, brain }) => {
    const caches = (): World['caches'] => {
      let off = world
      for (let ticks = Number(word); ticks > 0; ticks--) off = { ...brain.canon.later(off), keys: world.keys }
      return off.caches
    }
    return () => ({ ...world, ...withoutNotes(world), stale: [], caches: caches() })
  },
  /** The machine is lost, and the store is that of the last backup: it has the keys, and may not know how far they have come. */
  restore: ({ world, brain }) => {
    const { backup } = world
    const isWhole = world.keys.every(({ id }) => backup?.some((key) => key.id === id))
    return isWhole && backup !== undefined
      ? () => flushed(world, { keys: backup.map((key) => brain.machine.restoredKey(key, NOW)) })
      : undefined
  },
  /** The parent serves DS with this TTL from now on; a look has found the one before. */
  'parent TTL': ({ world, word }) => {
    const parentTtl = Number(word)
    const isKnown = world.seenTtl >= world.parentTtl && parentTtl !== world.parentTtl
    return isKnown ? () => ({ ...world, parentTtl }) : undefined
  },
  /** The delegation names its servers no more, and no cache does. */
  'the other signer leaves': ({ world }) => (world.others.length === 0 ? undefined : () => ({ ...world, others: [] })),
  /** Once no cache can have what it has signed. */
  'its keys retire': ({ world }) => {
    const { keySets, data } = world.caches
    const own = world.keys.flatMap(({ id, isForeign }) => (isForeign ? [] : [id]))
    const isOurs = (signers: string) => namesOf(signers).some((name) => own.includes(name))
    const isGone = keySets.every(([text]) => isOurs(text.split('|')[1]!)) && data.every(([text]) => isOurs(text))
    if (world.others.length > 0 || !isGone) return undefined
    const keys = world.keys.map((key) => (key.isForeign ? { ...key, duty: 'retired' as const, dutySince: NOW } : key))
    return () => flushed(world, { keys })
  },
  /** A server of the parent loses the whole DS RRset. */
  'parent forgets': ({ world }) => {
    const has = world.parent.find((ds) => ds !== '')
    return has === undefined ? undefined : () => ({ ...world, parent: updated(world.parent, has, '') })
  },
  /** A server of the parent gets a DS that is none of ours, besides what it has. */
  'parent adds foreign': ({ world }) => {
    const has = world.parent.find((ds) => ds !== '' && !ds.includes(FOREIGN))
    if (has === undefined) return undefined
    return () => ({ ...world, parent: updated(world.parent, has, followed(has, FOREIGN, 'add')) })
  },
  /** A server of the parent takes the DS RRset of the other one: it goes back to what was, or on to what is. */
  'parent server swaps': ({ world }) => {
    const [one, other] = world.parent as [string, string]
    const asked = servedOf(world).asked
    return one === other ? undefined : () => ({ ...world, parent: asked === one ? [other, other] : [one, one] })
  },
}

/** A tick is an hour: no other clock goes wrong by that. */
const TICK_MS = 3_600_000

function clockSet(world: World, ticks: number, { machine }: Brain): () => World {
  const before = { wall: NOW * TICK_MS + LONG_AGO, sinceBoot: 0, boot: 'boot' }
  const after = { ...before, wall: before.wall + ticks * TICK_MS }
  const { hold } = machine.followTime({ believed: before.wall, reading: before, steady: before }, after)
  const isHeld = world.clockAhead !== undefined || hold !== undefined
  return () => (isHeld ? { ...world, clockAhead: (world.clockAhead ?? 0) + ticks } : afterClockStep(world, ticks))
}

/** Milliseconds since 1970, at which clocks may be right. */
const LONG_AGO = Date.UTC(2030, 0, 1)

function withoutNotes({ keys }: World): Pick<World, 'keys' | 'isAcknowledged'> {
  return { keys: keys.map((key) => ({ ...key, records: withoutFresh(key.records) })), isAcknowledged: false }
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
