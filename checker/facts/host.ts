import type { Declarations } from '../declarations/declarations.ts'
import type { Observation, Probe } from '../probes/probe.ts'
import type { Root, Unreadable } from '../root/root.ts'
import type { Fact } from './fact.ts'
import { createLedger, type Ledger, noteTo, unreadIn } from './ledger.ts'

/** A host as a control sees it: its root, facts, what the operator declared, and what probes found. */
export interface Host {
  readonly root: Root
  /** Unix seconds at which the facts were collected: ages are counted to then. */
  readonly now: number
  readonly declared: Declarations
  readonly get: <T>(fact: Fact<T>) => T
  /** Says that what is looked at stands on something that cannot be known, though a file was read: `why` as in `Unreadable`. */
  readonly note: (path: string, why: string) => void
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
  readonly watch: <T>(look: (host: Host) => T) => Watched<T>
}

/** What a look returned. */
export interface Watched<T> {
  readonly value: T
  /**
   * Each thing that it, or a fact that it asked for, could not read up to now. Asked late, it also has what was read late:
   * a value may hold functions that read when they are called.
   */
  readonly unread: () => readonly Unreadable[]
}

interface Collected {
  readonly say: (asker: Host) => unknown
  readonly ledger: Ledger
}

/**
 * A host whose facts are kept for one run, and which remembers for each reader what could not be read.
 *
 * Each reader, a judge or the collecting of a fact, has a host of its own to read by, and a ledger behind it. Whatever is
 * read by that host, whenever it is, stands in that ledger, and so does each fact that was asked for by it. So nothing
 * that a reader knows is missing from what its ledger leads to.
 */
export function createHost(inputs: HostInputs): WatchedHost {
  const collected = new Map<Fact<unknown>, Collected>()
  const collecting = new Set<Fact<unknown>>()
  const hostOf = (ledger: Ledger): Host => {
    const host: Host = {
      root: notingRoot(inputs.root, ledger),
      now: inputs.now,
      declared: inputs.declared,
      get: <T>(fact: Fact<T>) => {
        const known = collected.get(fact) ?? collect(fact)
        ledger.standsOn.add(known.ledger)
        return known.say(host) as T
      },
      note: (path, why) => noteTo(ledger, { outcome: 'unreadable', path, why }),
      observed: <R>(probe: Probe<R>) =>
        inputs.observations
          .filter((observation): observation is Observation<R> => observation.probe === probe.name)
          .sort((one, other) => other.at - one.at),
    }
    return host
  }
  const collect = (fact: Fact<unknown>): Collected => {
    if (collecting.has(fact)) throw new Error(`the fact "${fact.name}" stands on itself`)
    collecting.add(fact)
    try {
      const ledger = createLedger()
      const known = { say: fact.collect(hostOf(ledger)), ledger }
      collected.set(fact, known)
      return known
    } finally {
      collecting.delete(fact)
    }
  }
  const watch = <T>(look: (host: Host) => T) => {
    const ledger = createLedger()
    return { value: look(hostOf(ledger)), unread: () => unreadIn(ledger) }
  }
  return { host: hostOf(createLedger()), watch }
}

function notingRoot(root: Root, ledger: Ledger): Root {
  const noting = <R extends { readonly outcome: string }>(reading: R): R => {
    if (reading.outcome === 'unreadable') noteTo(ledger, reading as R & Unreadable)
    return reading
  }
  return {
    ...root,
    status: (path) => noting(root.status(path)),
    link: (path) => {
      const to = root.link(path)
      // "No link" is also what is said of one that may not be looked at.
      if (to === undefined) noting(root.status(path))
      return to
    },
    read: (path, most) => noting(root.read(path, most)),
    octets: (path, most) => noting(root.octets(path, most)),
    digest: (path) => noting(root.digest(path)),
    list: (path) => noting(root.list(path)),
  }
}
