/*
 * NSEC and NSEC3 records as they came, and what they say of names (RFC 4034 §4, RFC 5155 §3).
 */
import { createHash } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import { BASE32_HEX } from '../../dns/encoding.ts'
import { compareNames, isAtOrBelow, nameLength } from '../../dns/name.ts'
import { NSEC3_HASH_OCTETS, NSEC3_SHA1 } from '../../dns/nsec3.ts'
import { typesIn } from '../../dns/rr/fields/bitmap.ts'
import type { ReceivedRRset } from './received-rrset.ts'

/** RFC 9276 §3.2 has validators draw a line; the registries use none. */
export const MOST_ITERATIONS = 100

export interface Nsec {
  readonly kind: 'nsec'
  readonly owner: Uint8Array
  readonly next: Uint8Array
  readonly types: ReadonlySet<number>
}

export interface Nsec3 {
  readonly kind: 'nsec3'
  readonly hash: Uint8Array
  readonly next: Uint8Array
  readonly types: ReadonlySet<number>
  readonly iterations: number
  readonly salt: Uint8Array
  readonly isOptOut: boolean
}

export type Denial = Nsec | Nsec3

export function isNsec(denial: Denial): denial is Nsec {
  return denial.kind === 'nsec'
}

export function isNsec3(denial: Denial): denial is Nsec3 {
  return denial.kind === 'nsec3'
}

/** Whether names below are none of the zone's: a cut, or a DNAME (RFC 6840 §4.1). */
export function leadsAway(types: ReadonlySet<number>): boolean {
  return types.has(Type.DNAME) || (types.has(Type.NS) && !types.has(Type.SOA))
}

/** In canonical order; the last leads back to the apex. */
export function covers({ owner, next, types }: Nsec, name: Uint8Array): boolean {
  if (compareNames(owner, name) >= 0 || (isAtOrBelow(name, owner) && leadsAway(types))) return false
  return compareNames(name, next) < 0 || compareNames(next, owner) <= 0
}

export function coversHash({ hash, next }: Nsec3, hashed: Uint8Array): boolean {
  const isBehind = Buffer.compare(hash, hashed) < 0
  const isBefore = Buffer.compare(hashed, next) < 0
  return Buffer.compare(hash, next) < 0 ? isBehind && isBefore : isBehind || isBefore
}

/** What an RRset of either type says; undefined: nothing that can be understood. */
export function readDenial(rrset: ReceivedRRset): Denial | undefined {
  return rrset.type === Type.NSEC ? readNsec(rrset) : readNsec3(rrset)
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
export function hashOf(name: Uint8Array, { iterations, salt }: Pick<Nsec3, 'iterations' | 'salt'>): Uint8Array {
  let hash: Uint8Array = createHash('sha1').update(name).update(salt).digest()
  for (let i = 0; i < iterations; i++) hash = createHash('sha1').update(hash).update(salt).digest()
  return hash
}
