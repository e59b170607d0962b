/** How often things are told that may happen at any rate. */
export interface Telling {
  /** How often it happened since it was last told, itself included; undefined: it is not to be told now. */
  happened(key: string, now: number): number | undefined
}

/** Each thing is told at once, then once within `everyMs` at most; of different things so many are known at a time. */
export function createTelling(everyMs: number, most: number): Telling {
  const known = new Map<string, { readonly since: number; times: number }>()
  /** Makes room by forgetting what was told longest ago, if that is long enough. */
  const hasRoom = (now: number): boolean => {
    for (const [key, { since }] of known) {
      if (known.size < most) return true
      if (now - since < everyMs) return false
      known.delete(key)
    }
    return true
  }
  return {
    happened: (key, now) => {
      const before = known.get(key)
      if (before !== undefined && now - before.since < everyMs) {
        before.times++
        return undefined
      }
      if (before === undefined && !hasRoom(now)) return undefined
      known.delete(key)
      known.set(key, { since: now, times: 0 })
      return 1 + (before?.times ?? 0)
    },
  }
}
