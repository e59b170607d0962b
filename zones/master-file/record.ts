/*
 * One entry of a master file: owner, TTL, class, type and RDATA (RFC 1035 §5.1).
 */
import { Type } from '../../dns/constants.ts'
import { isWildcard, namesEqual, nameToText } from '../../dns/name.ts'
import { rdataFromText } from '../../dns/rr/rdata.ts'
import { typeFromText, typeToText } from '../../dns/rr/registry.ts'
import type { TokenSource } from '../../dns/rr/tokens.ts'
import { appendRecord } from '../record-table.ts'
import { soaMinimum } from '../soa.ts'
import { readOwner } from './owner.ts'
import { quoteText } from './printable.ts'
import { type Reader, type SourceFile, warnAtToken } from './reader.ts'
import { refuseEnd, refuseToken } from './refusal.ts'
import { RecordStart, type Scanner, scanToken, tokenText } from './scanner.ts'
import { passRecord } from './skip-record.ts'
import { MAX_TTL, TtlFault, ttlFromOctets } from './ttl.ts'
import { CLASS_IN, readWord } from './word.ts'

/** TTL and type as a record or `$GENERATE` has them. */
export interface RecordHead {
  /** Seconds; undefined where the record has no TTL of its own. */
  readonly ttl: number | undefined
  readonly type: number
}

/** A record whose RDATA is still text. */
export interface UnparsedRecord {
  readonly owner: Uint8Array
  readonly head: RecordHead
  readonly rdata: TokenSource
  readonly line: number
}

const SMALLEST_SOA = 22

/** Signatures, denials, keys and digests (RFC 4034, 5155, 7344, 8976): those of a file fit no view's own projection. */
export const MADE_HERE: ReadonlySet<number> = new Set(
  ['RRSIG', 'NSEC', 'NSEC3', 'NSEC3PARAM', 'DNSKEY', 'CDS', 'CDNSKEY', 'ZONEMD'].map(
    (mnemonic) => typeFromText(mnemonic)!,
  ),
)

/** Of these, what a presigned zone brings beside its data: records that stand for the owner of another, or for no name at all. */
const BESIDE_DATA: ReadonlySet<number> = new Set([Type.RRSIG, Type.NSEC, Type.NSEC3])

/** Reads the record whose owner is the token last scanned, or that stands behind blank space. Throws `RefusedText`. */
export function readRecord(reader: Reader, file: SourceFile, start: RecordStart): void {
  const { scanner } = file
  const { line } = scanner
  if (start === RecordStart.Owner) {
    reader.ownerRefused = true
    reader.owner = readOwner(reader, file)
    reader.ownerRefused = false
  } else if (reader.ownerRefused) {
    passRecord(scanner)
    return
  }
  const head = readHead(reader, scanner)
  const owner = reader.owner ?? refuseMissingOwner(scanner)
  if (dropMadeHere(reader, file, head.type, line)) passRecord(scanner)
  else addRecord(reader, file, { owner, head, rdata: file.tokens, line })
}

/** Reads TTL and class, in either order or not there, and the type. Throws `RefusedText`. */
export function readHead(reader: Reader, scanner: Scanner): RecordHead {
  let ttl: number | undefined
  let hasClass = false
  while (scanToken(scanner)) {
    if (startsWithDigit(scanner)) {
      if (ttl !== undefined) refuseSecond(scanner, 'a second TTL')
      ttl = readTtl(scanner, 'a TTL, the class IN or a record type')
      continue
    }
    const word = readWord(reader, scanner)
    if (word !== CLASS_IN) {
      if (ttl !== undefined) reader.lastTtl = ttl
      return { ttl, type: word }
    }
    if (hasClass) refuseSecond(scanner, 'a second class')
    hasClass = true
  }
  return refuseEnd(scanner, {
    expected: 'a record type and its data',
    remedy: 'Complete the record, as in "www 3600 IN A 192.0.2.1", or remove the line.',
  })
}

/** Reads the TTL at the token last scanned, where `expected` may stand. Throws `RefusedText`. */
export function readTtl(scanner: Scanner, expected: string): number {
  const ttl = ttlFromOctets(scanner.octets, scanner.start, scanner.stop)
  if (ttl >= 0 && !scanner.quoted) return ttl
  const text = tokenText(scanner)
  const found = quoteText(text)
  if (ttl === TtlFault.TooLarge) {
    return refuseToken(scanner, {
      found,
      expected: 'a TTL of at most 2147483647 seconds (RFC 2181 §8)',
      remedy: 'A day (86400 or 1d) or a week (1w) is long already.',
    })
  }
  const remedy = /[.:]/.test(text)
    ? 'Write the type before the data. To go on with the owner above, begin the line with a blank.'
    : 'A TTL is written in seconds, 3600, or with units, 1h30m.'
  return refuseToken(scanner, { found, expected, remedy })
}

/** Reads the RDATA and adds the record to the table. Throws `RefusedText` and `RdataError`. */
export function addRecord(reader: Reader, file: SourceFile, record: UnparsedRecord): void {
  const { scanner } = file
  const { owner, head, line } = record
  const { type } = head
  if (type === Type.SOA && !namesEqual(owner, reader.table.apex)) refuseSoaBelowApex(reader, scanner)
  if (type === Type.NS && isWildcard(owner)) refuseWildcardNs(scanner)
  const rdata = rdataFromText(type, record.rdata)
  const ttl = head.ttl ?? impliedTtl(reader, file, type, rdata)
  const table = reader.signatures !== undefined && BESIDE_DATA.has(type) ? reader.signatures : reader.table
  if (table.octetsUsed > MAX_TABLE_OCTETS) refuseSize(scanner)
  appendRecord(table, owner, type, ttl, rdata, file.index, line)
}

/** Counts a DNSSEC record to be left out, for the zone is signed here; false for other types, and in presigned zones. */
export function dropMadeHere({ dropped, signatures }: Reader, file: SourceFile, type: number, line: number): boolean {
  if (signatures !== undefined || !MADE_HERE.has(type)) return false
  if (dropped.count++ === 0) {
    dropped.file = file.path
    dropped.line = line
  }
  dropped.types.add(type)
  return true
}

/** Throws `RefusedText` where the entry goes on. */
export function refuseMore(scanner: Scanner): void {
  if (!scanToken(scanner)) return
  refuseToken(scanner, {
    found: quoteText(tokenText(scanner)),
    expected: 'the end of the line',
    remedy: 'Remove it; a comment begins with ";".',
  })
}

/** RFC 2308 §4: `$TTL`; without it the last TTL there was; for the SOA record itself its MINIMUM. */
function impliedTtl(reader: Reader, file: SourceFile, type: number, rdata: Uint8Array): number {
  if (reader.defaultTtl !== undefined) return reader.defaultTtl
  if (reader.lastTtl !== undefined) return reader.lastTtl
  if (type !== Type.SOA || rdata.length < SMALLEST_SOA) {
    // Said once: every record that follows would say the same.
    reader.lastTtl = 0
    return refuseToken(file.scanner, {
      found: `no TTL in this ${typeToText(type)} record, and no $TTL before it`,
      expected: 'a TTL',
      remedy: 'Write "$TTL 3600" at the top of the file, or a TTL before the type.',
    })
  }
  const minimum = soaMinimum(rdata) & MAX_TTL
  warnAtToken(reader, file, {
    found: 'no $TTL, and an SOA record without TTL',
    expected: '$TTL before the first record (RFC 2308 §4)',
    remedy: `The last number of the SOA, ${minimum}, is taken; say so by "$TTL ${minimum}" at the top.`,
  })
  reader.lastTtl = minimum
  return minimum
}

/** Offsets are 31 bits; one more owner and RDATA must fit. */
const MAX_TABLE_OCTETS = 0x7fffffff - 0x20000

function startsWithDigit({ octets, start, stop }: Scanner): boolean {
  const octet = octets[start]!
  return start < stop && octet >= 48 && octet <= 57
}

function refuseMissingOwner(scanner: Scanner): never {
  return refuseToken(scanner, {
    found: 'a record that begins with a blank, and none above it',
    expected: 'an owner in the first column',
    remedy: 'Write the owner name, or "@" for the origin.',
  })
}

function refuseSecond(scanner: Scanner, what: string): never {
  return refuseToken(scanner, {
    found: `${what}, ${quoteText(tokenText(scanner))}`,
    expected: 'a record type such as A, AAAA, MX or TXT',
    remedy: 'Remove one of the two.',
  })
}

function refuseSoaBelowApex(reader: Reader, scanner: Scanner): never {
  return refuseToken(scanner, {
    found: 'an SOA record below the apex',
    expected: `SOA at ${nameToText(reader.table.apex)} only`,
    remedy: 'A delegated zone has a file of its own with its SOA; here stand its NS and DS records.',
  })
}

function refuseWildcardNs(scanner: Scanner): never {
  return refuseToken(scanner, {
    found: 'an NS record at a wildcard',
    expected: 'NS at a name: RFC 4592 §4.2 leaves wildcard delegations undefined',
    remedy: 'Delegate each subdomain by its own NS records.',
  })
}

function refuseSize(scanner: Scanner): never {
  return refuseToken(scanner, {
    found: 'a zone of more than 2 GiB',
    expected: 'a zone that fits one table',
    remedy: 'Delegate parts of it.',
  })
}
