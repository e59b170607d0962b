import { type FileProblem, hasErrors } from '../../zones/file-problem.ts'
import { type FileRemark, readZone } from '../../zones/master-file/read.ts'
import { bringsSignatures } from '../../zones/presigned/brings-signatures.ts'
import { projectPresigned } from '../../zones/presigned/project-presigned.ts'
import { type Projection, project } from '../../zones/projection.ts'
import { appendRecord, createRecordTable, ownerOf, type RecordTable, rdataOf } from '../../zones/record-table.ts'
import type { DnssecConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import { findLongTtls } from './long-ttls.ts'
import type { ReadZoneFile } from './zone-files.ts'

/** A record that the server adds to what a view sees of a zone. */
export interface AddedRecord {
  /** Wire, lower-cased. */
  readonly owner: Uint8Array
  readonly type: number
  readonly ttl: number
  readonly rdata: Uint8Array
}

/** A zone for each of its views. */
export interface ProjectedViews {
  /** By view; empty where there are errors. */
  readonly projections: Map<string, Projection>
  readonly problems: FileProblem[]
  /** Remarks to Veil in the files, waivers of the leak lint among them. */
  readonly remarks: readonly FileRemark[]
  /** What the configuration says, or `presigned` where it leaves that to the file. */
  readonly dnssec: DnssecConfiguration
}

/** What the projections of a zone stand on besides its files. */
export interface ProjectOptions {
  /** Records that the server adds for a view. */
  readonly added?: (view: string) => readonly AddedRecord[] | undefined
  /** Milliseconds since 1970: signatures of a presigned zone may have expired. */
  readonly now?: number
}

/** Reads each file once and projects each combination of overlay and hiding once, however many views have it. */
export function projectViews(
  zone: ZoneConfiguration,
  views: readonly string[],
  readZoneFile: ReadZoneFile,
  options: ProjectOptions = {},
): ProjectedViews {
  const readFile = (path: string) => readZoneFile(path, zone.name)
  return projectAsItIs(zone, views, readFile, options) ?? projectUnsigned(zone, views, readFile, options)
}

/** A zone that brings its signatures, which cover it as a whole; undefined for others. */
function projectAsItIs(
  zone: ZoneConfiguration,
  views: readonly string[],
  readFile: (path: string) => Uint8Array,
  { now = Date.now() }: ProjectOptions,
): ProjectedViews | undefined {
  const { apex, file, dnssec } = zone
  const mayBe = dnssec.kind === 'signed' && dnssec.unlessPresigned === true && !isDifferentByView(zone)
  if (dnssec.kind !== 'presigned' && !mayBe) return undefined
  const read = readZone({ apex, path: file, readFile, kind: 'base', presigned: true })
  if (mayBe && !bringsSignatures(read)) return undefined
  const problems = [...read.problems]
  const { remarks } = read
  if (hasErrors(problems)) return { projections: new Map(), problems, remarks, dnssec: PRESIGNED }
  const result = projectPresigned(read, Math.floor(now / 1000))
  problems.push(...result.problems)
  const projections = new Map(views.map((view) => [view, result.projection]))
  return { projections, problems, remarks, dnssec: PRESIGNED }
}

const PRESIGNED: DnssecConfiguration = { kind: 'presigned' }

function isDifferentByView({ overlays, hide }: ZoneConfiguration): boolean {
  return Object.keys(overlays).length > 0 || Object.keys(hide).length > 0
}

function projectUnsigned(
  zone: ZoneConfiguration,
  views: readonly string[],
  readFile: (path: string) => Uint8Array,
  options: ProjectOptions,
): ProjectedViews {
  const { dnssec } = zone
  const tables = readTables(zone, views, readFile)
  const { remarks } = tables
  if (hasErrors(tables.problems)) return { projections: new Map(), problems: tables.problems, remarks, dnssec }
  const { projections, problems } = projectTables(zone, views, tables, options)
  return { projections, problems: [...tables.problems, ...problems], remarks, dnssec }
}

/** What the files of a zone say. */
interface ZoneTables {
  readonly base: RecordTable
  /** By path. */
  readonly overlays: ReadonlyMap<string, RecordTable>
  readonly remarks: readonly FileRemark[]
}

function readTables(
  zone: ZoneConfiguration,
  views: readonly string[],
  readFile: (path: string) => Uint8Array,
): ZoneTables & { readonly problems: FileProblem[] } {
  const { dnssec } = zone
  const problems: FileProblem[] = []
  const remarks: FileRemark[] = []
  const read = (path: string, kind: 'base' | 'overlay'): RecordTable => {
    const result = readZone({ apex: zone.apex, path, readFile, kind })
    problems.push(...result.problems)
    for (const remark of result.remarks) remarks.push(remark)
    if (dnssec.kind === 'signed') problems.push(...findLongTtls(result.table, dnssec.policy))
    return result.table
  }
  const base = read(zone.file, 'base')
  const overlays = new Map<string, RecordTable>()
  for (const view of views) {
    const path = zone.overlays[view]
    if (path !== undefined && !overlays.has(path)) overlays.set(path, read(path, 'overlay'))
  }
  return { base, overlays, problems, remarks }
}

/** One projection for views that see the same. */
function projectTables(
  zone: ZoneConfiguration,
  views: readonly string[],
  { base, overlays }: ZoneTables,
  { added = () => undefined }: ProjectOptions,
): Pick<ProjectedViews, 'projections' | 'problems'> {
  const problems: FileProblem[] = []
  const projections = new Map<string, Projection>()
  const projected = new Map<string, Projection>()
  for (const view of views) {
    const path = zone.overlays[view]
    const hide = zone.hide[view] ?? []
    const records = added(view)
    const key = JSON.stringify([hide.length > 0 ? view : '', path, records])
    let projection = projected.get(key)
    if (projection === undefined) {
      const overlay = path === undefined ? undefined : overlays.get(path)
      const result = project(base, records === undefined ? overlay : withRecords(base, overlay, records), hide)
      problems.push(...result.problems.map((problem) => seenBy(view, zone, problem)))
      projection = result.projection
      projected.set(key, projection)
    }
    projections.set(view, projection)
  }
  return { projections, problems }
}

/** The overlay, where there is one, and these records. */
function withRecords(
  { apex }: RecordTable,
  overlay: RecordTable | undefined,
  records: readonly AddedRecord[],
): RecordTable {
  const table = createRecordTable(apex)
  table.fileNames.push(...(overlay?.fileNames ?? []), MADE_HERE)
  for (let i = 0; i < (overlay?.count ?? 0); i++) {
    const { types, ttls, files, lines } = overlay!
    appendRecord(table, ownerOf(overlay!, i), types[i]!, ttls[i]!, rdataOf(overlay!, i), files[i]!, lines[i]!)
  }
  const file = table.fileNames.length - 1
  for (const { owner, type, ttl, rdata } of records) appendRecord(table, owner, type, ttl, rdata, file, 0)
  return table
}

/** Stands for a file where records come from none. */
const MADE_HERE = 'signalling records'

/** Says which view has the problem where views differ. */
function seenBy(view: string, zone: ZoneConfiguration, problem: FileProblem): FileProblem {
  const isPlain = zone.overlays[view] === undefined && (zone.hide[view] ?? []).length === 0
  return isPlain ? problem : { ...problem, found: `${problem.found} as view ${view} sees the zone` }
}
