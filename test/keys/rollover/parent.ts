/*
 * The parent zone, as it is and as it goes wrong: some servers, of which each has its own idea of the DS RRset.
 */
import { namesOf, namesText } from './validator.ts'

/** By address of the parent's servers: the DS RRset that it has, see validator.ts. */
export type Parent = readonly string[]

/** The name of a DS that belongs to no key of the zone. */
export const FOREIGN = 'foreign13'

/** This address has this DS RRset from now on. */
export function updated(parent: Parent, address: number, ds: string): Parent {
  return parent.with(address, ds)
}

/** What a parent makes of a request that does as it is asked, or adds what is asked for and keeps what it had. */
export function followed(ds: string, asked: string, manner: 'replace' | 'add'): string {
  if (manner === 'replace') return asked
  return namesText([...new Set([...namesOf(ds), ...namesOf(asked)])])
}

/** Whether every address has a DS of this key, or none has. */
export function isSeen(parent: Parent, name: string, expects: 'present' | 'absent'): boolean {
  return parent.every((ds) => namesOf(ds).includes(name) === (expects === 'present'))
}
