/*
 * What addresses tell: where they lie, how close to one another, and what their PTR records say.
 */
import { createHash } from 'node:crypto'
import { areaUnderCurve } from '../../guard/area-under-curve.ts'
import { type AddressPrefix, isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { createRanges, pickIPv4, pickIPv6 } from '../../server/answer/decoy-ranges.ts'
import type { DecoySettings } from '../../server/decoys.ts'
import type { FeatureArea } from './decoy-audit.ts'
import type { HostFacts } from './host-facts.ts'

export interface AddressFacts {
  readonly place: string
  readonly ptr: string
}

/** In place of a name that an address has: one that is generated for its range. */
export const GENERATED = '{generated}'

/** What decoys are asked about: `isTheirs`, whether an address is one that decoys have; `namesOf`, its PTR data. */
export interface AddressBook {
  readonly isTheirs: (address: Uint8Array) => boolean
  readonly namesOf: (address: Uint8Array) => readonly string[]
}

/** What a host's addresses tell; without a name it is a decoy, to which nothing points. */
export function addressFacts(
  { name, addresses }: Pick<HostFacts, 'name' | 'addresses'>,
  book: AddressBook,
): AddressFacts {
  const outside = addresses.some((address) => !book.isTheirs(address))
  const names = addresses.flatMap(book.namesOf)
  return {
    place:
      addresses.length === 0 ? 'no address' : outside ? 'an address that no decoy has' : 'an address as decoys have',
    ptr: ptrText(name, names),
  }
}

function ptrText(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'none'
  if (names.includes(name)) return 'points back to it'
  return names.every((each) => each === GENERATED) ? 'generated' : 'points to another name'
}

/** The addresses of so many decoys, one or two each, as decoys with addresses of their own have them. */
export function sampleAddresses({ addresses }: Pick<DecoySettings, 'addresses'>, count: number): Uint8Array[][] {
  const ranges = createRanges(addresses)
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash('sha256').update(String(index)).digest()
    const word = (at: number) => Int32Array.of(digest.readInt32LE(at), digest.readInt32LE(at + 4))
    const [ipv4, ipv6] = [new Uint8Array(4), new Uint8Array(16)]
    if (ranges.firsts.length > 0) pickIPv4(ranges, word(0), ipv4)
    if (ranges.prefixes.length > 0) pickIPv6(ranges, word(0), word(8), ipv6)
    return [...(ranges.firsts.length > 0 ? [ipv4] : []), ...(ranges.prefixes.length > 0 ? [ipv6] : [])]
  })
}

/** Whether the address lies in one of the prefixes. */
export function isWithinAny(address: Uint8Array, prefixes: readonly AddressPrefix[]): boolean {
  return prefixes.some(({ address: prefix, length }) => {
    const isIPv4 = isMappedIPv4(prefix, 0)
    if (isIPv4 !== (address.length === 4)) return false
    const skip = isIPv4 ? 12 : 0
    return address.every((octet, index) => {
      const kept = Math.max(0, Math.min(8, length - 8 * (index + skip)))
      return (octet ^ prefix[index + skip]!) >>> (8 - kept) === 0
    })
  })
}

/** Fewer addresses tell nothing about how all of them are drawn. */
const FEWEST = 8

/** How well the value of an address, and its distance to the next, tell real hosts from decoys with addresses of their own. */
export function addressAreas(facts: readonly HostFacts[], sample: readonly (readonly Uint8Array[])[]): FeatureArea[] {
  return [4, 16].flatMap((octets) => {
    const numbers = (lists: readonly (readonly Uint8Array[])[]) =>
      lists.flatMap((addresses) => addresses.filter(({ length }) => length === octets).map(toNumber))
    const [real, decoys] = [numbers(facts.map(({ addresses }) => addresses)), numbers(sample)]
    if (real.length < FEWEST || decoys.length === 0) return []
    const family = octets === 4 ? 'IPv4' : 'IPv6'
    const apart = inGroups(decoys, real.length).flatMap(distances)
    return [
      feature(`value of ${family} addresses`, areaUnderCurve(real, decoys), [real.length, decoys.length]),
      feature(`distance between ${family} addresses`, areaUnderCurve(distances(real), apart), [
        real.length,
        apart.length,
      ]),
    ]
  })
}

/** A few names give a figure above a half by chance: twice its deviation is allowed for (Mann and Whitney 1947). */
function feature(name: string, area: number, [own, others]: readonly [number, number]): FeatureArea {
  const deviation = Math.sqrt((own + others + 1) / (12 * own * others))
  return { feature: name, area, tells: area > 0.5 + Math.max(0.05, 2 * deviation) }
}

function toNumber(address: Uint8Array): number {
  return address.reduce((number, octet) => number * 256 + octet, 0)
}

/** Full groups of so many. */
function inGroups(numbers: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.floor(numbers.length / size) }, (_, group) =>
    numbers.slice(group * size, (group + 1) * size),
  )
}

/** To the nearest other. */
function distances(numbers: readonly number[]): number[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  return sorted.map((number, index) =>
    Math.min(
      number - (sorted[index - 1] ?? Number.NEGATIVE_INFINITY),
      (sorted[index + 1] ?? Number.POSITIVE_INFINITY) - number,
    ),
  )
}
