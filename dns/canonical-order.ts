/*
 * Neighbours in the canonical order of names (RFC 4034 §6.1, RFC 4471 §3.1), which `compareNames` decides. They are made
 * of lower-cased names and have no upper-case octets, for those have no place of their own in that order.
 */
import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH } from './constants.ts'
import { nameLength } from './name.ts'

/**
 * Writes the smallest name after the lower-cased name at `start` and returns where it ends: `\000.` below it where that
 * fits. After the last name of the zone whose apex is the name's last `apexLength` octets comes the apex.
 */
export function writeSuccessor(
  into: Uint8Array,
  at: number,
  name: Uint8Array,
  start: number,
  apexLength: number,
): number {
  const length = nameLength(name, start)
  if (length + 2 > MAX_NAME_LENGTH) return writeSuccessorBeyond(into, at, name, start, apexLength)
  into[at] = 1
  into[at + 1] = 0
  return copyOctets(into, at + 2, name, start, length)
}

/** Writes the smallest name after everything at and below the lower-cased name at `start`, else as `writeSuccessor`. */
export function writeSuccessorBeyond(
  into: Uint8Array,
  at: number,
  name: Uint8Array,
  start: number,
  apexLength: number,
): number {
  let length = nameLength(name, start)
  let label = start
  while (length > apexLength) {
    const octets = name[label]!
    if (octets < MAX_LABEL_LENGTH && length < MAX_NAME_LENGTH) {
      const end = copyOctets(into, at, name, label, octets + 1)
      into[at] = octets + 1
      into[end] = 0
      return copyOctets(into, end + 1, name, label + octets + 1, length - octets - 1)
    }
    let kept = octets
    while (kept > 0 && name[label + kept] === 0xff) kept--
    if (kept > 0) {
      const end = copyOctets(into, at, name, label, kept + 1)
      into[at] = kept
      into[end - 1] = octetAfter(name[label + kept]!)
      return copyOctets(into, end, name, label + octets + 1, length - octets - 1)
    }
    label += octets + 1
    length -= octets + 1
  }
  return copyOctets(into, at, name, label, length)
}

/**
 * Writes a label that comes before the lower-cased label at `start`, with nothing of ordinary spelling in between: its
 * last octet decremented and 0xff appended, as far as the label has `room`, at most 63 octets. Behind a final 0 octet,
 * the label without it. Returns where it ends; for the label `\000`, which has none before it, `at`.
 */
export function writeLabelBefore(into: Uint8Array, at: number, label: Uint8Array, start: number, room: number): number {
  const octets = label[start]!
  const last = label[start + octets]!
  if (last === 0 && octets === 1) return at
  const end = copyOctets(into, at, label, start, octets + (last === 0 ? 0 : 1))
  into[at] = end - at - 1
  if (last === 0) return end
  into[end - 1] = octetBefore(last)
  if (octets >= room) return end
  into[at] = octets + 1
  into[end] = 0xff
  return end + 1
}

/** Appends 0xff to the label at `at` until it has `room` octets: the largest that begins so. Returns where it ends. */
export function fillLabel(into: Uint8Array, at: number, room: number): number {
  for (let i = into[at]! + 1; i <= room; i++) into[at + i] = 0xff
  into[at] = Math.max(room, into[at]!)
  return at + 1 + into[at]!
}

/** Copies `length` octets and returns where they end in `into`. */
export function copyOctets(into: Uint8Array, at: number, from: Uint8Array, start: number, length: number): number {
  for (let i = 0; i < length; i++) into[at + i] = from[start + i]!
  return at + length
}

function octetAfter(octet: number): number {
  return octet === 0x40 ? 0x5b : octet + 1
}

function octetBefore(octet: number): number {
  return octet === 0x5b ? 0x40 : octet - 1
}
