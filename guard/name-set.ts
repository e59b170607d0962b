import { createLabelledName, type LabelledName, readLabelledName } from '../dns/labelled-name.ts'

/** A few names to be recognised on the answering road, with all that is below them: open addressing, by a hash of the hashes of labels. */
export interface NameSet {
  readonly mask: number
  readonly hashes: Int32Array
  /** By slot; undefined: free. */
  readonly names: readonly (Uint8Array | undefined)[]
}

/** Compiles names on the wire; `seed` is that of the names to be looked up. */
export function createNameSet(wireNames: readonly Uint8Array[], seed: number): NameSet {
  let size = 4
  while (size < wireNames.length * 2) size *= 2
  const hashes = new Int32Array(size)
  const names: (Uint8Array | undefined)[] = Array.from({ length: size }, () => undefined)
  const name = createLabelledName(seed)
  for (const wire of wireNames) {
    if (readLabelledName(name, wire, 0, wire.length) !== wire.length) throw new Error('a name that cannot be read')
    const hash = hashName(name)
    let slot = hash & (size - 1)
    while (names[slot] !== undefined) slot = (slot + 1) & (size - 1)
    hashes[slot] = hash
    names[slot] = name.octets.slice(0, name.length)
  }
  return { mask: size - 1, hashes, names }
}

/** Whether the name is one of the set, or below one. Allocates nothing. */
export function isAtOrBelowOneOf({ mask, hashes, names }: NameSet, name: LabelledName): boolean {
  let hash = 0
  for (let label = name.count - 1; label >= 0; label--) {
    hash = withLabel(hash, name.hashes[label]!)
    for (let slot = hash & mask; names[slot] !== undefined; slot = (slot + 1) & mask) {
      if (hashes[slot] === hash && isSuffix(names[slot]!, name, name.labels[label]!)) return true
    }
  }
  return false
}

/** A hash of all labels of the name, from the rightmost on: that of a name below begins with it. */
function hashName({ hashes, count }: LabelledName): number {
  let hash = 0
  for (let label = count - 1; label >= 0; label--) hash = withLabel(hash, hashes[label]!)
  return hash
}

function withLabel(hash: number, label: number): number {
  return Math.imul(hash ^ label, 0x9e3779b1) ^ (hash >>> 15)
}

/** Whether the name is `octets` from `start` on. */
function isSuffix(octets: Uint8Array, name: LabelledName, start: number): boolean {
  if (octets.length !== name.length - start) return false
  for (let index = 0; index < octets.length; index++) if (octets[index] !== name.octets[start + index]) return false
  return true
}
