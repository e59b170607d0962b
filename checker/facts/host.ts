import type { Declarations } from '../declarations/declarations.ts'
import type { Observation, Probe } from '../probes/probe.ts'
import type { Root, Unreadable } from '../root/root.ts'
import type { Fact } from './fact.ts'

/** A host as a control sees it: its root, facts, what the operator declared, and what probes found. */
export interface Host {
  readonly root: Root
  /** Unix seconds at which the facts were collected: ages are counted to then. */
  readonly now: number
  readonly declared: Declarations
  readonly get: <T>(fact: Fact<T>) => T
  /** What runs of this probe found, newest first; none where it has not run. */
  readonly observed: <R>(probe: Probe<R>) => readonly Observation<R>[]
}

export interface HostInputs {
  readonly root: Root
  readonly now: number
  readonly declared: Declarations
  readonly observations: readonly Observation<unknown>[]
}

export interface WatchedHost {
  readonly host: Host
  /** What `look` returned, and each thing that it, or a fact that it asked for, could not read. */
  readonly watch: <T>(look: (host: Host) => T) => { readonly value: T; readonly unread: readonly Unreadable[] }
}

interface Collected {
  readonly value: unknown
  readonly unread: readonly Unreadable[]
}

/** A host whose facts are kept for one run, and which remembers for each reader what could not be read. */
export function createHost(inputs: HostInputs): WatchedHost {
  const collected = new Map<Fact<unknown>, Collected>()
  const collecting = new Set<Fact<unknown>>()
  const view = (note: (unread: Unreadable) => void): Host => ({
    root: notingRoot(inputs.root, note),
    now: inputs.now,
    declared: inputs.declared,
    get: <T>(fact: Fact<T>) => {
      const known = collected.get(fact) ?? collect(fact)
      for (const unread of known.unread) note(unread)
      return known.value as T
    },
    observed: <R>(probe: Probe<R>) =>
      inputs.observations
        .filter((observation): observation is Observation<R> => observation.probe === probe.name)
        .sort((one, other) => other.at - one.at),
  })
  const watch = <T>(look: (host: Host) => T) => {
    const unread = new Map<string, Unreadable>()
    const value = look(view((reading) => unread.set(reading.path, reading)))
    return { value, unread: [...unread.values()] }
  }
  const collect = (fact: Fact<unknown>): Collected => {
    if (collecting.has(fact)) throw new Error(`the fact "${fact.name}" stands on itself`)
    collecting.add(fact)
    try {
      const known = watch((host) => fact.collect(host))
      collected.set(fact, known)
      return known
    } finally {
      collecting.delete(fact)
    }
  }
  return { host: view(() => {}), watch }
}

function notingRoot(root: Root, note: (unread: Unreadable) => void): Root {
  const noting = <R extends { readonly outcome: string }>(reading: R): R => {
    if (reading.outcome === 'unreadable') note(reading as R & Unreadable)
    return reading
  }
  return {
    ...root,
    status: (path) => noting(root.status(path)),
    read: (path, most) => noting(root.read(path, most)),
    octets: (path, most) => noting(root.octets(path, most)),
    digest: (path) => noting(root.digest(path)),
    list: (path) => noting(root.list(path)),
  }
}
