/*
 * Checks of a zone that brings its signatures: nothing of it may be served that no validator could accept.
 */
import { Type } from '../../dns/constants.ts'
import { nameToText } from '../../dns/name.ts'
import { apexRRset } from '../apex-rrset.ts'
import type { ProblemLog } from '../master-file/problems.ts'
import type { PresignedProjection } from '../projection.ts'
import { checkNsecChain } from './check-nsec-chain.ts'
import { checkNsec3Chain } from './check-nsec3-chain.ts'
import { checkSignatures } from './check-signatures.ts'
import { checkTimes } from './check-times.ts'
import { reportAtRow } from './problems.ts'

/**
 * Reports what is not signed, or not denied by a whole chain, as errors; what will not hold at `now`, Unix seconds, or
 * soon after it, as warnings.
 */
export function checkPresigned(projection: PresignedProjection, now: number, log: ProblemLog): void {
  if (projection.rrsetCount === 0) return
  const keys = apexRRset(projection, Type.DNSKEY)
  const hasSignatures = projection.presigned.rowCount > projection.rrsetCount
  if (keys < 0 || !hasSignatures) {
    const zone = nameToText(projection.apex)
    reportAtRow(projection, log, 'error', 0, () => ({
      found: keys < 0 ? `no DNSKEY record at ${zone}` : `no RRSIG record in ${zone}`,
      expected: 'a signed zone, for it is declared presigned',
      remedy: 'Give Veil the file that your signer writes; or let Veil sign the zone: remove "dnssec: presigned".',
    }))
    return
  }
  checkSignatures(projection, keys, log)
  checkTimes(projection, now, log)
  const { denial } = projection.presigned
  if (denial.kind === 'nsec') checkNsecChain(projection, log)
  else checkNsec3Chain(projection, denial, log)
}
