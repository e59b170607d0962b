/*
 * Records in columns: a million records must not become a million objects. Row `i` is the i-th record of the zone
 * file; owner and RDATA are offsets into one octet heap.
 *
 *   octets   |owner 0|rdata 0|rdata 1|owner 2|rdata 2|...      record 1 has the owner of record 0: stored once
 *   owners   [0, 0, ...]    types [2, 1, ...]    rdatas [13, 30, ...]    rdataLengths [17, 4, ...]
 */
import { nameLength } from '../dns/name.ts'

export interface RecordTable {
  /** Apex of the zone: wire, lower-cased. */
  readonly apex: Uint8Array
  /** Number of records; the columns are longer than that. */
  count: number
  /** Heap of owners and RDATA; grows by doubling, so never keep a view of it across an append. */
  octets: Uint8Array
  octetsUsed: number
  /** Offset of the owner in `octets`: wire, lower-cased. Equal offsets mean equal owners, not the other way round. */
  owners: Int32Array
  types: Uint16Array
  /** Seconds. */
  ttls: Uint32Array
  /** Offset of the RDATA in `octets`: wire, uncompressed, case as written. */
  rdatas: Int32Array
  rdataLengths: Uint16Array
  /** Where the record stands: index into `fileNames`, and the line, from 1. */
  files: Uint16Array
  lines: Uint32Array
  readonly fileNames: string[]
}

const INITIAL_RECORDS = 64
const INITIAL_OCTETS = 4096

/** An empty table for the zone `apex` (wire, lower-cased). */
export function createRecordTable(apex: Uint8Array): RecordTable {
  return {
    apex,
    count: 0,
    octets: new Uint8Array(INITIAL_OCTETS),
    octetsUsed: 0,
    owners: new Int32Array(INITIAL_RECORDS),
    types: new Uint16Array(INITIAL_RECORDS),
    ttls: new Uint32Array(INITIAL_RECORDS),
    rdatas: new Int32Array(INITIAL_RECORDS),
    rdataLengths: new Uint16Array(INITIAL_RECORDS),
    files: new Uint16Array(INITIAL_RECORDS),
    lines: new Uint32Array(INITIAL_RECORDS),
    fileNames: [],
  }
}

/**
 * Appends one record. `owner` is wire and lower-cased, `rdata` uncompressed wire; both are copied. `file` is an index
 * into `table.fileNames`.
 */
export function appendRecord(
  table: RecordTable,
  owner: Uint8Array,
  type: number,
  ttl: number,
  rdata: Uint8Array,
  file: number,
  line: number,
): void {
  if (table.count === table.owners.length) growColumns(table)
  const index = table.count++
  table.owners[index] = isOwnerOf(table, index - 1, owner) ? table.owners[index - 1]! : appendOctets(table, owner)
  table.types[index] = type
  table.ttls[index] = ttl
  table.rdatas[index] = appendOctets(table, rdata)
  table.rdataLengths[index] = rdata.length
  table.files[index] = file
  table.lines[index] = line
}

/** The owner of record `index`: a view of the heap, valid until the next append. */
export function ownerOf(table: RecordTable, index: number): Uint8Array {
  const start = table.owners[index]!
  return table.octets.subarray(start, start + nameLength(table.octets, start))
}

/** The RDATA of record `index`: a view of the heap, valid until the next append. */
export function rdataOf(table: RecordTable, index: number): Uint8Array {
  const start = table.rdatas[index]!
  return table.octets.subarray(start, start + table.rdataLengths[index]!)
}

/** Takes out the records whose number is set in `removed`; those that stay keep their order. The heap is left as is. */
export function removeRecords(table: RecordTable, removed: Uint8Array): void {
  let kept = removed.indexOf(1)
  if (kept < 0) return
  for (let index = kept; index < table.count; index++) {
    if (removed[index] === 1) continue
    table.owners[kept] = table.owners[index]!
    table.types[kept] = table.types[index]!
    table.ttls[kept] = table.ttls[index]!
    table.rdatas[kept] = table.rdatas[index]!
    table.rdataLengths[kept] = table.rdataLengths[index]!
    table.files[kept] = table.files[index]!
    table.lines[kept] = table.lines[index]!
    kept++
  }
  table.count = kept
}

function isOwnerOf(table: RecordTable, index: number, owner: Uint8Array): boolean {
  if (index < 0) return false
  const start = table.owners[index]!
  // A name that starts another ends it: both end with the root label, so equal octets mean equal length.
  for (let i = 0; i < owner.length; i++) if (table.octets[start + i] !== owner[i]) return false
  return true
}

function appendOctets(table: RecordTable, added: Uint8Array): number {
  const start = table.octetsUsed
  const end = start + added.length
  if (end > table.octets.length) {
    const grown = new Uint8Array(Math.max(end, table.octets.length * 2))
    grown.set(table.octets.subarray(0, start))
    table.octets = grown
  }
  table.octets.set(added, start)
  table.octetsUsed = end
  return start
}

function growColumns(table: RecordTable): void {
  const capacity = table.count * 2
  table.owners = grown(table.owners, new Int32Array(capacity))
  table.types = grown(table.types, new Uint16Array(capacity))
  table.ttls = grown(table.ttls, new Uint32Array(capacity))
  table.rdatas = grown(table.rdatas, new Int32Array(capacity))
  table.rdataLengths = grown(table.rdataLengths, new Uint16Array(capacity))
  table.files = grown(table.files, new Uint16Array(capacity))
  table.lines = grown(table.lines, new Uint32Array(capacity))
}

function grown<Column extends Int32Array | Uint32Array | Uint16Array>(column: Column, larger: Column): Column {
  larger.set(column)
  return larger
}
