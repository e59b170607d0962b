/*
 * DNSKEY and DS records as other programs write them to files: BIND's and ldns' .key, ldns' .ds, `pdnsutil
 * export-zone-dnskey`, `keymgr ZONE dnskey`, `dig DNSKEY`. A record stands on a line of its own, or in parentheses.
 */
import { Type } from '../../dns/constants.ts'
import { canonicalName, nameFromText } from '../../dns/name.ts'
import { rdataFromText, rdataToText } from '../../dns/rr/rdata.ts'
import { RdataError, tokensOf } from '../../dns/rr/tokens.ts'
import { DnskeyFlag } from '../dnskey.ts'
import { fail, type KeyFile, linesOf, quote } from './key-file.ts'
import { printTime } from './labelled-lines.ts'
import type { KeyTimes } from './private-key-file.ts'

/** One record of a key. */
export interface KeyRecordLine {
  readonly line: number
  /** Wire, lower-cased. */
  readonly owner: Uint8Array
  readonly type: typeof Type.DNSKEY | typeof Type.DS
  /** Seconds; undefined: the record does not say. */
  readonly ttl: number | undefined
  readonly rdata: Uint8Array
}

const TYPES = { DNSKEY: Type.DNSKEY, DS: Type.DS } as const

/** Reads the DNSKEY and DS records of a file; others are passed over. Throws a `KeyFileError` where one is malformed. */
export function readKeyRecords(file: KeyFile): KeyRecordLine[] {
  return joinLines(file).flatMap(({ number, text }) => {
    const parts = RECORD.exec(text)
    if (parts === null) return []
    const [, owner, ttl, type, rdata] = parts
    const recordType = TYPES[type!.toUpperCase() as keyof typeof TYPES]
    const parsed = readRdata(file.file, number, recordType, rdata!)
    if (recordType === Type.DNSKEY) checkFlags(file.file, number, parsed)
    return [
      {
        ...{ line: number, owner: readOwner(file.file, number, owner!), type: recordType, rdata: parsed },
        ttl: ttl === undefined ? undefined : Math.min(Number(ttl), MAX_TTL),
      },
    ]
  })
}

/** The text of a .key file as BIND writes it; `apex` with its dot. */
export function printKeyFile(
  apex: string,
  { dnskey, keyTag, times }: { readonly dnskey: Uint8Array; readonly keyTag: number; readonly times: KeyTimes },
  ttl: number,
): string {
  const kind = (dnskey[1]! & DnskeyFlag.SecureEntryPoint) === 0 ? 'zone' : 'key'
  const told = Object.entries(times).map(
    ([name, at]) =>
      `; ${name[0]!.toUpperCase()}${name.slice(1)}: ${printTime(at)} (${new Date(at * 1000).toUTCString()})`,
  )
  return [
    `; This is a ${kind}-signing key, keyid ${keyTag}, for ${apex}`,
    ...told,
    `${apex} ${ttl} IN DNSKEY ${rdataToText(Type.DNSKEY, dnskey)}`,
    '',
  ].join('\n')
}

/** Whether the file may be one of such records. */
export function holdsKeyRecords(file: KeyFile): boolean {
  return linesOf(file).some(({ text }) => RECORD.test(text))
}

/** Owner; TTL; class, in either order; type; RDATA. */
const RECORD = /^(\S+)\s+(?:IN\s+)?(?:(\d{1,10})\s+)?(?:IN\s+)?(DNSKEY|DS)\s+(.+)$/i

/** RFC 2181 §8. */
const MAX_TTL = 0x7fff_ffff

/** Records each on a line, comments taken off. */
function joinLines(file: KeyFile): { number: number; text: string }[] {
  const joined: { number: number; text: string }[] = []
  let isOpen = false
  for (const { number, text } of linesOf(file)) {
    const [content] = text.split(';')
    const line = content!.replaceAll(/[()]/g, ' ').trim()
    if (isOpen) joined.at(-1)!.text += ` ${line}`
    else if (line !== '') joined.push({ number, text: line })
    if (content!.includes('(')) isOpen = true
    if (content!.includes(')')) isOpen = false
  }
  return joined
}

function readOwner(file: string, line: number, text: string): Uint8Array {
  try {
    // PowerDNS leaves the dot out.
    return canonicalName(nameFromText(text.endsWith('.') ? text : `${text}.`))
  } catch {
    return fail(file, { line, found: `the owner ${quote(text)}`, expected: 'a name' })
  }
}

function readRdata(file: string, line: number, type: number, text: string): Uint8Array {
  try {
    return rdataFromText(type, tokensOf(text))
  } catch (error) {
    if (!(error instanceof RdataError)) throw error
    return fail(file, {
      line,
      found: error.found,
      expected: error.expected,
      remedy: 'Fetch the record again from where it was made.',
    })
  }
}

function checkFlags(file: string, line: number, dnskey: Uint8Array): void {
  const flags = (dnskey[0]! << 8) | dnskey[1]!
  if ((flags & DnskeyFlag.Revoke) !== 0) {
    const remedy = 'A revoked key vouches for nothing any more (RFC 5011 §2.1): leave it where it is.'
    fail(file, { line, found: `a revoked key, flags ${flags}`, expected: 'flags 256 or 257', remedy })
  }
  const isZoneKey = flags === DnskeyFlag.ZoneKey || flags === (DnskeyFlag.ZoneKey | DnskeyFlag.SecureEntryPoint)
  if (!isZoneKey) fail(file, { line, found: `flags ${flags}`, expected: '256 or 257 (RFC 4034 §2.1.1)' })
  if (dnskey[2] !== 3) fail(file, { line, found: `protocol ${dnskey[2]}`, expected: '3 (RFC 4034 §2.1.2)' })
}
