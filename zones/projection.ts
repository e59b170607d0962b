/*
 * What one view sees of one zone: (base - hide) + overlay, a complete zone of its own. Everything that
 * a zone's structure implies (empty non-terminals, wildcards, cuts, glue) is worked out from this and nothing else.
 */
import { Type } from '../dns/constants.ts'
import { nameLength } from '../dns/name.ts'
import { canonicalRdata } from '../dns/rr/rdata.ts'
import type { FileProblem } from './file-problem.ts'
import { type HideRule, visibleRecords } from './hide.ts'
import { orderByOwner } from './owner-order.ts'
import { checkProjection } from './projection-check.ts'
import { joinTables, type RecordColumns } from './record-columns.ts'
import type { RecordTable } from './record-table.ts'

/**
 * RRsets in columns, ordered by owner (RFC 4034 §6.1), type and canonical RDATA (RFC 4034 §6.3), duplicates dropped.
 * The records of RRset `i` are rows `first[i]` up to `first[i + 1]`.
 */
export interface Projection {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  /** Heap of owners and RDATA; it may also hold octets that are no part of the projection. */
  readonly octets: Uint8Array
  readonly rrsetCount: number
  /** By RRset: offset of the owner, wire, lower-cased. RRsets of one owner have the same offset. */
  readonly owners: Int32Array
  readonly types: Uint16Array
  /** Seconds; the lowest of the RRset's records (RFC 2181 §5.2). */
  readonly ttls: Uint32Array
  readonly first: Int32Array
  readonly recordCount: number
  /** By record: offset and length of the RDATA, uncompressed, case as written; and where it stands. */
  readonly rdatas: Int32Array
  readonly rdataLengths: Uint16Array
  readonly files: Uint16Array
  readonly lines: Uint32Array
  readonly fileNames: readonly string[]
  /** Present where the zone brings its signatures. */
  readonly presigned?: PresignedRows
}

/**
 * The rows of a presigned zone beyond `rrsetCount`: no data of a name, so whatever looks at a zone's names never comes by
 * them. First the NSEC3 RRsets of the chain in the order of their hashes, then the RRSIGs, a row for each type covered.
 */
export interface PresignedRows {
  /** All rows, those of the projection itself included. */
  readonly rowCount: number
  /** By row up to the end of the NSEC3 RRsets: the row of the RRSIGs that cover it, or -1. */
  readonly signatures: Int32Array
  readonly denial: PresignedDenialParameters
}

/** A projection that brings its signatures. */
export type PresignedProjection = Projection & Required<Pick<Projection, 'presigned'>>

/** Whether the zone brings its signatures. */
export function isPresigned(projection: Projection): projection is PresignedProjection {
  return projection.presigned !== undefined
}

/** By which chain a presigned zone denies. */
export type PresignedDenialParameters =
  | { readonly kind: 'nsec' }
  | { readonly kind: 'nsec3'; readonly iterations: number; readonly salt: Uint8Array }

/** Builds the projection of a base, an overlay and what is hidden of the base, and checks it as a whole. */
export function project(
  base: RecordTable,
  overlay: RecordTable | undefined,
  hide: readonly HideRule[],
): { projection: Projection; problems: FileProblem[] } {
  const source = joinTables(base, overlay)
  const order = orderByOwner(source, visibleRecords(source, hide))
  const builder = createBuilder(source, order.records)
  for (let owner = 0; owner < order.starts.length - 1; owner++) {
    addOwner(builder, order.starts[owner]!, order.starts[owner + 1]!)
  }
  const projection = finishProjection(builder)
  return { projection, problems: checkProjection(projection) }
}

/** RDATA of record `record`: a view of the heap. */
export function projectedRdata(projection: Projection, record: number): Uint8Array {
  const start = projection.rdatas[record]!
  return projection.octets.subarray(start, start + projection.rdataLengths[record]!)
}

/** The owner of RRset `rrset`, lower-cased: a view of the heap. */
export function projectedOwner(projection: Projection, rrset: number): Uint8Array {
  const start = projection.owners[rrset]!
  return projection.octets.subarray(start, start + nameLength(projection.octets, start))
}

/** A projection in the making. */
export interface ProjectionBuilder {
  readonly source: RecordColumns
  /** Record numbers in `source`, by owner; within an owner their order changes. */
  readonly candidates: Int32Array
  /** Offset of the owner whose RRsets are being added. */
  owner: number
  readonly owners: Int32Array
  readonly types: Uint16Array
  readonly ttls: Uint32Array
  readonly first: Int32Array
  rrsets: number
  /** Record numbers in `source`, of those that are part of the projection. */
  readonly records: Int32Array
  used: number
}

/** A builder for records of `source`; `candidates` are their numbers. */
export function createBuilder(source: RecordColumns, candidates: Int32Array): ProjectionBuilder {
  const count = candidates.length
  return {
    source,
    candidates,
    owner: 0,
    owners: new Int32Array(count),
    types: new Uint16Array(count),
    ttls: new Uint32Array(count),
    first: new Int32Array(count + 1),
    rrsets: 0,
    records: new Int32Array(count),
    used: 0,
  }
}

/** Adds the RRsets of one owner, whose candidates are those from `start` to `end`. */
function addOwner(builder: ProjectionBuilder, start: number, end: number): void {
  const { candidates, source } = builder
  builder.owner = source.owners[candidates[start]!]!
  const remaining = overlay(builder, start, end)
  sortByType(builder, start, remaining)
  for (let first = start, next = start; first < remaining; first = next) {
    const type = source.types[candidates[first]!]!
    while (next < remaining && source.types[candidates[next]!] === type) next++
    addRRset(builder, first, next)
  }
}

/**
 * Moves the candidates of one owner that remain once the overlay is laid over the base to the front, and returns their
 * end. An RRset of the overlay replaces the base's; where either side has a CNAME, a DNAME or a zone cut there is no
 * sensible mixture and the overlay's node replaces the base's. At the apex NS is no cut, and a DNAME stands beside SOA
 * and NS (RFC 6672 §2.3).
 */
function overlay({ source, candidates, owner }: ProjectionBuilder, start: number, end: number): number {
  const { types, overlayStart } = source
  // The base's records come first: without one of the overlay's at the end, or of the base's in front, nothing merges.
  if (candidates[end - 1]! < overlayStart || candidates[start]! >= overlayStart) return end
  const isApex = nameLength(source.octets, owner) === source.apex.length
  const replaced = new Set<number>()
  let isWhole = false
  for (let i = start; i < end; i++) {
    const type = types[candidates[i]!]!
    if (candidates[i]! >= overlayStart) replaced.add(type)
    if (type === Type.CNAME || (!isApex && (type === Type.NS || type === Type.DNAME))) isWhole = true
  }
  let kept = start
  for (let i = start; i < end; i++) {
    const record = candidates[i]!
    if (record >= overlayStart || !(isWhole || replaced.has(types[record]!))) candidates[kept++] = record
  }
  return kept
}

/** Stable insertion sort: an owner has few types, and files mostly list them together. */
function sortByType({ source, candidates }: ProjectionBuilder, start: number, end: number): void {
  const { types } = source
  for (let i = start + 1; i < end; i++) {
    const moved = candidates[i]!
    const type = types[moved]!
    let place = i
    for (; place > start && types[candidates[place - 1]!]! > type; place--) candidates[place] = candidates[place - 1]!
    candidates[place] = moved
  }
}

/** Adds the candidates from `start` to `end` as one RRset of the builder's owner. */
export function addRRset(builder: ProjectionBuilder, start: number, end: number): void {
  const { source, candidates } = builder
  const rrset = builder.rrsets++
  const type = source.types[candidates[start]!]!
  let ttl = source.ttls[candidates[start]!]!
  for (let i = start + 1; i < end; i++) ttl = Math.min(ttl, source.ttls[candidates[i]!]!)
  builder.owners[rrset] = builder.owner
  builder.types[rrset] = type
  builder.ttls[rrset] = ttl
  builder.first[rrset] = builder.used
  if (end - start === 1) addRecord(builder, candidates[start]!)
  else for (const record of distinctByRdata(source, type, candidates.subarray(start, end))) addRecord(builder, record)
}

function addRecord(builder: ProjectionBuilder, record: number): void {
  builder.records[builder.used++] = record
}

/** The records by canonical RDATA; of duplicates the one first in octet order as written, so that order of files is no matter. */
function distinctByRdata(source: RecordColumns, type: number, records: Int32Array): number[] {
  const rows = Array.from(records, (record) => {
    const start = source.rdatas[record]!
    const written = source.octets.subarray(start, start + source.rdataLengths[record]!)
    return { record, written, canonical: canonicalRdata(type, written) }
  })
  rows.sort((a, b) => Buffer.compare(a.canonical, b.canonical) || Buffer.compare(a.written, b.written))
  return rows
    .filter((row, i) => i === 0 || Buffer.compare(rows[i - 1]!.canonical, row.canonical) !== 0)
    .map((row) => row.record)
}

/** The projection of what was added. */
export function finishProjection(builder: ProjectionBuilder): Projection {
  const { source, rrsets, used } = builder
  const rdatas = new Int32Array(used)
  const rdataLengths = new Uint16Array(used)
  const files = new Uint16Array(used)
  const lines = new Uint32Array(used)
  for (let i = 0; i < used; i++) {
    const record = builder.records[i]!
    rdatas[i] = source.rdatas[record]!
    rdataLengths[i] = source.rdataLengths[record]!
    files[i] = source.files[record]!
    lines[i] = source.lines[record]!
  }
  builder.first[rrsets] = used
  return {
    apex: source.apex,
    octets: source.octets,
    rrsetCount: rrsets,
    owners: builder.owners.subarray(0, rrsets),
    types: builder.types.subarray(0, rrsets),
    ttls: builder.ttls.subarray(0, rrsets),
    first: builder.first.subarray(0, rrsets + 1),
    recordCount: used,
    rdatas,
    rdataLengths,
    files,
    lines,
    fileNames: source.fileNames,
  }
}
