/*
 * The NSEC3 chain of a zone (RFC 5155 §7.1) with the parameters of RFC 9276: SHA-1, no further iterations, no salt, no
 * opt-out.
 */
import { MAX_NAME_LENGTH, Type } from '../../dns/constants.ts'
import { BASE32_HEX } from '../../dns/encoding.ts'
import { isAtOrBelow, parentName } from '../../dns/name.ts'
import { NSEC3_HASH_DIGITS, NSEC3_HASH_OCTETS, NSEC3PARAM_RDATA } from '../../dns/nsec3.ts'
import { typeBitmapOf } from '../../dns/rr/fields/bitmap.ts'
import { sortKeys } from '../key-sort.ts'
import { nsec3Hash } from '../presigned/nsec3-hash.ts'
import { nsec3Parameters } from '../presigned/nsec3-rdata.ts'

/** Whether the names of NSEC3 records fit below this apex. */
export function hasRoomForNsec3(apex: Uint8Array): boolean {
  return apex.length + 1 + NSEC3_HASH_DIGITS <= MAX_NAME_LENGTH
}

/** A name that the chain speaks of. */
export interface ChainMember {
  /** Wire, lower-cased. */
  readonly owner: Uint8Array
  /** Types of the bitmap, RRSIG included. */
  readonly types: ReadonlySet<number>
}

/** One NSEC3 record. */
export interface Nsec3 {
  /** Wire, lower-cased. */
  readonly owner: Uint8Array
  readonly rdata: Uint8Array
}

/** Types of an NSEC3 bitmap: RRSIG goes along with what is signed (RFC 5155 §7.1). */
export function nsec3Types(listed: Iterable<number>): Set<number> {
  const types = new Set(listed)
  // The NS of a cut is the child's: where nothing else is there, nothing is signed.
  const isSigned = types.has(Type.SOA) || !types.has(Type.NS) || types.has(Type.DS)
  if (types.size > 0 && isSigned) types.add(Type.RRSIG)
  return types
}

/**
 * The NSEC3 records of the members, which come in canonical order, and of the empty non-terminals between them and the
 * apex; in canonical order.
 */
export function* nsec3Chain(apex: Uint8Array, members: Iterable<ChainMember>): Generator<Nsec3> {
  const links = readLinks(apex, members)
  const count = links.bitmaps.length
  const order = sortKeys({ octets: links.hashes, starts: Int32Array.from({ length: count + 1 }, startOfHash) })
  for (let i = 0; i < count; i++) {
    const own = hashAt(links, order[i]!)
    const next = hashAt(links, order[(i + 1) % count]!)
    if (count > 1 && Buffer.compare(own, next) === 0) {
      throw new Error('two names of the zone have the same NSEC3 hash; export it with an NSEC chain')
    }
    yield { owner: ownerOf(own, apex), rdata: rdataOf(next, links.bitmaps[order[i]!]!) }
  }
}

const PARAMETERS = nsec3Parameters(NSEC3PARAM_RDATA, 0)

interface Links {
  /** One hash behind the other. */
  hashes: Uint8Array
  readonly bitmaps: Uint8Array[]
}

function readLinks(apex: Uint8Array, members: Iterable<ChainMember>): Links {
  const links: Links = { hashes: new Uint8Array(1024 * NSEC3_HASH_OCTETS), bitmaps: [] }
  // A zone has few sets of types: their bitmaps are shared.
  const bitmaps = new Map<string, Uint8Array>()
  let previous = apex
  for (const { owner, types } of members) {
    // In canonical order a name above was met already where the name before this one lies below it.
    for (let above = parentName(owner); above.length > apex.length; above = parentName(above)) {
      if (isAtOrBelow(previous, above)) break
      addLink(links, above, NO_TYPES)
    }
    const key = [...types].sort((a, b) => a - b).join()
    const bitmap = bitmaps.get(key) ?? typeBitmapOf(types)
    bitmaps.set(key, bitmap)
    addLink(links, owner, bitmap)
    previous = owner
  }
  return links
}

const NO_TYPES = new Uint8Array(0)

function addLink(links: Links, name: Uint8Array, bitmap: Uint8Array): void {
  const at = links.bitmaps.push(bitmap) * NSEC3_HASH_OCTETS
  if (at > links.hashes.length) {
    const larger = new Uint8Array(links.hashes.length * 2)
    larger.set(links.hashes)
    links.hashes = larger
  }
  links.hashes.set(nsec3Hash(name, PARAMETERS), at - NSEC3_HASH_OCTETS)
}

function startOfHash(_: unknown, link: number): number {
  return link * NSEC3_HASH_OCTETS
}

function hashAt({ hashes }: Links, link: number): Uint8Array {
  return hashes.subarray(link * NSEC3_HASH_OCTETS, (link + 1) * NSEC3_HASH_OCTETS)
}

function ownerOf(hash: Uint8Array, apex: Uint8Array): Uint8Array {
  const label = Buffer.from(BASE32_HEX.toText(hash, 0, hash.length).toLowerCase(), 'latin1')
  return Uint8Array.from([label.length, ...label, ...apex])
}

function rdataOf(next: Uint8Array, bitmap: Uint8Array): Uint8Array {
  return Uint8Array.from([...NSEC3PARAM_RDATA, NSEC3_HASH_OCTETS, ...next, ...bitmap])
}
