/*
 * Which TTLs caches may go by. A TTL that was lowered counts until what was served with it before has left all caches.
 */
import type { StoredKeySet } from '../../keys/key-store.ts'

/** The set now that `maxTtl`, seconds, is the largest TTL that is served. */
export function rememberTtl(set: StoredKeySet, maxTtl: number, nowSeconds: number): StoredKeySet {
  const before = set.largestTtl
  if (before === undefined || before.ttl <= maxTtl) return raiseTtl(set, maxTtl)
  const { ttl, until, served } = before
  const gone = (seconds: number) => nowSeconds + 1 + seconds
  if (until === undefined) return { ...set, largestTtl: { ttl, until: gone(ttl), served: maxTtl } }
  if (nowSeconds >= until) return { ...set, largestTtl: { ttl: maxTtl } }
  if (served === undefined || served === maxTtl) return set
  // It was lowered once more; what was raised in between was noted by `raiseTtl`.
  return { ...set, largestTtl: { ttl, until: Math.max(until, gone(served)), served: maxTtl } }
}

/**
 * The set before `maxTtl`, seconds, is served: one that is larger than what is served now is noted, so that it is not forgotten
 * however soon it is lowered again, and whoever ends in between.
 */
export function raiseTtl(set: StoredKeySet, maxTtl: number): StoredKeySet {
  const before = set.largestTtl
  if (before === undefined || before.ttl < maxTtl) return { ...set, largestTtl: { ttl: maxTtl } }
  const isLowered = before.until !== undefined
  const isRaised = isLowered && maxTtl > (before.served ?? 0)
  return isRaised ? { ...set, largestTtl: { ttl: before.ttl } } : set
}
