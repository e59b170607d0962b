import type { StoredKeySet } from '../../../keys/key-store.ts'
import { rememberTtl } from '../../../server/keys/ttl-memory.ts'

/** The largest TTL that caches may go by, as it is stored with the keys. */
export type TtlMemory = NonNullable<StoredKeySet['largestTtl']>

/** What the server remembers, now that no RRset is served with a larger TTL than this. */
export function rememberedTtl(largestTtl: TtlMemory, maxTtl: number, now: number): TtlMemory {
  const set: StoredKeySet = { zone: 'example.', epoch: 1, goal: 'secure', isPaused: false, keys: [], largestTtl }
  return rememberTtl(set, maxTtl, now).largestTtl!
}
