/*
 * Prints records as a master file that a person likes to read: relative names, columns, an owner once.
 */
import { Type } from '../../dns/constants.ts'
import { nameToText } from '../../dns/name.ts'
import { namesInRdata, rdataToText } from '../../dns/rr/rdata.ts'
import { typeToText } from '../../dns/rr/registry.ts'

/** A record as `writeZone` takes it. */
export interface PrintableRecord {
  /** Wire. */
  readonly owner: Uint8Array
  readonly type: number
  /** Seconds. */
  readonly ttl: number
  /** Wire, uncompressed. */
  readonly rdata: Uint8Array
}

const WIDEST_OWNER = 32

/**
 * A master file of `records` in their order, the SOA first, with `$ORIGIN` and the commonest TTL as `$TTL`. Reading it
 * for the zone `apex` gives the same records again.
 */
export function writeZone(apex: Uint8Array, records: Iterable<PrintableRecord>): string {
  const all = [...records]
  const ordered = [...all.filter(({ type }) => type === Type.SOA), ...all.filter(({ type }) => type !== Type.SOA)]
  const defaultTtl = commonestTtl(ordered)
  const lines = ordered.map(({ owner, type, ttl, rdata }) => ({
    owner: relativeName(owner, apex),
    ttl: ttl === defaultTtl ? '' : String(ttl),
    type: typeToText(type),
    rdata: relativeRdata(type, rdata, apex),
  }))
  const width = (texts: readonly string[]) => texts.reduce((widest, text) => Math.max(widest, text.length), 0)
  const ownerWidth = Math.min(WIDEST_OWNER, width(lines.map((line) => line.owner)))
  const ttlWidth = width(lines.map((line) => line.ttl))
  const typeWidth = width(lines.map((line) => line.type))
  const printed = lines.map((line, index) => {
    const owner = index > 0 && lines[index - 1]!.owner === line.owner ? '' : line.owner
    const ttl = ttlWidth === 0 ? '' : `${line.ttl.padStart(ttlWidth)} `
    return `${owner.padEnd(ownerWidth)} ${ttl}${line.type.padEnd(typeWidth)} ${line.rdata}`
  })
  return [`$ORIGIN ${nameToText(apex)}`, `$TTL ${defaultTtl}`, ...printed, ''].join('\n')
}

/** What the zone's own file would call the name: `@`, `www`, or all of it where it lies elsewhere. */
export function relativeName(name: Uint8Array, apex: Uint8Array): string {
  const surplus = name.length - apex.length
  // A root zone's names lose nothing but their dot; then "@" is the only gain, and `.` is clearer.
  if (apex.length === 1 || surplus < 0 || !endsWith(name, apex)) return nameToText(name)
  if (surplus === 0) return '@'
  return nameToText(Uint8Array.from([...name.subarray(0, surplus), 0])).slice(0, -1)
}

/** The RDATA's text with the names in it relative to the apex, where their case allows it. */
function relativeRdata(type: number, rdata: Uint8Array, apex: Uint8Array): string {
  const text = rdataToText(type, rdata)
  const names = namesInRdata(type, rdata)
  if (names.length === 0 || text.startsWith('\\#')) return text
  const words: string[] = text.match(WORD) ?? []
  let word = 0
  for (const { start, length } of names) {
    const name = rdata.subarray(start, start + length)
    const absolute = nameToText(name)
    word = words.indexOf(absolute, word)
    if (word < 0) return text
    words[word++] = relativeName(name, apex)
  }
  return words.join(' ')
}

/** Words as blanks part them, but not within quotes. */
const WORD = /(?:"(?:\\.|[^"\\])*"|[^ "])+/gs

function commonestTtl(records: readonly PrintableRecord[]): number {
  const counts = new Map<number, number>()
  for (const { ttl } of records) counts.set(ttl, (counts.get(ttl) ?? 0) + 1)
  let commonest = 3600
  let most = 0
  for (const [ttl, count] of counts) {
    if (count <= most) continue
    commonest = ttl
    most = count
  }
  return commonest
}

/** Octets, not letters: a relative name would not keep the case of what it leaves out. */
function endsWith(name: Uint8Array, tail: Uint8Array): boolean {
  let at = 0
  while (name.length - at > tail.length) at += name[at]! + 1
  return name.length - at === tail.length && tail.every((octet, i) => octet === name[at + i])
}
