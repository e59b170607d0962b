/*
 * What one view does not have and others do. It is worked out from the projections alone, by going through two of them
 * side by side in canonical order.
 */
import { Type } from '../../dns/constants.ts'
import { compareNames, isAtOrBelow, isWildcard } from '../../dns/name.ts'
import { type Projection, projectedOwner, projectedRdata } from '../projection.ts'
import { asBuffer, keyOf, keyOfLower, type NameKey, parentOf } from './name-keys.ts'

/** What a view does not have, each with a view that does. */
export interface Unseen {
  /** Owners of other views' projections that are neither owners nor empty non-terminals of this one's. */
  readonly names: ReadonlyMap<NameKey, string>
  /** Owners of others that are empty non-terminals here. */
  readonly emptied: ReadonlyMap<NameKey, string>
  /** Owners here that have more types there. */
  readonly richer: ReadonlyMap<NameKey, RicherOwner>
  /** Addresses of others' A and AAAA records, as Latin-1, that none of this view's has. */
  readonly addresses: ReadonlyMap<string, string>
  /** Apexes of zones that the view does not have. */
  readonly apexes: ReadonlyMap<NameKey, string>
  /** Apexes of zones that it has. */
  readonly seenApexes: ReadonlySet<NameKey>
  /** Wildcards of the view by the name they stand below: the RRset they begin with, and their types. */
  readonly wildcards: ReadonlyMap<NameKey, Wildcard>
}

interface RicherOwner {
  readonly view: string
  readonly types: readonly number[]
}

export interface Wildcard {
  readonly projection: Projection
  readonly rrset: number
  readonly types: readonly number[]
}

interface Collected extends Unseen {
  readonly names: Map<NameKey, string>
  readonly emptied: Map<NameKey, string>
  readonly richer: Map<NameKey, RicherOwner>
  readonly addresses: Map<string, string>
}

/** What another view has of a zone. */
interface Elsewhere {
  readonly projection: Projection
  readonly view: string
}

interface SeenZone {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly projections: ReadonlyMap<string, Projection>
}

/** What the view does not have of these zones. */
export function collectUnseen(zones: readonly SeenZone[], view: string): Unseen {
  const apexes = new Map<NameKey, string>()
  const seenApexes = new Set<NameKey>()
  const wildcards = new Map<NameKey, Wildcard>()
  const collected: Collected = {
    ...{ names: new Map(), emptied: new Map(), richer: new Map(), addresses: new Map() },
    ...{ apexes, seenApexes, wildcards },
  }
  for (const zone of zones) {
    const own = zone.projections.get(view)
    if (own !== undefined) {
      seenApexes.add(keyOf(zone.apex))
      collectWildcards(own, wildcards)
    }
    const done = new Set<Projection>()
    for (const [other, projection] of zone.projections) {
      if (projection === own || done.has(projection)) continue
      done.add(projection)
      if (own === undefined) {
        apexes.set(keyOf(zone.apex), other)
        collectAddresses({ projection, view: other }, 0, projection.rrsetCount, collected)
      } else collectMissing(own, { projection, view: other }, collected)
    }
  }
  forgetSeenAddresses(zones, view, collected.addresses)
  return collected
}

/** A view that has the name while this one lacks it, going by the closest zone that any view has. */
export function viewOf(unseen: Unseen, name: NameKey): string | undefined {
  for (let suffix = 0; suffix < name.length; suffix += name.charCodeAt(suffix) + 1) {
    const apex = name.slice(suffix)
    if (unseen.seenApexes.has(apex)) return unseen.names.get(name)
    const other = unseen.apexes.get(apex)
    if (other !== undefined) return other
  }
  return undefined
}

/** Whether the view has all that others have. */
export function isNothing({ names, emptied, richer, addresses, apexes }: Unseen): boolean {
  return names.size + emptied.size + richer.size + addresses.size + apexes.size === 0
}

/** What a view has itself it may know. */
function forgetSeenAddresses(zones: readonly SeenZone[], view: string, addresses: Map<string, string>): void {
  for (const { projections } of zones) {
    const own = projections.get(view)
    if (own === undefined || addresses.size === 0) continue
    for (let rrset = 0; rrset < own.rrsetCount; rrset++) {
      if (!isAddress(own.types[rrset]!)) continue
      for (let record = own.first[rrset]!; record < own.first[rrset + 1]!; record++) {
        addresses.delete(addressKey(projectedRdata(own, record)))
      }
    }
  }
}

/**
 * Compares the owners elsewhere with those of `own`. Both are in canonical order. Most are the same, and cost nothing
 * but the comparison.
 */
function collectMissing(own: Projection, elsewhere: Elsewhere, collected: Collected): void {
  const { projection: other, view } = elsewhere
  const heap = asBuffer(other.octets)
  let at = 0
  for (let rrset = 0, end = 0; rrset < other.rrsetCount; rrset = end) {
    end = endOfOwner(other, rrset)
    if (at < own.rrsetCount && isSameName(own.octets, own.owners[at]!, other.octets, other.owners[rrset]!)) {
      if (!isSameOwner(own, at, other, rrset)) compareOwner({ own, at, rrset }, elsewhere, collected)
      at = endOfOwner(own, at)
      continue
    }
    const owner = projectedOwner(other, rrset)
    while (at < own.rrsetCount && compareNames(projectedOwner(own, at), owner) < 0) at = endOfOwner(own, at)
    // The first owner not before it is the name itself, or the first below it where it is an empty non-terminal.
    const found = at < own.rrsetCount ? projectedOwner(own, at) : undefined
    if (found?.length === owner.length && isAtOrBelow(found, owner)) {
      if (!isSameOwner(own, at, other, rrset)) compareOwner({ own, at, rrset }, elsewhere, collected)
      at = endOfOwner(own, at)
      continue
    }
    const isEmptied = found !== undefined && isAtOrBelow(found, owner)
    const names = isEmptied ? collected.emptied : collected.names
    names.set(keyOfLower(heap, other.owners[rrset]!), view)
    collectAddresses(elsewhere, rrset, end, collected)
  }
}

/** Lower-cased names, octet for octet. */
function isSameName(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  for (let length = a[atA]!; length === b[atB]; length = a[atA]!) {
    if (length === 0) return true
    for (let octet = 1; octet <= length; octet++) if (a[atA + octet] !== b[atB + octet]) return false
    atA += length + 1
    atB += length + 1
  }
  return false
}

/** Whether both have the same types, TTLs aside, and address records octet for octet. */
function isSameOwner(own: Projection, at: number, other: Projection, rrset: number): boolean {
  const types = endOfOwner(other, rrset) - rrset
  if (endOfOwner(own, at) - at !== types) return false
  for (let i = 0; i < types; i++) {
    const type = own.types[at + i]!
    if (type !== other.types[rrset + i]) return false
    if (isAddress(type) && !hasSameRecords(own, at + i, other, rrset + i)) return false
  }
  return true
}

function hasSameRecords(own: Projection, at: number, other: Projection, rrset: number): boolean {
  const [first, second] = [own.first[at]!, other.first[rrset]!]
  const records = own.first[at + 1]! - first
  if (other.first[rrset + 1]! - second !== records) return false
  for (let i = 0; i < records; i++) {
    const length = own.rdataLengths[first + i]!
    const [a, b] = [own.rdatas[first + i]!, other.rdatas[second + i]!]
    for (let octet = 0; octet < length; octet++) if (own.octets[a + octet] !== other.octets[b + octet]) return false
  }
  return true
}

/** An owner that both have, by its first RRset here and elsewhere. */
interface SharedOwner {
  readonly own: Projection
  readonly at: number
  readonly rrset: number
}

function compareOwner({ own, at, rrset }: SharedOwner, elsewhere: Elsewhere, collected: Collected): void {
  const { projection: other, view } = elsewhere
  const types = typesOf(other, rrset).filter((type) => !typesOf(own, at).includes(type))
  if (types.length > 0) collected.richer.set(keyOf(other.octets, other.owners[rrset]!), { view, types })
  collectAddresses(elsewhere, rrset, endOfOwner(other, rrset), collected)
}

function collectWildcards(own: Projection, wildcards: Map<NameKey, Wildcard>): void {
  for (let rrset = 0; rrset < own.rrsetCount; rrset = endOfOwner(own, rrset)) {
    if (!isWildcard(own.octets, own.owners[rrset])) continue
    const parent = parentOf(keyOf(own.octets, own.owners[rrset]!))
    wildcards.set(parent, { projection: own, rrset, types: typesOf(own, rrset) })
  }
}

/** The first RRset behind those of the owner of this one. */
function endOfOwner({ owners, rrsetCount }: Projection, rrset: number): number {
  let end = rrset + 1
  while (end < rrsetCount && owners[end] === owners[rrset]) end++
  return end
}

function typesOf(projection: Projection, rrset: number): number[] {
  return Array.from(projection.types.subarray(rrset, endOfOwner(projection, rrset)))
}

/** Adds the addresses of these RRsets. */
function collectAddresses({ projection, view }: Elsewhere, start: number, end: number, { addresses }: Collected): void {
  for (let rrset = start; rrset < end; rrset++) {
    if (!isAddress(projection.types[rrset]!)) continue
    for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
      addresses.set(addressKey(projectedRdata(projection, record)), view)
    }
  }
}

function isAddress(type: number): boolean {
  return type === Type.A || type === Type.AAAA
}

/** An address as the key of a map. */
export function addressKey(address: Uint8Array): string {
  return Buffer.from(address.buffer, address.byteOffset, address.length).toString('latin1')
}
