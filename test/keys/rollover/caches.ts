/*
 * What caches of the world may hold: of each RRset any generation that was served and is within its TTL, and any
 * combination of these.
 *
 * What can do no harm that something else does not do as well is left out, so that worlds that differ in nothing else are
 * equal: a generation is kept only if no worse one may be held for as long.
 */
import { algorithmOf, namesOf, type Validator } from './validator.ts'

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
export type Offers = Readonly<Record<keyof Caches, Held>>

export const EMPTY_CACHES: Caches = { ds: [], keySets: [], data: [], asked: [] }

/** Whoever asks gets the full TTL. */
export function filled(caches: Caches, offers: Offers): Caches {
  return mapCaches((kind) => worst(kind, [...caches[kind], ...offers[kind]]))
}

/** A tick goes by. */
export function aged(caches: Caches): Caches {
  return mapCaches((kind) =>
    caches[kind].filter(([, left]) => left > 1).map(([generation, left]) => [generation, left - 1] as const),
  )
}

/** Whether whatever can come of the one can come of the other: for all that `less` may hold, `more` has as bad for as long. */
export function covers(more: Caches, less: Caches): boolean {
  return KINDS.every((kind) =>
    less[kind].every(([generation, left]) =>
      more[kind].some(([other, otherLeft]) => otherLeft >= left && isAsBad(kind, other, generation)),
    ),
  )
}

/** Why somebody who holds some of this takes the zone for bogus; undefined: nobody can. */
export function bogusness({ ds, keySets, data }: Caches, validator: Validator): string | undefined {
  if (ds.length === 0) return undefined
  for (const [keySet] of keySets) {
    for (const [generation] of ds) {
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

const KINDS = ['ds', 'keySets', 'data', 'asked'] as const

function mapCaches(map: (kind: keyof Caches) => Held): Caches {
  return { ds: map('ds'), keySets: map('keySets'), data: map('data'), asked: map('asked') }
}

function worst(kind: keyof Caches, generations: Held): Held {
  const kept: (readonly [string, number])[] = []
  const byLife = [...generations].sort(([a, left], [b, otherLeft]) => otherLeft - left || compareText(a, b))
  for (const [generation, left] of byLife) {
    // Where there is no DS nothing is validated.
    if (kind === 'ds' && generation === '') continue
    if (kept.some(([other]) => isAsBad(kind, other, generation))) continue
    const isOfThisTime = ([other, otherLeft]: readonly [string, number]) =>
      otherLeft === left && isAsBad(kind, generation, other)
    kept.splice(0, kept.length, ...kept.filter((each) => !isOfThisTime(each)), [generation, left])
  }
  return kept.sort(([a], [b]) => compareText(a, b))
}

/**
 * Whether the one generation is refused wherever the other is. Data that fewer keys signed is; so is a key set of the same
 * keys that fewer of them signed, and a DS RRset that promises the same algorithms by fewer keys.
 */
function isAsBad(kind: keyof Caches, one: string, other: string): boolean {
  if (one === other) return true
  switch (kind) {
    case 'data':
      return isPart(one, other)
    case 'ds':
      return isPart(one, other) && algorithmsText(one) === algorithmsText(other)
    case 'keySets': {
      const [keys, signers] = one.split('|') as [string, string]
      const [otherKeys, otherSigners] = other.split('|') as [string, string]
      return keys === otherKeys && isPart(signers, otherSigners)
    }
    case 'asked':
      return false
  }
}

function isPart(names: string, others: string): boolean {
  const all = namesOf(others)
  return namesOf(names).every((name) => all.includes(name))
}

function algorithmsText(names: string): string {
  return [...new Set(namesOf(names).map(algorithmOf))].sort().join()
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
