/*
 * What NSEC and NSEC3 records prove (RFC 4035 §5.4, RFC 5155 §8, RFC 9824 §2).
 */
import { createHash } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import type { MessageRecord } from '../../dns/message.ts'
import { canonicalName } from '../../dns/name.ts'
import { ancestorsOf, compareCanonically, isBelow, labelsOf, lastLabels, wildcardBelow } from './validator-names.ts'

/** One denial record; for NSEC3 owner and next are hashes. */
interface Denial {
  readonly owner: Uint8Array
  readonly next: Uint8Array
  readonly types: ReadonlySet<number>
}

/** The denial records of one answer that verified. */
export interface Denials {
  readonly nsec: readonly Denial[]
  readonly nsec3: readonly Denial[]
}

/** Reads the records of these RRsets. */
export function readDenials(rrsets: readonly { type: number; records: readonly MessageRecord[] }[]): Denials {
  const of = (type: number) => rrsets.filter((rrset) => rrset.type === type).flatMap(({ records }) => records)
  return { nsec: of(Type.NSEC).map(readNsec), nsec3: of(Type.NSEC3).map(readNsec3) }
}

/** What is proved of `name` and `type`; undefined: nothing. */
export function judgeAbsence(
  denials: Denials,
  name: Uint8Array,
  type: number,
  apex: Uint8Array,
): 'nodata' | 'nxdomain' | 'nxname' | undefined {
  return denials.nsec3.length > 0
    ? judgeByNsec3(denials.nsec3, name, type, apex)
    : judgeByNsec(denials.nsec, name, type)
}

/** Whether one of these records, of any answers of one zone, denies what a cache was told is there (RFC 8198 §5). */
export function contradicts({ nsec, nsec3 }: Denials, name: Uint8Array, type: number): boolean {
  const hashed = hash(name)
  const isDenied = (match: Denial) => match.types.has(Type.NXNAME) || lacks(match, type)
  return (
    nsec.some((each) => (same(each.owner, name) ? isDenied(each) : covers(each, name))) ||
    nsec3.some((each) => (same(each.owner, hashed) ? isDenied(each) : coversHash(each, hashed)))
  )
}

/** Whether the delegation at `cut` is proved to have no DS. */
export function judgeDelegation({ nsec, nsec3 }: Denials, cut: Uint8Array): boolean {
  const match = nsec.find(({ owner }) => same(owner, cut)) ?? nsec3.find(({ owner }) => same(owner, hash(cut)))
  if (match === undefined) return false
  return match.types.has(Type.NS) && !match.types.has(Type.DS) && !match.types.has(Type.SOA)
}

/** Whether no name stands between `name` and its closest encloser of so many labels. */
export function isExpansionProved({ nsec, nsec3 }: Denials, name: Uint8Array, encloserLabels: number): boolean {
  const nextCloser = hash(lastLabels(name, encloserLabels + 1))
  return nsec.some((each) => covers(each, name)) || nsec3.some((each) => coversHash(each, nextCloser))
}

function judgeByNsec(nsec: readonly Denial[], name: Uint8Array, type: number): ReturnType<typeof judgeAbsence> {
  const match = nsec.find(({ owner }) => same(owner, name))
  if (match !== undefined) {
    if (match.types.has(Type.NXNAME)) return match.types.size === 3 ? 'nxname' : undefined
    return lacks(match, type) ? 'nodata' : undefined
  }
  const cover = nsec.find((each) => covers(each, name))
  if (cover === undefined) return undefined
  if (isBelow(cover.next, name)) return 'nodata'
  const shared = [cover.owner, cover.next].map((other) => sharedAncestor(name, other))
  const encloser = shared.sort((a, b) => b.length - a.length)[0]!
  const wildcard = wildcardBelow(encloser)
  const atWildcard = nsec.find(({ owner }) => same(owner, wildcard))
  if (atWildcard !== undefined) return lacks(atWildcard, type) ? 'nodata' : undefined
  return nsec.some((each) => covers(each, wildcard)) ? 'nxdomain' : undefined
}

function judgeByNsec3(
  nsec3: readonly Denial[],
  name: Uint8Array,
  type: number,
  apex: Uint8Array,
): ReturnType<typeof judgeAbsence> {
  const matchOf = (other: Uint8Array) => nsec3.find(({ owner }) => same(owner, hash(other)))
  const match = matchOf(name)
  if (match !== undefined) return lacks(match, type) ? 'nodata' : undefined
  const above = ancestorsOf(name).filter((ancestor) => same(ancestor, apex) || isBelow(ancestor, apex))
  const encloser = above.find((ancestor) => matchOf(ancestor) !== undefined)
  if (encloser === undefined || isDelegation(matchOf(encloser)!)) return undefined
  const nextCloser = hash(lastLabels(name, labelsOf(encloser).length + 1))
  if (!nsec3.some((each) => coversHash(each, nextCloser))) return undefined
  const wildcard = matchOf(wildcardBelow(encloser))
  if (wildcard !== undefined) return lacks(wildcard, type) ? 'nodata' : undefined
  return nsec3.some((each) => coversHash(each, hash(wildcardBelow(encloser)))) ? 'nxdomain' : undefined
}

/** Whether the name of the record has neither the type nor an alias; a parent speaks of a cut's DS only (RFC 6840 §4.1). */
function lacks(match: Denial, type: number): boolean {
  if (match.types.has(type) || match.types.has(Type.CNAME)) return false
  const isCut = match.types.has(Type.NS) && !match.types.has(Type.SOA)
  return type === Type.DS ? !match.types.has(Type.SOA) || isApexOf(match) : !isCut
}

/** DS at an apex is denied by the zone itself only where its parent is not asked: tests do. */
function isApexOf(match: Denial): boolean {
  return match.types.has(Type.DNSKEY)
}

function isDelegation({ types }: Denial): boolean {
  return types.has(Type.DNAME) || (types.has(Type.NS) && !types.has(Type.SOA))
}

/** Canonical order, the last NSEC leading to the apex; not by a parent about names below its cut (RFC 6840 §4.1). */
function covers({ owner, next, types }: Denial, name: Uint8Array): boolean {
  if (isBelow(name, owner) && isDelegation({ owner, next, types })) return false
  if (compareCanonically(owner, name) >= 0) return false
  return compareCanonically(name, next) < 0 || compareCanonically(next, owner) <= 0
}

function coversHash({ owner, next }: Denial, hashed: Uint8Array): boolean {
  const [behind, before] = [Buffer.compare(owner, hashed) < 0, Buffer.compare(hashed, next) < 0]
  return Buffer.compare(owner, next) < 0 ? behind && before : behind || before
}

function readNsec({ name, rdata }: MessageRecord): Denial {
  let end = 0
  while (rdata[end] !== 0) end += rdata[end]! + 1
  return { owner: canonicalName(name), next: canonicalName(rdata.slice(0, end + 1)), types: readTypes(rdata, end + 1) }
}

function readNsec3({ name, rdata }: MessageRecord): Denial {
  if (rdata[0] !== 1 || rdata[2] !== 0 || rdata[3] !== 0 || rdata[4] !== 0)
    throw new Error('parameters other than 1 0 -')
  const next = rdata.slice(6, 6 + rdata[5]!)
  return { owner: fromBase32Hex(labelsOf(name)[0]!), next, types: readTypes(rdata, 6 + rdata[5]!) }
}

function readTypes(rdata: Uint8Array, start: number): Set<number> {
  const types = new Set<number>()
  for (let at = start; at < rdata.length; at += 2 + rdata[at + 1]!) {
    for (let bit = 0; bit < rdata[at + 1]! * 8; bit++) {
      if ((rdata[at + 2 + (bit >> 3)]! & (0x80 >> (bit & 7))) !== 0) types.add(rdata[at]! * 256 + bit)
    }
  }
  return types
}

function fromBase32Hex(label: Uint8Array): Uint8Array {
  const bits = [...label].map((octet) => Number.parseInt(String.fromCharCode(octet), 32).toString(2).padStart(5, '0'))
  return Uint8Array.from(bits.join('').match(/.{8}/g)!, (octet) => Number.parseInt(octet, 2))
}

function hash(name: Uint8Array): Uint8Array {
  return createHash('sha1').update(name).digest()
}

function sharedAncestor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return [a, ...ancestorsOf(a)].find((above) => same(above, b) || isBelow(b, above))!
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
