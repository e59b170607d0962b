/*
 * Keyed hashes of labels. They are worked out while a name is read, once, and serve every index that the name is then
 * looked up in.
 */

/** Starts the hash of a label: `seed` is the server's secret, `length` the label's length octet. */
export function beginLabelHash(seed: number, length: number): number {
  return Math.imul(seed ^ length, MULTIPLIER)
}

/** Goes on with the label's next octet, lower-cased. */
export function addToLabelHash(hash: number, octet: number): number {
  return Math.imul(hash ^ octet, MULTIPLIER)
}

/** The hash of the label whose length octet, then lower-cased octets, stand at `offset`. */
export function hashLabel(seed: number, octets: Uint8Array, offset: number): number {
  const length = octets[offset]!
  let hash = beginLabelHash(seed, length)
  for (let i = 1; i <= length; i++) hash = addToLabelHash(hash, octets[offset + i]!)
  return hash
}

/** The key of a label index: `labelHash` below node `parent`, spread over 32 bits; `indexSeed` is the index's own. */
export function hashChild(indexSeed: number, parent: number, labelHash: number): number {
  let hash = labelHash ^ indexSeed ^ Math.imul(parent + 1, 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

const MULTIPLIER = 0x5bd1e995
