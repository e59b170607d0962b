/*
 * Reads a zone's master file, and the files it includes, into a table of records.
 */
import { resolve } from 'node:path'
import { canonicalName } from '../../dns/name.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { RdataError } from '../../dns/rr/tokens.ts'
import type { FileProblem } from '../file-problem.ts'
import { createRecordTable, type RecordTable } from '../record-table.ts'
import { checkTable } from './check.ts'
import { type Inclusion, readDirective } from './directive.ts'
import { printable, quoteText } from './printable.ts'
import { createProblemLog, inOrderOfText, isFull, report } from './problems.ts'
import { createReader, type Reader, type SourceFile, type ZoneFileKind } from './reader.ts'
import { readRecord } from './record.ts'
import { openParenthesis, type Refusal, RefusedText, refusedRdata, UnreadableFile } from './refusal.ts'
import type { Remark } from './remarks.ts'
import { createScanner, RecordStart, type Scanner, scanToken, startRecord, tokenText } from './scanner.ts'
import { skipRecord } from './skip-record.ts'

/** Which zone is read, from where. */
export interface ReadZoneOptions {
  /** Wire. */
  readonly apex: Uint8Array
  readonly path: string
  /** May throw: that becomes a problem. */
  readonly readFile: (path: string) => Uint8Array
  readonly kind: ZoneFileKind
  /** The zone brings its signatures, which are kept; by default DNSSEC records are left out, with a warning. */
  readonly presigned?: boolean
  /** For errors and warnings each; reading stops at so many errors. 20 by default. */
  readonly maxProblems?: number
}

/** What was read. */
export interface ReadZone {
  readonly table: RecordTable
  /** RRSIG, NSEC and NSEC3 records of a zone read as presigned; empty for others. Its `fileNames` are those of `table`. */
  readonly signatures: RecordTable
  readonly problems: FileProblem[]
  /** Remarks to Veil among the comments, with the files they stand in. */
  readonly remarks: readonly FileRemark[]
}

/** A remark and its file. */
export interface FileRemark extends Remark {
  readonly file: string
}

/**
 * Reads a zone file. Never throws, whatever the file holds: everything wrong is a problem, in the order of the text. With
 * an error among the problems the table is incomplete and not to be served.
 */
export function readZone(options: ReadZoneOptions): ReadZone {
  const { kind, readFile } = options
  const table = createRecordTable(canonicalName(options.apex))
  const signatures = { ...createRecordTable(table.apex), fileNames: table.fileNames }
  const log = createProblemLog(options.maxProblems ?? 20)
  const reader = createReader({ table, signatures: options.presigned ? signatures : undefined, log, kind, readFile })
  const origin = table.apex
  readFileInto(reader, { path: options.path, origin, line: 1, column: 1 }, undefined)
  warnOfDropped(reader)
  checkTable(table, kind, log)
  return { table, signatures, problems: inOrderOfText(log.problems, table.fileNames), remarks: reader.remarks }
}

function readFileInto(reader: Reader, inclusion: Inclusion, includer: SourceFile | undefined): void {
  const { path, origin } = inclusion
  const place = { file: includer?.path ?? path, line: inclusion.line, column: inclusion.column }
  let octets: Uint8Array
  try {
    octets = reader.readFile(path)
  } catch (error) {
    report(reader.log, 'error', () => ({ ...place, ...unreadable(path, error) }))
    return
  }
  if (isUtf16(octets)) {
    report(reader.log, 'error', () => ({ file: path, line: 1, column: 1, ...UTF_16 }))
    return
  }
  reader.filesRead++
  const scanner = createScanner(octets)
  readRecords(reader, {
    path,
    index: indexOfFile(reader.table, path),
    scanner,
    tokens: tokenSource(scanner, origin),
    chain: [...(includer?.chain ?? []), resolve(path)],
  })
  reader.remarks.push(...scanner.remarks.slice(0, MOST_REMARKS).map((remark) => ({ ...remark, file: path })))
}

function readRecords(reader: Reader, file: SourceFile): void {
  while (!isFull(reader.log)) {
    try {
      const start = startRecord(file.scanner)
      if (start === RecordStart.EndOfFile) return
      readEntry(reader, file, start)
    } catch (error) {
      reportRefused(reader, file, error)
    }
  }
}

function readEntry(reader: Reader, file: SourceFile, start: RecordStart): void {
  const { scanner } = file
  if (start === RecordStart.Owner) {
    if (!scanToken(scanner)) return
    if (scanner.octets[scanner.start] === DOLLAR && !scanner.quoted) {
      const inclusion = readDirective(reader, file)
      if (inclusion === undefined) return
      // RFC 1035 §5.1: an included file changes neither the origin of the file that includes it nor, here, its owner.
      const { owner, ownerRefused } = reader
      readFileInto(reader, inclusion, file)
      reader.owner = owner
      reader.ownerRefused = ownerRefused
      return
    }
  }
  readRecord(reader, file, start)
}

/** Reports what was thrown at a record and goes to the next. */
function reportRefused(reader: Reader, file: SourceFile, error: unknown): void {
  const { scanner } = file
  const problem = describe(error, scanner)
  const closed = skipRecord(scanner)
  // Where a parenthesis stays open, what is wrong behind it is that it does.
  const refused = closed ? problem : openParenthesis(scanner)
  report(reader.log, 'error', () => ({ file: file.path, ...refused.place, ...refused.refusal }))
}

function describe(error: unknown, { endLine: line, endColumn: column }: Scanner): RefusedText {
  if (error instanceof RefusedText) return error
  if (error instanceof RdataError) return refusedRdata(error, { line, column })
  throw error
}

function tokenSource(scanner: Scanner, origin: Uint8Array): SourceFile['tokens'] {
  return {
    origin,
    next() {
      if (!scanToken(scanner)) return undefined
      return {
        text: tokenText(scanner),
        quoted: scanner.quoted,
        line: scanner.tokenLine,
        column: scanner.tokenColumn,
      }
    },
  }
}

function indexOfFile(table: RecordTable, path: string): number {
  const index = table.fileNames.indexOf(path)
  return index < 0 ? table.fileNames.push(path) - 1 : index
}

function warnOfDropped({ dropped, log }: Reader): void {
  if (dropped.count === 0) return
  const types = [...dropped.types].sort((a, b) => a - b).map(typeToText)
  report(log, 'warning', () => ({
    file: dropped.file,
    line: dropped.line,
    column: 1,
    found: `${dropped.count} DNSSEC record${dropped.count === 1 ? '' : 's'} (${types.join(', ')}), the first here`,
    expected: 'an unsigned zone',
    remedy:
      'They are left out, for they would not fit what each view sees. Give Veil the unsigned file; or have this one served as it is, by "dnssec: presigned".',
  }))
}

const DOLLAR = 0x24

/** Of one file. Whoever needs more should set the level of the rule. */
const MOST_REMARKS = 10_000

const UTF_16: Refusal = {
  found: 'a file in UTF-16',
  expected: 'ASCII or UTF-8',
  remedy: 'Save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE.',
}

function isUtf16(octets: Uint8Array): boolean {
  return (octets[0] === 0xff && octets[1] === 0xfe) || (octets[0] === 0xfe && octets[1] === 0xff)
}

function unreadable(path: string, error: unknown): Refusal {
  if (error instanceof UnreadableFile) return error.refusal
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const name = quoteText(Buffer.from(path).toString('latin1'))
  const expected = 'a zone file'
  switch (code) {
    case 'ENOENT':
      return { found: `no file ${name}`, expected, remedy: 'Create it or correct its name.' }
    case 'EACCES':
      return { found: `${name}, which may not be read`, expected, remedy: "Let the server's user read it." }
    case 'EISDIR':
      return { found: `${name}, a directory`, expected, remedy: 'Name a file in it.' }
    default:
      return {
        found: `${name}, which cannot be read`,
        expected,
        remedy: `The system says: ${printable(String(error))}.`,
      }
  }
}
