import { nameFromText } from '../../dns/name.ts'
import { keyOf, type NameKey } from '../../zones/leaks/name-keys.ts'
import { collectUnseen } from '../../zones/leaks/unseen.ts'
import { type Projection, projectedOwner } from '../../zones/projection.ts'
import type { OfflineZone } from '../offline-zones.ts'

/** A name to ask about, and the octets of the apex up to which its parents are asked about as well. */
export interface HiddenTarget {
  readonly name: Uint8Array
  readonly apexLength: number
}

/** What a view does not have and others do. */
export interface HiddenTargets {
  /** Names, hidden zones, names with more types elsewhere, and reverse names of hidden addresses. */
  readonly all: readonly HiddenTarget[]
  /** Of these the names that the view has not got at all. */
  readonly absent: readonly Uint8Array[]
  /** Whether any view has the name. */
  readonly isKnown: (name: Uint8Array) => boolean
}

/** Collects them; `within` keeps to what is at or below that apex. */
export function findHiddenTargets(zones: readonly OfflineZone[], view: string, within?: Uint8Array): HiddenTargets {
  const seen = zones.map(({ zone, views }) => ({
    apex: zone.apex,
    projections: new Map(
      views.flatMap((each) => (each.projection === undefined ? [] : [[each.view, each.projection] as const])),
    ),
  }))
  const unseen = collectUnseen(seen, view)
  const ofMissingZones = seen
    .filter(({ projections }) => !projections.has(view))
    .flatMap(({ projections }) => [...projections.values()].flatMap(ownersOf))
  const absent = [...unseen.names.keys(), ...ofMissingZones]
  const others = [...unseen.emptied.keys(), ...unseen.richer.keys(), ...unseen.apexes.keys()]
  const reverse = [...unseen.addresses.keys()].map((address) => keyOf(reverseNameOf(Buffer.from(address, 'latin1'))))
  const apexes = zones.map(({ zone }) => keyOf(zone.apex))
  const isWanted = (name: NameKey) => within === undefined || name.endsWith(keyOf(within))
  const known = new Set(seen.flatMap(({ projections }) => [...projections.values()].flatMap(ownersOf)))
  return {
    all: [...new Set([...absent, ...others, ...reverse])].filter(isWanted).map((name) => ({
      name: Buffer.from(name, 'latin1'),
      apexLength: Math.max(1, ...apexes.filter((apex) => name.endsWith(apex)).map((apex) => apex.length)),
    })),
    absent: [...new Set(absent)].filter(isWanted).map((name) => Buffer.from(name, 'latin1')),
    isKnown: (name) => known.has(keyOf(name)),
  }
}

/** RFC 1035 §3.5, RFC 3596 §2.5. */
function reverseNameOf(address: Uint8Array): Uint8Array {
  const octets = [...address].reverse()
  if (address.length === 4) return nameFromText(`${octets.join('.')}.in-addr.arpa.`)
  const nibbles = octets.flatMap((octet) => [(octet & 15).toString(16), (octet >> 4).toString(16)])
  return nameFromText(`${nibbles.join('.')}.ip6.arpa.`)
}

function ownersOf(projection: Projection): NameKey[] {
  const names: NameKey[] = []
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    if (rrset === 0 || projection.owners[rrset] !== projection.owners[rrset - 1])
      names.push(keyOf(projectedOwner(projection, rrset)))
  }
  return names
}
