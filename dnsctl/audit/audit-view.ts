import { Type } from '../../dns/constants.ts'
import { nameToText } from '../../dns/name.ts'
import type { ZoneConfiguration } from '../../server/configuration/types.ts'
import { decoySettings } from '../../server/loading/decoys.ts'
import { projectedOwner, projectedRdata } from '../../zones/projection.ts'
import type { OfflineZone } from '../offline-zones.ts'
import { GENERATED, isWithinAny } from './address-facts.ts'
import { auditDecoys, type DecoyAudit } from './decoy-audit.ts'
import { hostFacts } from './host-facts.ts'

/** Audits the decoys that a view of the zone has; `zones` are all that the configuration names. Undefined: it has none. */
export function auditView(
  zone: ZoneConfiguration,
  view: string,
  zones: readonly OfflineZone[],
): DecoyAudit | undefined {
  const seen = zones.flatMap((each) =>
    each.views.filter((of) => of.view === view).map((of) => ({ ...of, zone: each.zone })),
  )
  const projection = seen.find((of) => of.zone.name === zone.name)?.projection
  const settings = projection && decoySettings(zone.decoys?.[view], projection)
  if (projection === undefined || settings === undefined) return undefined
  const pointers = pointersOf(seen)
  const ranges = zones.flatMap((each) => (each.zone.generate?.[view] ?? []).map(({ prefix }) => prefix))
  const apexes = seen.map((of) => of.zone.name)
  const namesOf = (address: Uint8Array): readonly string[] => {
    const reverse = reverseName(address)
    const own = pointers.get(reverse)
    if (own !== undefined) return own
    const isServed = apexes.some((apex) => reverse.endsWith(`.${apex}`))
    return isServed && isWithinAny(address, ranges) ? [GENERATED] : []
  }
  return auditDecoys(hostFacts(projection, settings), settings, namesOf)
}

/** By owner, what the PTR records of the view's reverse zones say. */
function pointersOf(seen: readonly OfflineZone['views'][number][]): Map<string, string[]> {
  const pointers = new Map<string, string[]>()
  for (const { projection } of seen) {
    for (let rrset = 0; rrset < (projection?.rrsetCount ?? 0); rrset++) {
      if (projection!.types[rrset] !== Type.PTR) continue
      const names: string[] = []
      for (let record = projection!.first[rrset]!; record < projection!.first[rrset + 1]!; record++) {
        names.push(nameToText(projectedRdata(projection!, record)).toLowerCase())
      }
      pointers.set(nameToText(projectedOwner(projection!, rrset)), names)
    }
  }
  return pointers
}

/** RFC 1035 §3.5, RFC 3596 §2.5. */
function reverseName(address: Uint8Array): string {
  if (address.length === 4) return `${[...address].reverse().join('.')}.in-addr.arpa.`
  return `${[...Buffer.from(address).toString('hex')].reverse().join('.')}.ip6.arpa.`
}
