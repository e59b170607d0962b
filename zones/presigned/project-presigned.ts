/*
 * A zone that brings its signatures: its data as any projection, and beside it, in rows that no name has, the NSEC3 chain
 * and the signatures, each with what it covers.
 */
import { Type } from '../../dns/constants.ts'
import { nameToText } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { type FileProblem, hasErrors } from '../file-problem.ts'
import { createProblemLog, inOrderOfText, type ProblemLog, report } from '../master-file/problems.ts'
import type { ReadZone } from '../master-file/read.ts'
import { type OwnerOrder, orderByOwner } from '../owner-order.ts'
import {
  addRRset,
  createBuilder,
  finishProjection,
  type PresignedDenialParameters,
  type PresignedProjection,
  type ProjectionBuilder,
} from '../projection.ts'
import { checkProjection } from '../projection-check.ts'
import { joinTables, type RecordColumns } from '../record-columns.ts'
import { checkPresigned } from './check-presigned.ts'
import { chooseDenial } from './choose-denial.ts'
import { hasNsec3Parameters } from './nsec3-rdata.ts'
import { typeCovered } from './rrsig-rdata.ts'

/**
 * Projects a zone that was read as presigned, and checks it: whether everything is signed, and denied by one whole chain.
 * `now`, Unix seconds, tells which signatures have expired.
 */
export function projectPresigned(
  { table, signatures }: Pick<ReadZone, 'table' | 'signatures'>,
  now: number,
): { projection: PresignedProjection; problems: FileProblem[] } {
  const source = joinTables(table, signatures)
  const order = orderByOwner(
    source,
    Int32Array.from({ length: source.count }, (_, record) => record),
  )
  const builder = createBuilder(source, order.records)
  const sorted = sortOwners(builder, order)
  addData(sorted)
  const rrsetCount = builder.rrsets
  const denial = chooseDenial(finishProjection(builder), source)
  addChain(sorted, denial)
  const log = createProblemLog(MAX_PROBLEMS)
  const covering = addSignatures(sorted, log)
  const presigned = { rowCount: builder.rrsets, signatures: covering, denial }
  const projection = { ...finishProjection(builder), rrsetCount, presigned }
  const problems = checkProjection(projection)
  if (!hasErrors(problems)) checkPresigned(projection, now, log)
  return { projection, problems: inOrderOfText([...problems, ...log.problems], projection.fileNames) }
}

/** Problems of signatures told, of each severity. */
const MAX_PROBLEMS = 20

/** What is added first stands first: data and NSEC by type, then NSEC3, then RRSIGs by type covered. */
const RANK_NSEC3 = 0x10000
const RANK_RRSIG = 0x20000

/** The records of each owner, sorted by rank; and where its RRsets went. */
interface SortedOwners {
  readonly builder: ProjectionBuilder
  readonly starts: Int32Array
  /** By record of the source. */
  readonly ranks: Int32Array
  /** By owner: its first row of data, one more entry holding the end; and the row of its NSEC3, or -1. */
  readonly data: Int32Array
  readonly hashed: Int32Array
}

function sortOwners(builder: ProjectionBuilder, { starts }: OwnerOrder): SortedOwners {
  const { candidates, source } = builder
  const ranks = Int32Array.from({ length: source.count }, (_, record) => rankOf(source, record))
  for (let owner = 0; owner < starts.length - 1; owner++) {
    const records = candidates.subarray(starts[owner]!, starts[owner + 1]!)
    if (records.length > 1) records.set(Array.from(records).sort((a, b) => ranks[a]! - ranks[b]!))
  }
  return { builder, starts, ranks, data: new Int32Array(starts.length), hashed: new Int32Array(starts.length).fill(-1) }
}

function rankOf({ types, rdatas, octets }: RecordColumns, record: number): number {
  const type = types[record]!
  if (type === Type.NSEC3) return RANK_NSEC3
  return type === Type.RRSIG ? RANK_RRSIG | typeCovered(octets, rdatas[record]!) : type
}

function addData(sorted: SortedOwners): void {
  const { builder, data } = sorted
  for (let owner = 0; owner < data.length - 1; owner++) {
    data[owner] = builder.rrsets
    eachGroup(sorted, owner, [0, RANK_NSEC3 - 1], (start, end) => addRRset(builder, start, end))
  }
  data[data.length - 1] = builder.rrsets
}

/** The NSEC3 records of the chain; owners come in the order of their hashes, for base32hex keeps it (RFC 5155 §1.3). */
function addChain(sorted: SortedOwners, denial: PresignedDenialParameters): void {
  if (denial.kind !== 'nsec3') return
  const { builder, hashed } = sorted
  const { candidates, source } = builder
  for (let owner = 0; owner < hashed.length - 1; owner++) {
    eachGroup(sorted, owner, [RANK_NSEC3, RANK_NSEC3], (start, end) => {
      const records = candidates.subarray(start, end)
      const found = records.findIndex((record) => hasNsec3Parameters(source.octets, source.rdatas[record]!, denial))
      if (found < 0) return
      hashed[owner] = builder.rrsets
      addRRset(builder, start + found, start + found + 1)
    })
  }
}

/** Adds the RRSIGs behind all else, and warns of those that cover nothing. By row: the row of its RRSIGs, or -1. */
function addSignatures(sorted: SortedOwners, log: ProblemLog): Int32Array {
  const { builder, data, hashed } = sorted
  const covering = new Int32Array(builder.rrsets).fill(-1)
  for (let owner = 0; owner < data.length - 1; owner++) {
    const types = builder.types.subarray(data[owner]!, data[owner + 1]!)
    eachGroup(sorted, owner, [RANK_RRSIG, RANK_RRSIG | 0xffff], (start, end, rank) => {
      const covered = rank & 0xffff
      const among = types.indexOf(covered)
      const row = covered === Type.NSEC3 ? hashed[owner]! : among < 0 ? -1 : data[owner]! + among
      if (row >= 0) {
        covering[row] = builder.rrsets
        addRRset(builder, start, end)
        // Signatures of an NSEC3 of another chain go with it.
      } else if (covered !== Type.NSEC3) warnOfOrphan(builder, builder.candidates[start]!, covered, log)
    })
  }
  return covering
}

function warnOfOrphan({ source, owner }: ProjectionBuilder, record: number, covered: number, log: ProblemLog): void {
  report(log, 'warning', () => ({
    file: source.fileNames[source.files[record]!] ?? '',
    line: source.lines[record]!,
    column: 1,
    found: `RRSIG over ${nameToText(source.octets, owner)} ${typeToText(covered)}, which is not there`,
    expected: 'signatures over what the zone has',
    remedy: 'It is left out. Have your signer sign the whole zone again.',
  }))
}

/** Calls `visit` for the candidates of each rank of one owner, from the lowest rank up to the highest. */
function eachGroup(
  { builder, starts, ranks }: SortedOwners,
  owner: number,
  [lowest, highest]: readonly [number, number],
  visit: (start: number, end: number, rank: number) => void,
): void {
  const { candidates, source } = builder
  builder.owner = source.owners[candidates[starts[owner]!]!]!
  for (let start = starts[owner]!, end = start; start < starts[owner + 1]!; start = end) {
    const rank = ranks[candidates[start]!]!
    while (end < starts[owner + 1]! && ranks[candidates[end]!] === rank) end++
    if (rank >= lowest && rank <= highest) visit(start, end, rank)
  }
}
