/*
 * What NSEC and NSEC3 records of a zone prove of the DS at a name (RFC 4035 §5.2, RFC 5155 §8.6, RFC 6840 §4, RFC 9824).
 */
import { Type } from '../../dns/constants.ts'
import type { MessageRecord } from '../../dns/message.ts'
import { isAtOrBelow, namesEqual, parentName } from '../../dns/name.ts'
import {
  covers,
  coversHash,
  type Denial,
  hashOf,
  isNsec,
  isNsec3,
  leadsAway,
  MOST_ITERATIONS,
  type Nsec,
  type Nsec3,
  readDenial,
} from './denial-records.ts'
import { findRRsets } from './received-rrset.ts'
import { type TrustedZone, verifyRRset } from './verify-rrset.ts'

/**
 * What is proved of a name.
 *
 *   unsigned  it is delegated, and there is no DS; or it may be (opt-out)
 *   inside    it is no delegation: the zone goes on there
 *   absent    there is no such name
 */
export type DsDenial =
  /** `inception`: Unix seconds modulo 2^32, of the signature of the record that says so. */
  | { readonly kind: 'unsigned'; readonly inception: number }
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
  const denials: Signed<Denial>[] = []
  for (const rrset of rrsets) {
    const verification = verifyRRset(rrset, zone, now)
    if (verification.kind === 'invalid') return { kind: 'unproved', reason: `has a proof that ${verification.reason}` }
    const denial = readDenial(rrset)
    if (denial !== undefined) denials.push({ ...denial, inception: verification.inception })
  }
  return (
    judgeByNsec(denials.filter(isOfNsec), name) ??
    judgeByNsec3(denials.filter(isOfNsec3), name, zone.apex) ?? {
      kind: 'unproved',
      reason: 'has a proof of something else',
    }
  )
}

/** RRsets of denial of one type that are looked at: proofs need three. */
const MOST_DENIALS = 4

/** With the inception of a signature that holds. */
type Signed<Record extends Denial> = Record & { readonly inception: number }

function isOfNsec(denial: Signed<Denial>): denial is Signed<Nsec> {
  return isNsec(denial)
}

function isOfNsec3(denial: Signed<Denial>): denial is Signed<Nsec3> {
  return isNsec3(denial)
}

function judgeByNsec(denials: readonly Signed<Nsec>[], name: Uint8Array): DsDenial | undefined {
  const match = denials.find(({ owner }) => namesEqual(owner, name))
  if (match !== undefined) return judgeTypes(match)
  const cover = denials.find((denial) => covers(denial, name))
  if (cover === undefined) return undefined
  return { kind: isAtOrBelow(cover.next, name) ? 'inside' : 'absent' }
}

function judgeByNsec3(denials: readonly Signed<Nsec3>[], name: Uint8Array, apex: Uint8Array): DsDenial | undefined {
  const [first] = denials
  if (first === undefined || first.iterations > MOST_ITERATIONS) return undefined
  const own = denials.filter(
    ({ iterations, salt }) => iterations === first.iterations && Buffer.compare(salt, first.salt) === 0,
  )
  const matchOf = (hash: Uint8Array) => own.find((denial) => Buffer.compare(denial.hash, hash) === 0)
  let hash = hashOf(name, first)
  const match = matchOf(hash)
  if (match !== undefined) return judgeTypes(match)
  for (let encloser = parentName(name); isAtOrBelow(encloser, apex); encloser = parentName(encloser)) {
    const nextCloser = hash
    hash = hashOf(encloser, first)
    const found = matchOf(hash)
    if (found !== undefined) {
      const cover = own.find((denial) => coversHash(denial, nextCloser))
      if (cover === undefined || leadsAway(found.types)) return undefined
      return cover.isOptOut ? { kind: 'unsigned', inception: cover.inception } : { kind: 'absent' }
    }
    if (encloser.length === 1) break
  }
  return undefined
}

/** What the types at the name itself say; undefined where they are not of the parent's side of a cut, or there is a DS. */
function judgeTypes({ types, inception }: Signed<Denial>): DsDenial | undefined {
  if (types.has(Type.DS) || types.has(Type.CNAME) || types.has(Type.SOA)) return undefined
  if (types.has(Type.NXNAME)) return { kind: 'absent' }
  return types.has(Type.NS) ? { kind: 'unsigned', inception } : { kind: 'inside' }
}
