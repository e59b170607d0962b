/**
 * Which names were asked for lately: two Bloom filters for each owner, of which the older one is emptied and becomes the
 * younger when that has taken its fill. So a name is remembered for at least that many others, whatever comes.
 */
export interface SeenNames {
  /** By owner: the two filters, one behind the other. */
  readonly bits: Int32Array
  /** By owner: names in the younger filter, and which of the two that is. */
  readonly counts: Uint16Array
  readonly younger: Uint8Array
  /** Words of 32 bits of one filter; a power of two. */
  readonly words: number
}

/** Filters for so many owners, `words` words of 32 bits each of the two: full with four names a word. */
export function createSeenNames(owners: number, words: number): SeenNames {
  return {
    bits: new Int32Array(owners * 2 * words),
    counts: new Uint16Array(owners),
    younger: new Uint8Array(owners),
    words,
  }
}

/**
 * Whether the owner has not seen the name with this hash lately; from now on it has. About one new name in twenty is taken
 * for one that was seen.
 */
export function isNewName(seen: SeenNames, owner: number, hash: number): boolean {
  const { bits, words } = seen
  const own = owner * 2 * words
  const first = placeOf(hash, words)
  const second = placeOf(Math.imul(hash, 0x9e3779b1), words)
  const younger = own + seen.younger[owner]! * words
  const older = own + (1 - seen.younger[owner]!) * words
  if (has(bits, younger, first) && has(bits, younger, second)) return false
  const isKnown = has(bits, older, first) && has(bits, older, second)
  bits[younger + (first >>> 5)]! |= 1 << (first & 31)
  bits[younger + (second >>> 5)]! |= 1 << (second & 31)
  seen.counts[owner]!++
  if (seen.counts[owner]! >= words * 4) turn(seen, owner)
  return !isKnown
}

/** The owner has seen nothing. */
export function forgetNames({ bits, counts, words }: SeenNames, owner: number): void {
  bits.fill(0, owner * 2 * words, (owner + 1) * 2 * words)
  counts[owner] = 0
}

function turn({ bits, counts, younger, words }: SeenNames, owner: number): void {
  younger[owner] = 1 - younger[owner]!
  const start = owner * 2 * words + younger[owner]! * words
  bits.fill(0, start, start + words)
  counts[owner] = 0
}

function placeOf(hash: number, words: number): number {
  return (hash ^ (hash >>> 16)) & (words * 32 - 1)
}

function has(bits: Int32Array, filter: number, place: number): boolean {
  return (bits[filter + (place >>> 5)]! & (1 << (place & 31))) !== 0
}
