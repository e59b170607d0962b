/*
 * Whether the NSEC records of a zone lead from the apex through every name that is the zone's own, and back (RFC 4035 §2.3).
 */
import { Type } from '../../dns/constants.ts'
import { canonicalName, nameLength, namesEqual, nameToText } from '../../dns/name.ts'
import type { ProblemLog } from '../master-file/problems.ts'
import { isListed, isOccluded, type Owner, ownersOf, typeRow } from '../owners.ts'
import { type PresignedProjection, projectedRdata } from '../projection.ts'
import { describeRow, reportAtRow, SIGN_AGAIN } from './problems.ts'
import { missingTypes } from './type-bitmap.ts'

/** Reports gaps, wrong turns, and bitmaps that deny what is there, as errors. */
export function checkNsecChain(projection: PresignedProjection, log: ProblemLog): void {
  let previous = -1
  for (const owner of ownersOf(projection)) {
    if (isOccluded(owner)) continue
    const nsec = typeRow(projection, owner.first, owner.end, Type.NSEC)
    if (nsec < 0) {
      reportMissing(projection, owner, log)
      // Whoever lacks the chain at its apex lacks it as a whole: one problem, not one for each name.
      if (owner.first === 0) return
      previous = -1
      continue
    }
    if (projection.first[nsec + 1]! - projection.first[nsec]! > 1) reportSecond(projection, nsec, log)
    checkBitmap(projection, owner, nsec, log)
    if (previous >= 0) checkNext(projection, previous, owner.name, log)
    previous = nsec
  }
  if (previous >= 0) checkNext(projection, previous, projection.apex, log)
}

function reportMissing(projection: PresignedProjection, { name, first }: Owner, log: ProblemLog): void {
  const text = nameToText(name)
  reportAtRow(projection, log, 'error', first, () => ({
    found: first === 0 ? `neither NSEC nor NSEC3PARAM at ${text}` : `no NSEC record at ${text}`,
    expected: 'a chain by which what is not there can be denied (RFC 4035 §2.3, RFC 5155 §7.1)',
    remedy: `${SIGN_AGAIN} A name that was added by hand afterwards belongs into the unsigned file.`,
  }))
}

function reportSecond(projection: PresignedProjection, nsec: number, log: ProblemLog): void {
  reportAtRow(projection, log, 'error', nsec, () => ({
    found: `several ${describeRow(projection, nsec)} records`,
    expected: 'one for each name (RFC 4034 §4)',
    remedy: SIGN_AGAIN,
  }))
}

function checkNext(projection: PresignedProjection, nsec: number, expected: Uint8Array, log: ProblemLog): void {
  const rdata = projectedRdata(projection, projection.first[nsec]!)
  const next = canonicalName(rdata.subarray(0, nameLength(rdata, 0)))
  if (namesEqual(next, expected)) return
  reportAtRow(projection, log, 'error', nsec, () => ({
    found: `${describeRow(projection, nsec)} that leads to ${nameToText(next)}`,
    expected: `${nameToText(expected)}, the next name of the zone`,
    remedy: SIGN_AGAIN,
  }))
}

function checkBitmap(projection: PresignedProjection, owner: Owner, nsec: number, log: ProblemLog): void {
  const rdata = projectedRdata(projection, projection.first[nsec]!)
  const missing = missingTypes(rdata, [nameLength(rdata, 0), rdata.length], typesListed(projection, owner))
  if (missing === '') return
  reportAtRow(projection, log, 'error', nsec, () => ({
    found: `${describeRow(projection, nsec)} that denies ${missing}, which is there`,
    expected: 'each type of the name in its bitmap (RFC 4034 §4.1.2)',
    remedy: SIGN_AGAIN,
  }))
}

/** The types of an owner that a denial of it must list. */
export function typesListed(projection: PresignedProjection, { first, end, standing }: Owner): number[] {
  const types: number[] = []
  for (let row = first; row < end; row++) {
    const type = projection.types[row]!
    if (isListed(type, standing)) types.push(type)
  }
  return types
}
