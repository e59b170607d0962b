/*
 * `$ORIGIN`, `$TTL` and `$INCLUDE` (RFC 1035 §5.1, RFC 2308 §4).
 */
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { unescapeText } from '../../dns/escape.ts'
import { generateRecords } from './generate.ts'
import { readOrigin } from './owner.ts'
import { quoteText } from './printable.ts'
import type { Reader, SourceFile } from './reader.ts'
import { readTtl, refuseMore } from './record.ts'
import { refuseEnd, refuseToken } from './refusal.ts'
import { type Scanner, scanToken, tokenText } from './scanner.ts'

const MAX_INCLUDE_DEPTH = 16
const MAX_FILES_READ = 4096

/** What `$INCLUDE` asks for: a file that is not open yet, with its origin. */
export interface Inclusion {
  readonly path: string
  readonly origin: Uint8Array
  /** Where the name stands. */
  readonly line: number
  readonly column: number
}

/** Obeys the directive at the token last scanned; `$INCLUDE` is left to the caller. Throws `RefusedText`. */
export function readDirective(reader: Reader, file: SourceFile): Inclusion | undefined {
  const { scanner } = file
  switch (tokenText(scanner).toUpperCase()) {
    case '$ORIGIN':
      changeOrigin(reader, file)
      return undefined
    case '$TTL':
      if (!scanToken(scanner)) refuseEnd(scanner, { expected: 'a TTL', remedy: 'Write, for example, $TTL 3600.' })
      reader.defaultTtl = readTtl(scanner, 'a TTL')
      refuseMore(scanner)
      return undefined
    case '$INCLUDE':
      return readInclude(reader, file)
    case '$GENERATE':
      generateRecords(reader, file)
      return undefined
    default:
      return refuseToken(scanner, {
        found: quoteText(tokenText(scanner)),
        expected: '$ORIGIN, $TTL, $INCLUDE or $GENERATE',
        remedy: 'An owner that begins with a dollar sign is written \\$….',
      })
  }
}

function changeOrigin(reader: Reader, file: SourceFile): void {
  const { scanner } = file
  if (!scanToken(scanner))
    refuseEnd(scanner, { expected: 'a name', remedy: 'Write, for example, $ORIGIN example.com.' })
  const origin = readOrigin(reader, file)
  refuseMore(scanner)
  file.tokens.origin = origin
}

function readInclude(reader: Reader, file: SourceFile): Inclusion {
  const { scanner } = file
  if (!scanToken(scanner))
    refuseEnd(scanner, { expected: 'a file', remedy: 'Write, for example, $INCLUDE hosts.zone.' })
  const path = includedPath(file)
  checkInclusion(reader, file, path)
  const { tokenLine: line, tokenColumn: column } = scanner
  const origin = scanToken(scanner) ? readOrigin(reader, file) : file.tokens.origin
  refuseMore(scanner)
  return { path, origin, line, column }
}

/** File names are relative to the including file, wherever the server was started. */
function includedPath(file: SourceFile): string {
  const name = Buffer.from(unescapeText(tokenText(file.scanner)) ?? []).toString('utf8')
  if (name === '' || name.includes('\0')) {
    refuseToken(file.scanner, {
      found: quoteText(tokenText(file.scanner)),
      expected: 'the name of a file',
      remedy: 'Write, for example, $INCLUDE hosts.zone; a backslash in the name is written twice.',
    })
  }
  return isAbsolute(name) ? name : join(dirname(file.path), name)
}

function checkInclusion(reader: Reader, file: SourceFile, path: string): void {
  const { scanner, chain } = file
  if (chain.includes(resolve(path))) refuseLoop(scanner, [...chain.slice(chain.indexOf(resolve(path))), path])
  if (chain.length > MAX_INCLUDE_DEPTH) {
    refuseToken(scanner, {
      found: `$INCLUDE within ${chain.length - 1} files that include one another`,
      expected: `at most ${MAX_INCLUDE_DEPTH} levels`,
      remedy: 'Include the file from one of the outer files.',
    })
  }
  if (reader.filesRead >= MAX_FILES_READ) {
    refuseToken(scanner, {
      found: `$INCLUDE after ${reader.filesRead} files`,
      expected: `at most ${MAX_FILES_READ} files in a zone`,
      remedy: 'Join some of them.',
    })
  }
}

function refuseLoop(scanner: Scanner, loop: readonly string[]): never {
  return refuseToken(scanner, {
    found: loop.length === 2 ? 'a file that includes itself' : `an include loop of ${loop.length - 1} files`,
    expected: 'a file that is not being read already',
    remedy: `Remove one $INCLUDE of ${loop.map((path) => quoteText(path)).join(', which includes ')}.`,
  })
}
