import { Type } from '../../dns/constants.ts'
import { NSEC3_SHA1 } from '../../dns/nsec3.ts'
import { apexRRset } from '../apex-rrset.ts'
import type { PresignedDenialParameters, Projection } from '../projection.ts'
import type { RecordColumns } from '../record-columns.ts'
import { hasNsec3Parameters, nsec3Parameters } from './nsec3-rdata.ts'

/**
 * By which chain a zone denies: by NSEC3 where an NSEC3PARAM at the apex says so (RFC 5155 §7.3), of several the one whose
 * chain has most records; else by NSEC. `data` has the zone's data, `source` all of its records.
 */
export function chooseDenial(data: Projection, source: RecordColumns): PresignedDenialParameters {
  const announced = apexRRset(data, Type.NSEC3PARAM)
  let chosen: PresignedDenialParameters = { kind: 'nsec' }
  let most = apexRRset(data, Type.NSEC) < 0 ? -1 : 0
  if (announced < 0) return chosen
  for (let record = data.first[announced]!; record < data.first[announced + 1]!; record++) {
    const rdata = data.rdatas[record]!
    // RFC 5155 §4.1.2: a server ignores an NSEC3PARAM with flags.
    if (data.octets[rdata] !== NSEC3_SHA1 || data.octets[rdata + 1] !== 0) continue
    const parameters = nsec3Parameters(data.octets, rdata)
    let records = 0
    for (let i = 0; i < source.count; i++) {
      if (source.types[i] !== Type.NSEC3) continue
      if (hasNsec3Parameters(source.octets, source.rdatas[i]!, parameters)) records++
    }
    if (records <= most) continue
    most = records
    chosen = { kind: 'nsec3', ...parameters }
  }
  return chosen
}
