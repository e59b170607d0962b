import type { RecordTable } from './record-table.ts'

/** The records of a base file and of its overlay as one set of columns: the base's first, then the overlay's. */
export interface RecordColumns {
  readonly apex: Uint8Array
  readonly count: number
  /** Records from this one on are the overlay's. */
  readonly overlayStart: number
  readonly octets: Uint8Array
  readonly owners: Int32Array
  readonly types: Uint16Array
  readonly ttls: Uint32Array
  readonly rdatas: Int32Array
  readonly rdataLengths: Uint16Array
  readonly files: Uint16Array
  readonly lines: Uint32Array
  readonly fileNames: readonly string[]
}

/** Joins a base and its overlay. Without an overlay nothing is copied. */
export function joinTables(base: RecordTable, overlay: RecordTable | undefined): RecordColumns {
  if (overlay === undefined || overlay.count === 0) return { ...base, overlayStart: base.count }
  const count = base.count + overlay.count
  const columns = {
    apex: base.apex,
    count,
    overlayStart: base.count,
    octets: new Uint8Array(base.octetsUsed + overlay.octetsUsed),
    owners: join(new Int32Array(count), base.owners.subarray(0, base.count), overlay.owners),
    types: join(new Uint16Array(count), base.types.subarray(0, base.count), overlay.types),
    ttls: join(new Uint32Array(count), base.ttls.subarray(0, base.count), overlay.ttls),
    rdatas: join(new Int32Array(count), base.rdatas.subarray(0, base.count), overlay.rdatas),
    rdataLengths: join(new Uint16Array(count), base.rdataLengths.subarray(0, base.count), overlay.rdataLengths),
    files: join(new Uint16Array(count), base.files.subarray(0, base.count), overlay.files),
    lines: join(new Uint32Array(count), base.lines.subarray(0, base.count), overlay.lines),
    fileNames: [...base.fileNames, ...overlay.fileNames],
  }
  columns.octets.set(base.octets.subarray(0, base.octetsUsed))
  columns.octets.set(overlay.octets.subarray(0, overlay.octetsUsed), base.octetsUsed)
  for (let i = base.count; i < count; i++) {
    columns.owners[i]! += base.octetsUsed
    columns.rdatas[i]! += base.octetsUsed
    columns.files[i]! += base.fileNames.length
  }
  return columns
}

type Column = Int32Array | Uint32Array | Uint16Array

function join<C extends Column>(joined: C, base: C, overlay: C): C {
  joined.set(base)
  joined.set(overlay.subarray(0, joined.length - base.length), base.length)
  return joined
}
