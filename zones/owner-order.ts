/*
 * Canonical order of owners (RFC 4034 §6.1) for a whole zone at once. Each owner gets a sort key whose plain octet
 * order is the canonical order: its labels below the apex, from the root down, each escaped and ended by 0.
 *
 *   label octet 0 -> 01 01      label octet 1 -> 01 02      end of label -> 00
 */
import { MAX_LABELS, MAX_NAME_LENGTH } from '../dns/constants.ts'
import { compareKeys, type Keys, sortKeys } from './key-sort.ts'
import { labelsBelowApex } from './labels-below-apex.ts'
import type { RecordColumns } from './record-columns.ts'

/** Records grouped by owner, owners in canonical order, records of an owner in their order of appearance. */
export interface OwnerOrder {
  /** Record numbers. */
  readonly records: Int32Array
  /** By owner: where its records begin in `records`; one more entry holds the end. */
  readonly starts: Int32Array
}

/** Groups the records listed in `visible` by owner. */
export function orderByOwner(source: RecordColumns, visible: Int32Array): OwnerOrder {
  const runs = ownerRuns(source, visible)
  const keys = writeKeys(source, visible, runs)
  const order = sortKeys(keys)
  const records = new Int32Array(visible.length)
  const starts: Int32Array = new Int32Array(order.length + 1)
  let owners = 0
  let used = 0
  for (let i = 0; i < order.length; i++) {
    const run = order[i]!
    if (i === 0 || compareKeys(keys, order[i - 1]!, run) !== 0) starts[owners++] = used
    for (let at = runs[run]!; at < runs[run + 1]!; at++) records[used++] = visible[at]!
  }
  starts[owners] = used
  return { records, starts: starts.subarray(0, owners + 1) }
}

/** Starts of the stretches of `visible` whose records share one owner in the heap, and the end. */
function ownerRuns(source: RecordColumns, visible: Int32Array): Int32Array {
  const runs = new Int32Array(visible.length + 1)
  let count = 0
  let previous = -1
  for (let i = 0; i < visible.length; i++) {
    const owner = source.owners[visible[i]!]!
    if (owner !== previous) runs[count++] = i
    previous = owner
  }
  runs[count] = visible.length
  return runs.subarray(0, count + 1)
}

function writeKeys(source: RecordColumns, visible: Int32Array, runs: Int32Array): Keys {
  const keys: Keys = { octets: new Uint8Array(4096), starts: new Int32Array(runs.length) }
  const labels = new Int32Array(MAX_LABELS)
  for (let run = 0; run < runs.length - 1; run++) {
    if (keys.starts[run]! + LONGEST_KEY > keys.octets.length) keys.octets = doubled(keys.octets)
    const owner = source.owners[visible[runs[run]!]!]!
    const below = labelsBelowApex(source, owner, labels)
    let end = keys.starts[run]!
    for (let label = below - 1; label >= 0; label--) {
      end = writeLabel(keys.octets, end, source.octets, labels[label]!)
    }
    keys.starts[run + 1] = end
  }
  return keys
}

/** Writes the label at `label`, escaped and ended, to `key` and returns where it ends. */
function writeLabel(key: Uint8Array, start: number, octets: Uint8Array, label: number): number {
  const last = label + octets[label]!
  let end = start
  for (let i = label + 1; i <= last; i++) {
    const octet = octets[i]!
    if (octet <= 1) key[end++] = 1
    key[end++] = octet <= 1 ? octet + 1 : octet
  }
  key[end++] = 0
  return end
}

function doubled(octets: Uint8Array): Uint8Array {
  const larger = new Uint8Array(octets.length * 2)
  larger.set(octets)
  return larger
}

/** Each octet of a name escaped. */
const LONGEST_KEY = 2 * MAX_NAME_LENGTH
