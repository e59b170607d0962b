import type { ParentObservation, ParentWatch } from './parent-sightings.ts'

/** What of the rollovers lives no longer than the process; all else is in the store. */
export interface Rollovers {
  /** The last look at the parent of each zone, by the zone's canonical text. */
  readonly parents: Map<string, ParentObservation>
  /** Who looks at parents; undefined: nobody does. Set once, when it begins to. */
  parentWatch: ParentWatch | undefined
}

/** Before anything has happened. */
export function createRollovers(): Rollovers {
  return { parents: new Map(), parentWatch: undefined }
}
