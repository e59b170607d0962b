/*
 * What NSEC and NSEC3 records of a zone prove of the DS at a name (RFC 4035 §5.2, RFC 5155 §8.6, RFC 6840 §4, RFC 9824).
 */
import { createHash } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import { BASE32_HEX } from '../../dns/encoding.ts'
import type { MessageRecord } from '../../dns/message.ts'
import { compareNames, isAtOrBelow, nameLength, namesEqual, parentName } from '../../dns/name.ts'
import { NSEC3_HASH_OCTETS, NSEC3_SHA1 } from '../../dns/nsec3.ts'
import { typesIn } from '../../dns/rr/fields/bitmap.ts'
import { findRRsets, type ReceivedRRset } from './received-rrset.ts'
import { type TrustedZone, verifyRRset } from './verify-rrset.ts'

/**
 * What is proved of a name.
 *
 *   unsigned  it is delegated, and there is no DS; or it may be (opt-out)
 *   inside    it is no delegation: the zone goes on there
 *   absent    there is no such name
 */
export type DsDenial =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'inside' }
  | { readonly kind: 'absent' }
  /** Nothing is proved; the reason is a sentence's end, as in `the answer has no proof`. */
  | { readonly kind: 'unproved'; readonly reason: string }

/** Judges by the records of an authority section, signed by the zone, what becomes of the DS at `name`, canonical. */
export function judgeDsDenial(
  authority: readonly MessageRecord[],
  name: Uint8Array,
  zone: TrustedZone,
  now: number,
): DsDenial {
  const rrsets = [Type.NSEC, Type.NSEC3].flatMap((type) => findRRsets(authority, type, MOST_DENIALS))
  if (rrsets.length === 0) return { kind: 'unproved', reason: 'has no proof that there is no DS' }
  const denials: Denial[] = []
  for (const rrset of rrsets) {
    const verification = verifyRRset(rrset, zone, now)
    if (verification.kind === 'invalid') return { kind: 'unproved', reason: `has a proof that ${verification.reason}` }
    const denial = rrset.type === Type.NSEC ? readNsec(rrset) : readNsec3(rrset)
    if (denial !== undefined) denials.push(denial)
  }
  return (
    judgeByNsec(denials.filter(isNsec), name) ??
    judgeByNsec3(denials.filter(isNsec3), name, zone.apex) ?? {
      kind: 'unproved',
      reason: 'has a proof of something else',
    }
  )
}

/** RRsets of denial of one type that are looked at: proofs need three. */
const MOST_DENIALS = 4
/** RFC 9276 §3.2 has validators draw a line; the registries use none. */
const MOST_ITERATIONS = 100

interface Nsec {
  readonly kind: 'nsec'
  readonly owner: Uint8Array
  readonly next: Uint8Array
  readonly types: ReadonlySet<number>
}

interface Nsec3 {
  readonly kind: 'nsec3'
  readonly hash: Uint8Array
  readonly next: Uint8Array
  readonly types: ReadonlySet<number>
  readonly iterations: number
  readonly salt: Uint8Array
  readonly isOptOut: boolean
}

type Denial = Nsec | Nsec3

function isNsec(denial: Denial): denial is Nsec {
  return denial.kind === 'nsec'
}

function isNsec3(denial: Denial): denial is Nsec3 {
  return denial.kind === 'nsec3'
}

function judgeByNsec(denials: readonly Nsec[], name: Uint8Array): DsDenial | undefined {
  const match = denials.find(({ owner }) => namesEqual(owner, name))
  if (match !== undefined) return judgeTypes(match.types)
  const cover = denials.find((denial) => covers(denial, name))
  if (cover === undefined) return undefined
  return { kind: isAtOrBelow(cover.next, name) ? 'inside' : 'absent' }
}

function judgeByNsec3(denials: readonly Nsec3[], name: Uint8Array, apex: Uint8Array): DsDenial | undefined {
  const [first] = denials
  if (first === undefined || first.iterations > MOST_ITERATIONS) return undefined
  const own = denials.filter(
    ({ iterations, salt }) => iterations === first.iterations && Buffer.compare(salt, first.salt) === 0,
  )
  const matchOf = (hash: Uint8Array) => own.find((denial) => Buffer.compare(denial.hash, hash) === 0)
  let hash = hashOf(name, first)
  const match = matchOf(hash)
  if (match !== undefined) return judgeTypes(match.types)
  for (let encloser = parentName(name); isAtOrBelow(encloser, apex); encloser = parentName(encloser)) {
    const nextCloser = hash
    hash = hashOf(encloser, first)
    const found = matchOf(hash)
    if (found !== undefined) {
      const cover = own.find((denial) => coversHash(denial, nextCloser))
      if (cover === undefined || leadsAway(found.types)) return undefined
      return { kind: cover.isOptOut ? 'unsigned' : 'absent' }
    }
    if (encloser.length === 1) break
  }
  return undefined
}

/** What the types at the name itself say; undefined where they are not of the parent's side of a cut, or there is a DS. */
function judgeTypes(types: ReadonlySet<number>): DsDenial | undefined {
  if (types.has(Type.DS) || types.has(Type.CNAME) || types.has(Type.SOA)) return undefined
  if (types.has(Type.NXNAME)) return { kind: 'absent' }
  return { kind: types.has(Type.NS) ? 'unsigned' : 'inside' }
}

/** Whether names below are none of the zone's: a cut, or a DNAME (RFC 6840 §4.1). */
function leadsAway(types: ReadonlySet<number>): boolean {
  return types.has(Type.DNAME) || (types.has(Type.NS) && !types.has(Type.SOA))
}

/** In canonical order; the last leads back to the apex. */
function covers({ owner, next, types }: Nsec, name: Uint8Array): boolean {
  if (compareNames(owner, name) >= 0 || (isAtOrBelow(name, owner) && leadsAway(types))) return false
  return compareNames(name, next) < 0 || compareNames(next, owner) <= 0
}

function coversHash({ hash, next }: Nsec3, hashed: Uint8Array): boolean {
  const isBehind = Buffer.compare(hash, hashed) < 0
  const isBefore = Buffer.compare(hashed, next) < 0
  return Buffer.compare(hash, next) < 0 ? isBehind && isBefore : isBehind || isBefore
}

function readNsec({ owner, rdatas }: ReceivedRRset): Nsec {
  const rdata = rdatas[0]!
  const end = nameLength(rdata, 0)
  return { kind: 'nsec', owner, next: rdata.subarray(0, end), types: new Set(typesIn(rdata, end, rdata.length)) }
}

/** Hash algorithm, flags, iterations, salt and next hash behind an octet of length each, types (RFC 5155 §3.2). */
function readNsec3({ owner, rdatas }: ReceivedRRset): Nsec3 | undefined {
  const rdata = rdatas[0]!
  const label = Buffer.from(owner.subarray(1, 1 + owner[0]!)).toString('latin1')
  const hash = BASE32_HEX.fromText(label)
  const nextAt = 5 + rdata[4]! + 1
  const end = nextAt + rdata[nextAt - 1]!
  if (hash?.length !== NSEC3_HASH_OCTETS || rdata[0] !== NSEC3_SHA1 || rdata[1]! > 1) return undefined
  return {
    kind: 'nsec3',
    hash,
    next: rdata.subarray(nextAt, end),
    types: new Set(typesIn(rdata, end, rdata.length)),
    iterations: (rdata[2]! << 8) | rdata[3]!,
    salt: rdata.subarray(5, nextAt - 1),
    isOptOut: rdata[1] === 1,
  }
}

/** RFC 5155 §5. */
function hashOf(name: Uint8Array, { iterations, salt }: Pick<Nsec3, 'iterations' | 'salt'>): Uint8Array {
  let hash: Uint8Array = createHash('sha1').update(name).update(salt).digest()
  for (let i = 0; i < iterations; i++) hash = createHash('sha1').update(hash).update(salt).digest()
  return hash
}
