import type { ParentObservation, ParentWatch } from './parent-sightings.ts'

/** What of the rollovers lives no longer than the process; all else is in the store. */
export interface Rollovers {
  /** The last look at the parent of each zone, by the zone's canonical text. */
  readonly parents: Map<string, ParentObservation>
  /** Who looks at parents; undefined: nobody does. Set once, when it begins to. */
  parentWatch: ParentWatch | undefined
  /** Unix seconds by zone: when its keys are to be looked at next. Not there: at once. */
  readonly due: Map<string, number>
  /** Sentences by zone, as found when its keys were last looked at: what the store says of failed steps. */
  readonly failures: Map<string, readonly string[]>
  /** And what is wrong with the history. */
  readonly histories: Map<string, readonly string[]>
  /** Sentences by zone: what was found wrong that the store does not tell of. */
  readonly faults: Map<string, readonly string[]>
  /** A sentence by zone: why its keys cannot be gone on with, where that was not foreseen. */
  readonly unplanned: Map<string, string>
  /** Whether the configuration has not been looked at since it was read. */
  isNew: boolean
  /** Has the timer look at what is due; nothing before it runs. */
  wake: () => void
}

/** Before anything has happened. */
export function createRollovers(): Rollovers {
  return {
    ...{ parents: new Map(), parentWatch: undefined, due: new Map(), failures: new Map(), faults: new Map() },
    ...{ histories: new Map(), unplanned: new Map() },
    isNew: true,
    wake: () => {},
  }
}
