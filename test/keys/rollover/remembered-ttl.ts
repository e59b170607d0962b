/** The largest TTL that caches may go by; `until`: it was lowered, and counts until then. */
export interface TtlMemory {
  readonly ttl: number
  readonly until?: number
}

export function rememberedTtl(before: TtlMemory, maxTtl: number, now: number): TtlMemory {
  if (before.ttl <= maxTtl) return { ttl: maxTtl }
  if (before.until === undefined) return { ttl: before.ttl, until: now + before.ttl }
  return now < before.until ? before : { ttl: maxTtl }
}
