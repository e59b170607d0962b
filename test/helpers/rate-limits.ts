import {
  type Asker,
  createRateLimiter,
  DEFAULT_RATE_LIMITS,
  decide,
  type RateLimiter,
  type RateLimitOptions,
} from '../../guard/rate-limiter.ts'
import { Decision, type Verdict } from '../../guard/verdict.ts'
import { parseAddress } from '../../server/address.ts'

/** A generator of 32-bit words (xorshift), so that each run repeats. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  }
}

/** What ships, with these changes. */
export function limiter(changes: Partial<RateLimitOptions> = {}): RateLimiter {
  return createRateLimiter({ ...DEFAULT_RATE_LIMITS, ...changes }, seeded(4711))
}

export const offender = parseAddress('198.51.100.66')!

const asker: Asker = { source: offender, sourceStart: 0, isProved: false, isStarved: false }

/** `decide` for somebody who has proved nothing, unless said otherwise. */
export function decideFor(
  guard: RateLimiter,
  verdict: Verdict,
  source: Uint8Array,
  now: number,
  isProved = false,
): Decision {
  asker.source = source
  asker.isProved = isProved
  asker.isStarved = false
  return decide(guard, verdict, asker, now)
}

/** What `ask` asks, besides how often and when. */
export interface Asking {
  readonly source?: (index: number) => Uint8Array
  readonly isProved?: boolean
  readonly isStarved?: boolean
}

/** Asks so many times a second from `from` to `to` (ms) and counts what is answered. */
export function ask(
  guard: RateLimiter,
  verdict: Verdict,
  rate: number,
  [from, to]: readonly [number, number],
  { source = () => offender, isProved = false, isStarved = false }: Asking = {},
): number {
  const who: Asker = { source: offender, sourceStart: 0, isProved, isStarved }
  let answered = 0
  for (let index = 0; from + (index * 1000) / rate < to; index++) {
    who.source = source(index)
    if (decide(guard, verdict, who, Math.floor(from + (index * 1000) / rate)) === Decision.Answer) answered++
  }
  return answered
}
