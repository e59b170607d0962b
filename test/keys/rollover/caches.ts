/*
 * What caches of the world may hold: of each RRset any generation that was served and is within its TTL, and any
 * combination of these.
 */
import type { Validator } from './validator.ts'

/** Generations that may be held, sorted, each with the ticks for which it still may. */
export type Held = readonly (readonly [generation: string, left: number])[]

export interface Caches {
  readonly ds: Held
  readonly keySets: Held
  readonly data: Held
  /** DS RRsets that CDS asked for: no validator looks at them, but the parent may have them from a cache. */
  readonly asked: Held
}

/** What can be asked for now, of any worker and any server of the parent, and for how long it may be kept, in ticks. */
export type Offers = Readonly<Record<keyof Caches, readonly (readonly [generation: string, ttl: number])[]>>

export const EMPTY_CACHES: Caches = { ds: [], keySets: [], data: [], asked: [] }

/** Whoever asks gets the full TTL. */
export function filled(caches: Caches, offers: Offers): Caches {
  return {
    ds: held(caches.ds, offers.ds),
    keySets: held(caches.keySets, offers.keySets),
    data: held(caches.data, offers.data),
    asked: held(caches.asked, offers.asked),
  }
}

/** A tick goes by. */
export function aged({ ds, keySets, data, asked }: Caches): Caches {
  return { ds: older(ds), keySets: older(keySets), data: older(data), asked: older(asked) }
}

/** Why somebody who holds some of this takes the zone for bogus; undefined: nobody can. */
export function bogusness({ ds, keySets, data }: Caches, validator: Validator): string | undefined {
  const securing = ds.filter(([generation]) => generation !== '')
  if (securing.length === 0) return undefined
  for (const [keySet] of keySets) {
    for (const [generation] of securing) {
      const fault = validator.faultOfChain(generation, keySet)
      if (fault !== undefined) return fault
    }
    for (const [generation] of data) {
      const fault = validator.faultOfData(keySet, generation)
      if (fault !== undefined) return fault
    }
  }
  return undefined
}

function held(generations: Held, offered: Held): Held {
  if (offered.every(([generation, ttl]) => generations.some(([other, left]) => other === generation && left >= ttl))) {
    return generations
  }
  const left = new Map(generations)
  for (const [generation, ttl] of offered) left.set(generation, Math.max(ttl, left.get(generation) ?? 0))
  return [...left].sort(([one], [other]) => (one < other ? -1 : 1))
}

function older(generations: Held): Held {
  return generations.filter(([, left]) => left > 1).map(([generation, left]) => [generation, left - 1])
}
