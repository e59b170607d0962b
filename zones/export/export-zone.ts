import { Type } from '../../dns/constants.ts'
import { ownerText } from './export-text.ts'
import type { ExportedOwner } from './exported.ts'
import { type ExportSigning, type ExportSource, exportedZone, signAsWritten, zoneTtls } from './exported-zone.ts'
import { addOwnerToDigest, createZoneDigest, type DigestHash, finishZoneDigest } from './zone-digest.ts'

/** What becomes of the zone on its way out. */
export interface ExportSettings {
  /** Undefined: the zone leaves as it is. */
  readonly signing: Omit<ExportSigning, 'laterTypes'> | undefined
  /** A ZONEMD record for each; none: no ZONEMD. */
  readonly digests: readonly DigestHash[]
}

/** What has been written so far. */
export interface ExportCount {
  owners: number
  /** Signatures and denial included. */
  records: number
  signatures: number
  /** NSEC or NSEC3 records. */
  denials: number
}

/** Nothing written yet. */
export function createExportCount(): ExportCount {
  return { owners: 0, records: 0, signatures: 0, denials: 0 }
}

/**
 * The zone as a master file, owner by owner, and counts along. Owners are in canonical order; only ZONEMD, which covers
 * all of them, comes last.
 */
export function* exportZone(source: ExportSource, settings: ExportSettings, count: ExportCount): Generator<string> {
  const { digests } = settings
  const laterTypes = digests.length === 0 ? [] : [Type.ZONEMD]
  const signing = settings.signing && { ...settings.signing, laterTypes }
  const digest = createZoneDigest(digests)
  for (const each of exportedZone(source, signing)) {
    if (digests.length > 0) addOwnerToDigest(digest, each)
    addToCount(count, each)
    yield ownerText(each)
  }
  if (digests.length === 0) return
  const rrset = { type: Type.ZONEMD, ttl: zoneTtls(source).soa, rdatas: finishZoneDigest(digest, source.serial) }
  const { apex } = source.projection
  const signatures = signing === undefined ? [] : signAsWritten(signing.sign, apex, rrset)
  const last = { owner: apex, rrsets: [{ ...rrset, signatures }] }
  addToCount(count, last)
  count.owners--
  yield ownerText(last)
}

function addToCount(count: ExportCount, { rrsets }: ExportedOwner): void {
  count.owners++
  for (const { type, rdatas, signatures } of rrsets) {
    count.records += rdatas.length + signatures.length
    count.signatures += signatures.length
    if (type === Type.NSEC || type === Type.NSEC3) count.denials += rdatas.length
  }
}
