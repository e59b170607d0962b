import { INCIDENT_KINDS } from '../incident.ts'
import { isMappedIPv4, wordAt } from '../prefix-trie.ts'
import { spread } from './distinct.ts'
import { REASON_COUNT } from './reasons.ts'
import { createTracks, forgetOwner, type Tracks } from './tracks.ts'

/**
 * Sources by address prefix and scope, as many as there is room for. A newcomer has four places to choose from, and takes
 * that of whoever has least against it, then of who asked least: so a flood of forged sources, each with a question or
 * two, never pushes out one against which evidence gathers.
 */
export interface SourceTable {
  readonly tracks: Tracks
  /** By owner: the prefix, 16 octets, zeros behind its length; its length in bits, IPv4 within 128; 0: free. */
  readonly addresses: Uint8Array
  readonly lengths: Uint8Array
  readonly scopes: Int32Array
  /** The whole address that asked for something suspicious last, 16 octets; of those that are proved, where one was. */
  readonly lastAddresses: Uint8Array
  /** By owner, 1: that address was proved. */
  readonly areAddressesProved: Uint8Array
  /** By owner and kind: number of the incident that it takes part in; 0: none. */
  readonly incidents: Int32Array
  readonly seed: number
}

export const SOURCES = 8192
/** Kinds of incidents. */
export const KINDS: number = INCIDENT_KINDS.length
const WAYS = 4
/** Who has been quiet for so long has nothing against it. */
const FORGOTTEN_MS = 24 * 3600 * 1000

/** The prefixes that are one source, and one network of sources; bits within 128. */
export const SOURCE_BITS = { ipv4: 128, ipv6: 64 } as const
export const NETWORK_BITS = { ipv4: 120, ipv6: 56 } as const

/** An empty table; `seed` is secret, so that nobody can choose addresses that share places. */
export function createSourceTable(seed: number): SourceTable {
  return {
    tracks: createTracks({ owners: SOURCES, areZones: false, nameWords: 32, recentLength: 16 }),
    addresses: new Uint8Array(SOURCES * 16),
    lengths: new Uint8Array(SOURCES),
    scopes: new Int32Array(SOURCES),
    lastAddresses: new Uint8Array(SOURCES * 16),
    areAddressesProved: new Uint8Array(SOURCES),
    incidents: new Int32Array(SOURCES * KINDS),
    seed,
  }
}

/** Bits of the prefix that stands for this address. */
export function prefixBits(address: Uint8Array, bits: { readonly ipv4: number; readonly ipv6: number }): number {
  return isMappedIPv4(address, 0) ? bits.ipv4 : bits.ipv6
}

/** The owner for the first `bits` of the address in the scope; -1: there is none. */
export function findSource(table: SourceTable, address: Uint8Array, bits: number, scope: number): number {
  const first = firstPlace(table, address, bits, scope)
  const { lengths, scopes } = table
  for (let owner = first; owner < first + WAYS; owner++) {
    if (lengths[owner] === bits && scopes[owner] === scope && holds(table, owner, address)) return owner
  }
  return -1
}

/** As `findSource`, but makes one where there is none, in place of another if need be; -1: all there matter more. */
export function takeSource(table: SourceTable, address: Uint8Array, bits: number, place: Place): number {
  const found = findSource(table, address, bits, place.scope)
  if (found >= 0) return found
  const first = firstPlace(table, address, bits, place.scope)
  let least = first
  for (let owner = first; owner < first + WAYS; owner++) {
    if (worthOf(table, owner, place.now) < worthOf(table, least, place.now)) least = owner
  }
  if (isParticipant(table, least)) return -1
  forgetOwner(table.tracks, least, place.now)
  table.addresses.fill(0, least * 16, least * 16 + 16)
  table.addresses.set(address.subarray(0, bits >>> 3), least * 16)
  table.lengths[least] = bits
  table.scopes[least] = place.scope
  table.areAddressesProved[least] = 0
  return least
}

/** Where and when a source asks. */
export interface Place {
  readonly scope: number
  readonly now: number
}

/** Whether the owner is one source, and no network of them. */
export function isSingleSource({ lengths }: SourceTable, owner: number): boolean {
  return lengths[owner] === SOURCE_BITS.ipv4 || lengths[owner] === SOURCE_BITS.ipv6
}

/** Whether the owner takes part in some incident that goes on. */
function isParticipant({ incidents }: SourceTable, owner: number): boolean {
  for (let at = owner * KINDS; at < (owner + 1) * KINDS; at++) if (incidents[at] !== 0) return true
  return false
}

/** Points first, then questions; free places and those long quiet are worth nothing. */
function worthOf(table: SourceTable, owner: number, now: number): number {
  if (isParticipant(table, owner)) return Number.POSITIVE_INFINITY
  const { tracks, lengths } = table
  if (lengths[owner] === 0 || now - tracks.lastAt[owner]! > FORGOTTEN_MS) return -1
  let points = 0
  for (let at = owner * REASON_COUNT; at < (owner + 1) * REASON_COUNT; at++) points += tracks.scores[at]!
  return points * 1000 + Math.min(1000, tracks.queries[owner]!)
}

/** Whether the address lies in the owner's prefix. */
function holds({ addresses, lengths }: SourceTable, owner: number, address: Uint8Array): boolean {
  const octets = lengths[owner]! >>> 3
  for (let at = 0; at < octets; at++) if (addresses[owner * 16 + at] !== address[at]) return false
  return true
}

/** All lengths in use are whole octets. */
function firstPlace({ seed }: SourceTable, address: Uint8Array, bits: number, scope: number): number {
  let hash = spread(seed ^ Math.imul(scope + 1, 0x9e3779b1) ^ bits)
  for (let at = 0; at + 4 <= bits >>> 3; at += 4) hash = spread(hash ^ wordAt(address, at))
  for (let at = (bits >>> 5) * 4; at < bits >>> 3; at++) hash = spread(hash ^ address[at]!)
  return (hash & (SOURCES / WAYS - 1)) * WAYS
}
