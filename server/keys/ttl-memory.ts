import type { StoredKeySet } from '../../keys/key-store.ts'

/**
 * The set with the largest TTL that caches may go by, now that `maxTtl`, seconds, is the largest that is served. A TTL that
 * was lowered counts until what was served with it before has left all caches.
 */
export function rememberTtl(set: StoredKeySet, maxTtl: number, nowSeconds: number): StoredKeySet {
  const before = set.largestTtl
  if (before === undefined || before.ttl <= maxTtl) {
    return before?.ttl === maxTtl && before.until === undefined ? set : { ...set, largestTtl: { ttl: maxTtl } }
  }
  if (before.until === undefined) return { ...set, largestTtl: { ttl: before.ttl, until: nowSeconds + 1 + before.ttl } }
  return nowSeconds < before.until ? set : { ...set, largestTtl: { ttl: maxTtl } }
}
