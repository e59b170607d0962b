import { hashOctets } from './word-index.ts'

/**
 * Labels within about one typing mistake of known ones: the known labels with one letter or hyphen left out, as a set of
 * hashes, in the manner of SymSpell. A letter more, less, another one, and two swapped all leave the same rest.
 * Digits are never left out: `mail7` is no slip of the finger.
 */
export interface TypoIndex {
  /** Open addressing; 0 is free. */
  readonly slots: Int32Array
}

/** Hashes of one index at most: 1 MiB with the free places between. */
const MOST_HASHES = 1 << 17
/** Of shorter labels everything is a slip. */
const SHORTEST = 3

/** Indexes the labels, each its octets, as far as there is room. */
export function createTypoIndex(labels: Iterable<Uint8Array>): TypoIndex {
  const hashes = new Set<number>()
  for (const label of labels) {
    if (hashes.size > MOST_HASHES) break
    if (label.length < SHORTEST) continue
    eachRest(label, 0, label.length, (hash) => {
      hashes.add(hash)
      return false
    })
  }
  let size = 16
  while (size < hashes.size * 2) size *= 2
  const slots = new Int32Array(size)
  for (const hash of hashes) {
    let slot = hash & (size - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1)
    slots[slot] = hash
  }
  return { slots }
}

/** Whether the label of `length` octets at `start` is one mistake away from an indexed one. */
export function isTypo({ slots }: TypoIndex, octets: Uint8Array, start: number, length: number): boolean {
  return eachRest(octets, start, length, (hash) => has(slots, hash))
}

/** Shows the hashes of the label and of what is left without one of its letters, until one is wanted. */
function eachRest(octets: Uint8Array, start: number, length: number, isWanted: (hash: number) => boolean): boolean {
  if (isWanted(nonZero(hashOctets(octets, start, length)))) return true
  for (let left = start; left < start + length; left++) {
    const isDigit = octets[left]! >= 0x30 && octets[left]! <= 0x39
    if (isDigit || (left > start && octets[left] === octets[left - 1])) continue
    const before = hashOctetsRaw(octets, start, left, SEED)
    if (isWanted(nonZero(finish(hashOctetsRaw(octets, left + 1, start + length, before))))) return true
  }
  return false
}

const SEED = 0x811c9dc5 | 0

/** As `hashOctets`, before its last step, from one place to another. */
function hashOctetsRaw(octets: Uint8Array, from: number, to: number, seed: number): number {
  let hash = seed
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ octets[at]!, 0x01000193)
  return hash
}

function finish(hash: number): number {
  return hash ^ (hash >>> 15)
}

function nonZero(hash: number): number {
  return hash === 0 ? 1 : hash
}

function has(slots: Int32Array, hash: number): boolean {
  const mask = slots.length - 1
  for (let slot = hash & mask; slots[slot] !== 0; slot = (slot + 1) & mask) if (slots[slot] === hash) return true
  return false
}
