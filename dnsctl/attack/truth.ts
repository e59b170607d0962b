import { isAtOrBelow, nameToText, parentName } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { type Projection, projectedOwner, projectedRdata } from '../../zones/projection.ts'

/** What there is to learn, by the files. Names are canonical texts with the dot at their end. */
export interface Truth {
  /** Names that the attacked view has, the apex left out, empty non-terminals included. */
  readonly published: ReadonlySet<string>
  /** Names that other views have and this one has not, with the RDATA that they have there. */
  readonly hidden: ReadonlyMap<string, ReadonlySet<string>>
}

/** The truth about a view of a zone, from what it and the others see. */
export function truthOf(attacked: Projection, others: readonly Projection[]): Truth {
  const published = namesOf(attacked)
  const elsewhere = others.map(namesOf)
  const hidden = new Map<string, Set<string>>()
  for (const names of elsewhere) {
    for (const [name, rdatas] of names) {
      if (!published.has(name)) hidden.set(name, new Set([...(hidden.get(name) ?? []), ...rdatas]))
    }
  }
  return { published: new Set(published.keys()), hidden }
}

/** Owners below the apex and all names between, each with its RDATA in presentation format. */
function namesOf(projection: Projection): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>()
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    const owner = projectedOwner(projection, rrset)
    addName(names, owner, projection.apex.length)
    const rdatas = names.get(nameToText(owner))
    for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
      rdatas?.add(rdataToText(projection.types[rrset]!, projectedRdata(projection, record)))
    }
  }
  return names
}

function addName(names: Map<string, Set<string>>, owner: Uint8Array, apexLength: number): void {
  for (let name = owner; name.length > apexLength; name = parentName(name)) {
    const text = nameToText(name)
    if (!names.has(text)) names.set(text, new Set())
  }
}

/** Whether the name is one of the zone's. */
export function isOfZone(name: Uint8Array, apex: Uint8Array): boolean {
  return isAtOrBelow(name, apex) && name.length > apex.length
}
