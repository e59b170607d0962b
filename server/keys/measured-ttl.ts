/*
 * The TTL of a zone's DS as the parent's servers were seen to give it. Caches go by what the parent served before it
 * changed, so what is known of that outlives the process.
 */

/** The largest TTL of the DS RRset that looks have found, and when one last did. */
export interface MeasuredTtl {
  /** Seconds. */
  readonly ttl: number
  /** Unix seconds. */
  readonly at: number
}

/** One look: when, the largest TTL that it found, undefined where there was no DS, and whether a DS is on its way. */
export interface TtlLook {
  readonly at: number
  readonly ttl: number | undefined
  readonly isWaiting: boolean
}

/** Seconds after which it is noted anew that a TTL is still so; each time is a write. */
const REFRESH = 3600

/**
 * What is to be remembered after a look. A smaller TTL counts only once no cache can have anything with the larger one, and
 * never while a DS is on its way.
 */
export function rememberMeasured(before: MeasuredTtl | undefined, look: TtlLook): MeasuredTtl | undefined {
  const { at, ttl, isWaiting } = look
  if (ttl === undefined) return before
  if (before === undefined || ttl > before.ttl) return { ttl, at }
  if (ttl === before.ttl) return at - before.at < REFRESH && at >= before.at ? before : { ttl, at }
  return isWaiting || at < before.at + before.ttl + REFRESH ? before : { ttl, at }
}
