import type { Host } from './host.ts'

/**
 * Something that is known about a host: a parsed configuration, a table of processes. It is collected once in a run, when
 * a control first asks for it, and everything that could not be read meanwhile belongs to it.
 */
export interface Fact<T> {
  readonly name: string
  /** Collects it; what comes back says it to one that asks. */
  readonly collect: (host: Host) => (asker: Host) => T
}

/** What is known by a fact. */
export type KnownBy<F> = F extends Fact<infer T> ? T : never

/** Declares a fact; `name` is what `hostcheck explain` calls it. */
export function fact<T>(name: string, collect: (host: Host) => T): Fact<T> {
  return {
    name,
    collect: (host) => {
      const value = collect(host)
      return () => value
    },
  }
}

/**
 * Declares a fact that is looked up part by part: what cannot be read for one part is unread for whoever asks for that
 * part, and for nobody else. `collect` reads what all parts share; what it returns is called for each that asks, and gets
 * parts by `asker.get`.
 */
export function factOfParts<T>(name: string, collect: (host: Host) => (asker: Host) => T): Fact<T> {
  return { name, collect }
}

/** The parts of one fact, by key: each is a fact of its own. Made anew in each `collect`, for it keeps those it made. */
export function partsBy<T>(name: string, collect: (host: Host, key: string) => T): (key: string) => Fact<T> {
  const made = new Map<string, Fact<T>>()
  return (key) => {
    const known = made.get(key) ?? fact(`${name} ${key}`, (host) => collect(host, key))
    made.set(key, known)
    return known
  }
}
