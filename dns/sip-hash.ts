/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF") in 32-bit integers, for 64-bit ones would be
 * allocated. A 64-bit word is two: its lower half first, as its octets come.
 */

/** A key, and where the hash is left. The caller owns and reuses it. */
export interface SipHash {
  /** Four words, little end first. */
  readonly key: Int32Array
  /** The low and the high word of the last hash. */
  readonly hash: Int32Array
}

/** A hash under this key of 16 octets. */
export function createSipHash(key: Uint8Array): SipHash {
  const view = new DataView(key.buffer, key.byteOffset, 16)
  return { key: Int32Array.from({ length: 4 }, (_, word) => view.getInt32(4 * word, true)), hash: new Int32Array(2) }
}

/** Hashes the octets from `start` to `end` into `hash`. Allocates nothing. */
export function sipHash({ key, hash }: SipHash, octets: Uint8Array, start: number, end: number): void {
  let low0 = key[0]! ^ 0x70736575
  let high0 = key[1]! ^ 0x736f6d65
  let low1 = key[2]! ^ 0x6e646f6d
  let high1 = key[3]! ^ 0x646f7261
  let low2 = key[0]! ^ 0x6e657261
  let high2 = key[1]! ^ 0x6c796765
  let low3 = key[2]! ^ 0x79746573
  let high3 = key[3]! ^ 0x74656462
  const length = end - start
  const blocks = (length >>> 3) + 1
  for (let block = 0; block <= blocks; block++) {
    // Behind the last block come four rounds more, on none.
    const isEnd = block === blocks
    const low = isEnd ? 0 : wordAt(octets, end, start + 8 * block)
    const high = isEnd ? 0 : wordAt(octets, end, start + 8 * block + 4) | (block === blocks - 1 ? length << 24 : 0)
    if (isEnd) low2 ^= 0xff
    low3 ^= low
    high3 ^= high
    for (let round = isEnd ? 4 : 2; round > 0; round--) {
      let sum = (low0 >>> 0) + (low1 >>> 0)
      high0 = (high0 + high1 + (sum > 0xffffffff ? 1 : 0)) | 0
      low0 = sum | 0
      let turned = (low1 << 13) | (high1 >>> 19)
      high1 = ((high1 << 13) | (low1 >>> 19)) ^ high0
      low1 = turned ^ low0
      turned = low0
      low0 = high0
      high0 = turned
      sum = (low2 >>> 0) + (low3 >>> 0)
      high2 = (high2 + high3 + (sum > 0xffffffff ? 1 : 0)) | 0
      low2 = sum | 0
      turned = (low3 << 16) | (high3 >>> 16)
      high3 = ((high3 << 16) | (low3 >>> 16)) ^ high2
      low3 = turned ^ low2
      sum = (low0 >>> 0) + (low3 >>> 0)
      high0 = (high0 + high3 + (sum > 0xffffffff ? 1 : 0)) | 0
      low0 = sum | 0
      turned = (low3 << 21) | (high3 >>> 11)
      high3 = ((high3 << 21) | (low3 >>> 11)) ^ high0
      low3 = turned ^ low0
      sum = (low2 >>> 0) + (low1 >>> 0)
      high2 = (high2 + high1 + (sum > 0xffffffff ? 1 : 0)) | 0
      low2 = sum | 0
      turned = (low1 << 17) | (high1 >>> 15)
      high1 = ((high1 << 17) | (low1 >>> 15)) ^ high2
      low1 = turned ^ low2
      turned = low2
      low2 = high2
      high2 = turned
    }
    low0 ^= low
    high0 ^= high
  }
  hash[0] = low0 ^ low1 ^ low2 ^ low3
  hash[1] = high0 ^ high1 ^ high2 ^ high3
}

/** Four octets, little end first; zeros behind the end. */
function wordAt(octets: Uint8Array, end: number, at: number): number {
  if (at + 4 <= end) return octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24)
  let word = 0
  for (let index = at; index < end; index++) word |= octets[index]! << (8 * (index - at))
  return word
}
