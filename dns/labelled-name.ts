import { MAX_LABELS, MAX_NAME_LENGTH } from './constants.ts'
import { addToLabelHash, beginLabelHash, hashLabel } from './label-hash.ts'

/** A name taken apart for lookups: lower-cased octets and where each label starts. The caller owns and reuses it. */
export interface LabelledName {
  /** Seed of the hashes of labels. */
  readonly seed: number
  /** Wire name, lower-cased, root label included. */
  readonly octets: Uint8Array
  /** Octets of the name, root label included. */
  length: number
  /** By label, leftmost first: position of its length octet; `labels[count]` is the root label's. */
  readonly labels: Uint8Array
  /** By label: its `hashLabel`. */
  readonly hashes: Int32Array
  /** Labels without root. */
  count: number
}

/** The root, with room for any name; `seed` is that of the indexes it will be looked up in. */
export function createLabelledName(seed: number): LabelledName {
  return {
    seed,
    octets: new Uint8Array(MAX_NAME_LENGTH + 1),
    length: 1,
    labels: new Uint8Array(MAX_LABELS + 1),
    hashes: new Int32Array(MAX_LABELS),
    count: 0,
  }
}

/**
 * Reads the uncompressed name at `start` into `name`, lower-casing it, and returns the position behind it; or -1 where
 * it runs past `end`, is longer than 255 octets or holds anything but plain labels (RFC 1035 §3.1).
 */
export function readLabelledName(name: LabelledName, source: Uint8Array, start: number, end: number): number {
  const { octets, labels, hashes, seed } = name
  const last = Math.min(end, start + MAX_NAME_LENGTH)
  let position = start
  let count = 0
  while (position < last) {
    const length = source[position]!
    const at = position - start
    labels[count] = at
    octets[at] = length
    if (length === 0) {
      name.count = count
      name.length = at + 1
      return position + 1
    }
    if (length > 63) return -1
    const next = position + length + 1
    if (next >= last) return -1
    let hash = beginLabelHash(seed, length)
    for (let i = position + 1; i < next; i++) {
      let octet = source[i]!
      if (octet >= 0x41 && octet <= 0x5a) octet |= 0x20
      octets[i - start] = octet
      hash = addToLabelHash(hash, octet)
    }
    hashes[count] = hash
    position = next
    count++
  }
  return -1
}

/** Copies `from` into `to`. */
export function copyLabelledName(to: LabelledName, from: LabelledName): void {
  for (let i = 0; i < from.length; i++) to.octets[i] = from.octets[i]!
  for (let i = 0; i < from.count; i++) to.hashes[i] = from.hashes[i]!
  for (let i = 0; i <= from.count; i++) to.labels[i] = from.labels[i]!
  to.length = from.length
  to.count = from.count
}

/** Whether two names taken apart are the same. Both are lower-cased, so octets decide. */
export function sameLabelledName(a: LabelledName, b: LabelledName): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a.octets[i] !== b.octets[i]) return false
  return true
}

/**
 * Replaces the suffix of `name` that starts at label `index` by `suffix`, an uncompressed name (RFC 6672 §2.2), and says
 * whether the result fits 255 octets; `name` is unchanged where it does not.
 */
export function replaceSuffix(name: LabelledName, index: number, suffix: Uint8Array, suffixStart: number): boolean {
  const kept = name.labels[index]!
  let position = suffixStart
  while (suffix[position] !== 0) position += suffix[position]! + 1
  const length = kept + position + 1 - suffixStart
  if (length > MAX_NAME_LENGTH) return false
  let count = index
  position = suffixStart
  for (let at = kept; at < length; at += 1 + suffix[position]!, position += 1 + suffix[position]!) {
    const label = suffix[position]!
    if (label > 0) name.hashes[count] = hashLabel(name.seed, suffix, position)
    name.labels[count++] = at
    for (let i = 0; i <= label; i++) name.octets[at + i] = suffix[position + i]!
  }
  name.count = count - 1
  name.length = length
  return true
}
