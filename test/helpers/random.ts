/** A seeded source of choices: equal seeds make equal choices, so that a failure is its seed. */
export interface Random {
  /** A 32-bit unsigned number. */
  next(): number
  /** A whole number from 0 to below the limit. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(from: readonly T[]): T
  /** Some of the items, in random order. */
  some<T>(from: readonly T[], count: number): T[]
}

/** Numbers by mulberry32; good enough to choose tests by, and nothing else. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const fraction = () => next() / 0x1_0000_0000
  const below = (limit: number) => Math.floor(fraction() * limit)
  return {
    next,
    below,
    chance: (probability) => fraction() < probability,
    pick: (from) => {
      if (from.length === 0) throw new Error('nothing to pick from')
      return from[below(from.length)]!
    },
    some: (from, count) => {
      const rest = [...from]
      const chosen = []
      while (chosen.length < count && rest.length > 0) chosen.push(...rest.splice(below(rest.length), 1))
      return chosen
    },
  }
}
