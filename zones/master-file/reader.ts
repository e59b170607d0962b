/*
 * What a reader of one zone knows while it goes through the zone's files.
 */
import { MAX_NAME_LENGTH } from '../../dns/constants.ts'
import type { TokenSource } from '../../dns/rr/tokens.ts'
import type { RecordTable } from '../record-table.ts'
import { type ProblemLog, report } from './problems.ts'
import { type Refusal, tokenPlace } from './refusal.ts'
import type { Remark } from './remarks.ts'
import type { Scanner } from './scanner.ts'

/** `base`: what everyone may see, a complete zone. `overlay`: what one view sees in addition or instead. */
export type ZoneFileKind = 'base' | 'overlay'

export interface Reader {
  readonly table: RecordTable
  /** RRSIG, NSEC and NSEC3 records of a presigned zone; undefined: the zone is signed here, and DNSSEC records are left out. */
  readonly signatures: RecordTable | undefined
  readonly kind: ZoneFileKind
  readonly log: ProblemLog
  readonly readFile: (path: string) => Uint8Array
  /** Seconds, of the last `$TTL`. */
  defaultTtl: number | undefined
  /** Seconds, of the last record that had a TTL. */
  lastTtl: number | undefined
  /** Owner of the last record: wire, lower-cased. */
  owner: Uint8Array | undefined
  /** The last owner was refused: records that go on with it are passed over without more ado. */
  ownerRefused: boolean
  /** DNSSEC records that were passed over: how many, which, and the first one's place. */
  readonly dropped: { count: number; types: Set<number>; file: string; line: number }
  /** Files opened, to bound $INCLUDE. */
  filesRead: number
  /** Remarks to Veil, by file in the order in which the files end. */
  readonly remarks: (Remark & { readonly file: string })[]
  /** Words met in the place of class and type: see `word.ts`. */
  readonly words: Map<number, number>
  /** Room for a name. */
  readonly scratch: Uint8Array
}

/** A reader that has read nothing yet. */
export function createReader(given: Pick<Reader, 'table' | 'signatures' | 'kind' | 'log' | 'readFile'>): Reader {
  return {
    ...given,
    defaultTtl: undefined,
    lastTtl: undefined,
    owner: undefined,
    ownerRefused: false,
    dropped: { count: 0, types: new Set(), file: '', line: 1 },
    filesRead: 0,
    remarks: [],
    words: new Map(),
    scratch: new Uint8Array(2 * MAX_NAME_LENGTH + 2),
  }
}

/** A file being read. */
export interface SourceFile {
  readonly path: string
  /** Index into the table's `fileNames`. */
  readonly index: number
  readonly scanner: Scanner
  /** Where RDATA gets its tokens; its `origin` is the file's current origin, case as written. */
  readonly tokens: TokenSource & { origin: Uint8Array }
  /** Absolute paths of this file and those that include it, outermost first. */
  readonly chain: readonly string[]
}

/** Reports a warning at the token last scanned. */
export function warnAtToken(reader: Reader, file: SourceFile, refusal: Refusal): void {
  report(reader.log, 'warning', () => ({ file: file.path, ...tokenPlace(file.scanner), ...refusal }))
}
