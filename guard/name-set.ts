import { createLabelledName, type LabelledName, readLabelledName } from '../dns/labelled-name.ts'

/** A few names to be recognised on the answering road: open addressing, by a hash of the hashes of labels. */
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

/** Whether the name is one of the set. Allocates nothing. */
export function hasName({ mask, hashes, names }: NameSet, name: LabelledName): boolean {
  const hash = hashName(name)
  for (let slot = hash & mask; names[slot] !== undefined; slot = (slot + 1) & mask) {
    if (hashes[slot] === hash && isSame(names[slot]!, name)) return true
  }
  return false
}

/** A hash of all labels of the name, in their order. */
function hashName({ hashes, count }: LabelledName): number {
  let hash = count
  for (let label = 0; label < count; label++) hash = Math.imul(hash ^ hashes[label]!, 0x9e3779b1) ^ (hash >>> 15)
  return hash
}

function isSame(octets: Uint8Array, name: LabelledName): boolean {
  if (octets.length !== name.length) return false
  for (let index = 0; index < name.length; index++) if (octets[index] !== name.octets[index]) return false
  return true
}
