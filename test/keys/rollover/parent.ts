/*
 * The parent zone, as it is and as it goes wrong: some servers, of which each has its own idea of the DS RRset.
 */
import { namesOf, namesText } from './validator.ts'

/** The DS RRsets that the addresses of the parent's servers have, see validator.ts; sorted, for none is like no other. */
export type Parent = readonly string[]

/** The name of a DS that belongs to no key of the zone. */
export const FOREIGN = 'foreign13'

/** One of the addresses that had the one DS RRset has the other from now on. */
export function updated(parent: Parent, before: string, after: string): Parent {
  return parent.with(parent.indexOf(before), after).sort()
}

/** What a parent makes of a request that does as it is asked, or adds what is asked for and keeps what it had. */
export function followed(ds: string, asked: string, manner: 'replace' | 'add' | 'by hand'): string {
  if (manner !== 'add') return asked
  return namesText([...new Set([...namesOf(ds), ...namesOf(asked)])])
}

/** Whether every address has a DS of this key, or none has. */
export function isSeen(parent: Parent, name: string, expects: 'present' | 'absent'): boolean {
  return parent.every((ds) => namesOf(ds).includes(name) === (expects === 'present'))
}
