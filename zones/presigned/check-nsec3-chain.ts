/*
 * Whether the NSEC3 records of a zone close a ring, and each name that is the zone's own, or lies between such names, has
 * one, delegations within an opt-out span aside (RFC 5155 §7.1).
 */
import { Type } from '../../dns/constants.ts'
import { BASE32_HEX } from '../../dns/encoding.ts'
import { isAtOrBelow, nameToText, parentName } from '../../dns/name.ts'
import { NSEC3_HASH_OCTETS } from '../../dns/nsec3.ts'
import { apexRRset } from '../apex-rrset.ts'
import type { ProblemLog } from '../master-file/problems.ts'
import { isOccluded, type Owner, ownersOf, Standing, typeRow } from '../owners.ts'
import { type PresignedProjection, projectedRdata } from '../projection.ts'
import { typesListed } from './check-nsec-chain.ts'
import { findHash, type HashChain, hashAt, hashChain, matchesHash } from './hash-chain.ts'
import { nsec3Hash } from './nsec3-hash.ts'
import { bitmapAt, isOptOut, type Nsec3Parameters, nextHashAt } from './nsec3-rdata.ts'
import { describeRow, reportAtRow, SIGN_AGAIN } from './problems.ts'
import { missingTypes } from './type-bitmap.ts'

/** Each costs the server a hash for each name denied: more than so many would be a gift to whoever floods it. */
const MOST_ITERATIONS = 50

interface Checking {
  readonly projection: PresignedProjection
  readonly parameters: Nsec3Parameters
  readonly chain: HashChain
  readonly log: ProblemLog
}

/** Reports gaps, wrong turns, and bitmaps that deny what is there, as errors; and parameters that are unwise. */
export function checkNsec3Chain(projection: PresignedProjection, parameters: Nsec3Parameters, log: ProblemLog): void {
  if (!checkIterations(projection, parameters, log)) return
  const checking = { projection, parameters, chain: hashChain(projection), log }
  if (!checkRing(checking)) return
  let previous = projection.apex
  for (const owner of ownersOf(projection)) {
    if (isOccluded(owner)) continue
    const { name } = owner
    for (let above = parentName(name); !isAtOrBelow(previous, above); above = parentName(above)) {
      checkName(checking, above, owner, true)
    }
    checkName(checking, name, owner, false)
    previous = name
  }
}

/** RFC 9276 §3.1. False: nothing more is to be done with them. */
function checkIterations(projection: PresignedProjection, { iterations }: Nsec3Parameters, log: ProblemLog): boolean {
  if (iterations === 0) return true
  const isTooMuch = iterations > MOST_ITERATIONS
  reportAtRow(projection, log, isTooMuch ? 'error' : 'warning', apexRRset(projection, Type.NSEC3PARAM), () => ({
    found: `NSEC3 with ${iterations} iterations`,
    expected: isTooMuch ? `at most ${MOST_ITERATIONS}, better 0 (RFC 9276 §3.1)` : '0 iterations (RFC 9276 §3.1)',
    remedy: 'Sign the zone with the NSEC3 parameters 1 0 0 -: more protects nothing, and validators may refuse it.',
  }))
  return !isTooMuch
}

function checkRing({ projection, chain, log }: Checking): boolean {
  const { rrsetCount } = projection
  const before = log.errors
  if (chain.count === 0) {
    reportAtRow(projection, log, 'error', apexRRset(projection, Type.NSEC3PARAM), () => ({
      found: 'an NSEC3PARAM record without NSEC3 records of its parameters',
      expected: 'a chain by which what is not there can be denied (RFC 5155 §7.1)',
      remedy: SIGN_AGAIN,
    }))
  }
  for (const index of chain.strangers) {
    reportAtRow(projection, log, 'error', rrsetCount + index, () => ({
      found: describeRow(projection, rrsetCount + index),
      expected: 'a hash right below the apex as the owner (RFC 5155 §3)',
      remedy: SIGN_AGAIN,
    }))
  }
  for (let index = 0; index < chain.count && log.errors === before; index++) checkNext(projection, chain, index, log)
  return log.errors === before
}

function checkNext(projection: PresignedProjection, chain: HashChain, index: number, log: ProblemLog): void {
  const row = projection.rrsetCount + index
  const rdata = projectedRdata(projection, projection.first[row]!)
  const at = nextHashAt(rdata, 0)
  const next = rdata.subarray(at, at + NSEC3_HASH_OCTETS)
  const expected = hashAt(chain, (index + 1) % chain.count)
  if (rdata[at - 1] === NSEC3_HASH_OCTETS && Buffer.compare(next, expected) === 0) return
  reportAtRow(projection, log, 'error', row, () => ({
    found: `${describeRow(projection, row)} that leads to ${hashText(next)}`,
    expected: `${hashText(expected)}, the next hash of the chain`,
    remedy: SIGN_AGAIN,
  }))
}

/** Checks the NSEC3 of `name`, which is that of `owner`, or, where it `isBetween`, an empty non-terminal above it. */
function checkName(checking: Checking, name: Uint8Array, owner: Owner, isBetween: boolean): void {
  const { projection, parameters, chain, log } = checking
  const hash = nsec3Hash(name, parameters)
  const index = findHash(chain, hash)
  const row = projection.rrsetCount + index
  const rdata = projectedRdata(projection, projection.first[row]!)
  if (matchesHash(chain, index, hash)) {
    if (!isBetween) checkBitmap(checking, owner, row)
    return
  }
  const isInsecureCut = owner.standing === Standing.Cut && typeRow(projection, owner.first, owner.end, Type.DS) < 0
  if (isInsecureCut && isOptOut(rdata, 0)) return
  reportAtRow(projection, log, 'error', owner.first, () => ({
    found: `no NSEC3 record for ${nameToText(name)}`,
    expected: `one at the hash ${hashText(hash)} (RFC 5155 §7.1)`,
    remedy: `${SIGN_AGAIN} A name that was added by hand afterwards belongs into the unsigned file.`,
  }))
}

function checkBitmap({ projection, log }: Checking, owner: Owner, row: number): void {
  const rdata = projectedRdata(projection, projection.first[row]!)
  const missing = missingTypes(rdata, [bitmapAt(rdata, 0), rdata.length], typesListed(projection, owner))
  if (missing === '') return
  reportAtRow(projection, log, 'error', row, () => ({
    found: `${describeRow(projection, row)} that denies ${missing} at ${nameToText(owner.name)}`,
    expected: 'each type of the name in its bitmap (RFC 5155 §3.1.8)',
    remedy: SIGN_AGAIN,
  }))
}

function hashText(hash: Uint8Array): string {
  return BASE32_HEX.toText(hash, 0, hash.length).toLowerCase()
}
