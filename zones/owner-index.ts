/*
 * Finds the records of an owner in a table: open addressing over record numbers, and a chain through the records of
 * each owner in the order of the table. Two 32-bit words a record, no objects.
 */
import { Type } from '../dns/constants.ts'
import { nameLength } from '../dns/name.ts'
import type { RecordTable } from './record-table.ts'

export interface OwnerIndex {
  readonly table: RecordTable
  /** Record number of the first record of an owner, or -1; as long as a power of two. */
  readonly slots: Int32Array
  /** By record: the next record of the same owner, or -1. */
  readonly next: Int32Array
  /** Numbers of each owner's first record, in the order of the table. */
  readonly firsts: Int32Array
  /** The DNAME record of the apex, or -1. */
  readonly apexDname: number
}

/** Indexes what the table holds now; records appended later are not in it. */
export function indexOwners(table: RecordTable): OwnerIndex {
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(1, table.count) * 2))).fill(-1)
  const next = new Int32Array(table.count).fill(-1)
  const firsts = new Int32Array(table.count)
  const last = new Int32Array(table.count)
  let owners = 0
  for (let record = 0, first = -1; record < table.count; record++) {
    const start = table.owners[record]!
    const sameAsBefore = record > 0 && start === table.owners[record - 1]
    if (!sameAsBefore) {
      const slot = findSlot(table, slots, table.octets, start)
      first = slots[slot]!
      if (first < 0) {
        first = slots[slot] = firsts[owners++] = record
        last[record] = record
        continue
      }
    }
    next[last[first]!] = record
    last[first] = record
  }
  const index = { table, slots, next, firsts: firsts.subarray(0, owners), apexDname: -1 }
  return { ...index, apexDname: findType(index, findOwner(index, table.apex), Type.DNAME) }
}

/** The first record of the lower-cased name at `start` of `octets`, or -1. */
export function findOwner(index: OwnerIndex, octets: Uint8Array, start = 0): number {
  return index.slots[findSlot(index.table, index.slots, octets, start)]!
}

/** The first record of `type` among the records of an owner from record `first` on, or -1; `first` may be -1. */
export function findType(index: OwnerIndex, first: number, type: number): number {
  for (let record = first; record >= 0; record = index.next[record]!) {
    if (index.table.types[record] === type) return record
  }
  return -1
}

function findSlot(table: RecordTable, slots: Int32Array, octets: Uint8Array, start: number): number {
  const length = nameLength(octets, start)
  const mask = slots.length - 1
  let slot = hashOctets(octets, start, length) & mask
  for (;;) {
    const record = slots[slot]!
    if (record < 0 || equalOctets(table.octets, table.owners[record]!, octets, start, length)) return slot
    slot = (slot + 1) & mask
  }
}

/** FNV-1a with a final mix: the low bits choose the slot. */
function hashOctets(octets: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < start + length; i++) hash = Math.imul(hash ^ octets[i]!, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return hash ^ (hash >>> 13)
}

/** Names end with the root label, so octets that agree over the length of one are the other. */
function equalOctets(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}
