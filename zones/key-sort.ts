/** Keys of octets, one behind the other. */
export interface Keys {
  octets: Uint8Array
  /** By key: where it begins; one more entry holds the end of the last. */
  readonly starts: Int32Array
}

interface Sorting {
  readonly keys: Keys
  readonly order: Int32Array
  readonly scratch: Int32Array
  /** By place in `order`: bucket of the key there. */
  readonly buckets: Uint16Array
  /** By depth: where in a range each bucket's keys go. */
  readonly places: Int32Array[]
}

/** Buckets of a pass: 0 for keys that end here, then one for each octet. */
const BUCKETS = 257
/** Ranges up to so many keys are sorted by comparing. */
const SMALL_RANGE = 24

/**
 * Numbers of the keys in the order of their octets, equal ones in their order. A radix sort from the first octet on:
 * it looks at each octet once, where comparing would fetch the same keys from memory twenty times.
 */
export function sortKeys(keys: Keys): Int32Array {
  const count = keys.starts.length - 1
  const order = new Int32Array(count)
  for (let i = 0; i < count; i++) order[i] = i
  if (isSorted(keys)) return order
  const scratch = new Int32Array(count)
  sortRange({ keys, order, scratch, buckets: new Uint16Array(count), places: [] }, 0, count, 0)
  return order
}

/** Plain order of octets; a key that another begins with comes first. `skipped` octets are known to be equal. */
export function compareKeys(keys: Keys, a: number, b: number, skipped = 0): number {
  const { octets, starts } = keys
  const aEnd = starts[a + 1]!
  const bEnd = starts[b + 1]!
  let aAt = starts[a]! + skipped
  let bAt = starts[b]! + skipped
  while (aAt < aEnd && bAt < bEnd) {
    const difference = octets[aAt++]! - octets[bAt++]!
    if (difference !== 0) return difference
  }
  return aEnd - aAt - (bEnd - bAt)
}

function isSorted(keys: Keys): boolean {
  for (let key = 1; key < keys.starts.length - 1; key++) if (compareKeys(keys, key - 1, key) > 0) return false
  return true
}

/** Sorts the part of `order` from `start` to `end`, whose keys have their first `depth` octets in common. */
function sortRange(sorting: Sorting, start: number, end: number, depth: number): void {
  if (end - start <= SMALL_RANGE) {
    sortSmallRange(sorting, start, end, depth)
    return
  }
  const places = fillBuckets(sorting, start, end, depth)
  const { order, scratch, buckets } = sorting
  for (let i = start; i < end; i++) scratch[places[buckets[i]!]!++] = order[i]!
  for (let i = start; i < end; i++) order[i] = scratch[i]!
  // Each place is now where its bucket ends. Keys in bucket 0 are equal.
  for (let bucket = 1; bucket < BUCKETS; bucket++) {
    if (places[bucket]! - places[bucket - 1]! > 1) sortRange(sorting, places[bucket - 1]!, places[bucket]!, depth + 1)
  }
}

function fillBuckets(sorting: Sorting, start: number, end: number, depth: number): Int32Array {
  const { keys, order, buckets } = sorting
  sorting.places[depth] ??= new Int32Array(BUCKETS)
  const places = sorting.places[depth]!.fill(0)
  for (let i = start; i < end; i++) {
    const key = order[i]!
    const at = keys.starts[key]! + depth
    const bucket = at < keys.starts[key + 1]! ? keys.octets[at]! + 1 : 0
    buckets[i] = bucket
    places[bucket]!++
  }
  let place = start
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const size = places[bucket]!
    places[bucket] = place
    place += size
  }
  return places
}

function sortSmallRange({ keys, order }: Sorting, start: number, end: number, depth: number): void {
  for (let i = start + 1; i < end; i++) {
    const moved = order[i]!
    let place = i
    while (place > start && compareKeys(keys, order[place - 1]!, moved, depth) > 0) {
      order[place] = order[place - 1]!
      place--
    }
    order[place] = moved
  }
}
