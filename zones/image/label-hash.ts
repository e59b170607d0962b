/**
 * Keyed hash of one label below a parent: the key of the label index. `octets[offset]` is the label's length
 * octet; the label must be lower-cased already. Reads nothing else, allocates nothing.
 */
export function hashLabel(seed: number, parent: number, octets: Uint8Array, offset: number): number {
  const end = offset + octets[offset]!
  let hash = seed ^ Math.imul(parent + 1, 0x9e3779b1)
  for (let i = offset; i <= end; i++) hash = Math.imul(hash ^ octets[i]!, 0x5bd1e995) ^ (hash >>> 15)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return hash ^ (hash >>> 13)
}
