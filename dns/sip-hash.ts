/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) in words of 32 bits: what it gives for a
 * name cannot be foretold without the key, however many others are known. The caller owns and reuses the record.
 */
export interface SipHash {
  /** Four words, little end first. */
  readonly key: Int32Array
  /** v0 to v3, the low word of each first; the result stands in the first two when a hash is done. */
  readonly state: Int32Array
}

/** A hash with this key of 16 octets. */
export function createSipHash(key: Uint8Array): SipHash {
  const view = new DataView(key.buffer, key.byteOffset, 16)
  return { key: Int32Array.from({ length: 4 }, (_, word) => view.getInt32(4 * word, true)), state: new Int32Array(8) }
}

/** Hashes the octets from `start` to `end`; `state[0]` and `state[1]` hold the low and the high word. Allocates nothing. */
export function sipHash({ key, state }: SipHash, octets: Uint8Array, start: number, end: number): void {
  for (let word = 0; word < 8; word++) state[word] = INITIAL[word]! ^ key[word & 3]!
  let at = start
  for (; at + 8 <= end; at += 8) absorb(state, wordAt(octets, at, 4), wordAt(octets, at + 4, 4))
  const left = end - at
  const low = wordAt(octets, at, Math.min(left, 4))
  const high = wordAt(octets, at + 4, Math.max(left - 4, 0))
  absorb(state, low, high | ((end - start) << 24))
  state[4]! ^= 0xff
  for (let round = 0; round < 4; round++) mix(state)
  state[0]! ^= state[2]! ^ state[4]! ^ state[6]!
  state[1]! ^= state[3]! ^ state[5]! ^ state[7]!
}

/** "somepseudorandomlygeneratedbytes", the low word of each first. */
const INITIAL = Int32Array.of(
  ...[0x70736575, 0x736f6d65, 0x6e646f6d, 0x646f7261, 0x6e657261, 0x6c796765, 0x79746573, 0x74656462],
)

function absorb(state: Int32Array, low: number, high: number): void {
  state[6]! ^= low
  state[7]! ^= high
  mix(state)
  mix(state)
  state[0]! ^= low
  state[1]! ^= high
}

function mix(state: Int32Array): void {
  add(state, 0, 2)
  turn(state, 2, 13)
  xor(state, 2, 0)
  swap(state, 0)
  add(state, 4, 6)
  turn(state, 6, 16)
  xor(state, 6, 4)
  add(state, 0, 6)
  turn(state, 6, 21)
  xor(state, 6, 0)
  add(state, 4, 2)
  turn(state, 2, 17)
  xor(state, 2, 4)
  swap(state, 4)
}

function add(state: Int32Array, to: number, from: number): void {
  const low = (state[to]! + state[from]!) | 0
  const carry = low >>> 0 < state[from]! >>> 0 ? 1 : 0
  state[to] = low
  state[to + 1]! += state[from + 1]! + carry
}

function turn(state: Int32Array, word: number, bits: number): void {
  const low = state[word]!
  const high = state[word + 1]!
  state[word] = (low << bits) | (high >>> (32 - bits))
  state[word + 1] = (high << bits) | (low >>> (32 - bits))
}

function xor(state: Int32Array, to: number, from: number): void {
  state[to]! ^= state[from]!
  state[to + 1]! ^= state[from + 1]!
}

/** Turns by 32 bits. */
function swap(state: Int32Array, word: number): void {
  const low = state[word]!
  state[word] = state[word + 1]!
  state[word + 1] = low
}

/** So many octets from `at` on as a word, little end first. */
function wordAt(octets: Uint8Array, at: number, count: number): number {
  let word = 0
  for (let i = 0; i < count; i++) word |= octets[at + i]! << (8 * i)
  return word
}
