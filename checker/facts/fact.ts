import type { Host } from './host.ts'

/**
 * Something that is known about a host: a parsed configuration, a table of processes. It is collected once in a run, when
 * a control first asks for it, and everything that could not be read meanwhile belongs to it.
 */
export interface Fact<T> {
  readonly name: string
  readonly collect: (host: Host) => T
}

/** Declares a fact; `name` is what `hostcheck explain` calls it. */
export function fact<T>(name: string, collect: (host: Host) => T): Fact<T> {
  return { name, collect }
}
