import { createLabelledName, type LabelledName, readLabelledName } from '../../dns/labelled-name.ts'
import { nameToText } from '../../dns/name.ts'
import type { Scope } from '../../guard/detection/scope.ts'
import { createTypoIndex, isTypo, type TypoIndex } from '../../guard/detection/typo-index.ts'
import { hashOctets } from '../../guard/detection/word-index.ts'
import type { QueryEvent } from '../../guard/query-event.ts'
import { type Image, openImage } from '../../zones/image/image.ts'
import { Header, Node } from '../../zones/image/layout.ts'
import { findChild } from '../../zones/lookup.ts'
import type { GenerationDescriptor, ImageLocation } from '../generation.ts'

/** A zone as a view has it, for the main thread: what detectors may know of it, and its image. */
export interface WatchedZone {
  readonly scope: Scope
  readonly image: Image
  /** Lower-cased, on the wire. */
  readonly apex: Uint8Array
}

/** Finds the zone that an event is about, in the generation that answers now. */
export interface ZoneScopes {
  /** Takes over a generation; costs nothing where it is the same. */
  adopt(descriptor: GenerationDescriptor): void
  /** Undefined: the event is about no zone, or about one that is gone. */
  zoneOf(event: QueryEvent): WatchedZone | undefined
  /** The zone of the view whose apex is the name of `length` octets at `start`. */
  zoneAt(view: number, octets: Uint8Array, start: number, length: number): WatchedZone | undefined
  /** The scope with this number, once it was there. */
  scopeOf(id: number): Pick<Scope, 'zone' | 'view'> | undefined
  /** By view of the generation: labels of its longest apex; 0: it has no zone but the root, or none. */
  longestApexes(): readonly number[]
}

/** Typo indexes that are kept: those of the zones in which somebody was looking for something last. */
const INDEXES_KEPT = 16

/** No generation yet. `arena` gives the memory of an arena. */
export function createZoneScopes(arena: (id: number) => SharedArrayBuffer): ZoneScopes {
  const ids = new Map<string, number>()
  const scopes: Pick<Scope, 'zone' | 'view'>[] = []
  const indexes = new Map<number, TypoIndex>()
  let adopted: GenerationDescriptor | undefined
  let views: GenerationDescriptor['views'] = []
  let longestApexes: number[] = []
  let byHash = new Map<number, WatchedZone[]>()

  const indexOf = (image: Image): TypoIndex => {
    // Equal seeds mean equal content, whatever arena it lies in.
    const index = indexes.get(image.hashSeed) ?? createTypoIndex(labelsOf(image))
    indexes.delete(image.hashSeed)
    indexes.set(image.hashSeed, index)
    if (indexes.size > INDEXES_KEPT) indexes.delete(indexes.keys().next().value!)
    return index
  }
  const idOf = (zone: string, view: string): number => {
    const key = `${zone} ${view}`
    const id = ids.get(key) ?? ids.size
    ids.set(key, id)
    scopes[id] ??= { zone, view }
    return id
  }
  const zoneAt: ZoneScopes['zoneAt'] = (view, octets, start, length) => {
    const candidates = byHash.get(hashOctets(octets, start, length, view))
    return candidates?.find(
      ({ scope, apex }) => scope.view === views[view]?.name && isSame(apex, octets, start, length),
    )
  }
  return {
    adopt: (descriptor) => {
      if (descriptor === adopted) return
      adopted = descriptor
      // What was read of zones is to be forgotten with them.
      if (descriptor.isLocked === true) indexes.clear()
      const name = createLabelledName(descriptor.labelSeed)
      const open = (location: ImageLocation, view: string): WatchedZone => {
        const image = openImage(arena(location.arena), location.length)
        const apex = image.octets.slice(image.apex, image.apex + image.apexLength)
        const zone = nameToText(apex)
        const typos = () => indexOf(image)
        return { scope: createScope({ image, name, typos }, { id: idOf(zone, view), zone, view }), image, apex }
      }
      views = descriptor.views
      byHash = new Map()
      longestApexes = views.map(() => 0)
      for (const [index, { name: view, images }] of views.entries()) {
        for (const zone of images.map((location) => open(location, view))) {
          longestApexes[index] = Math.max(longestApexes[index]!, zone.image.apexLabels)
          const hash = hashOctets(zone.apex, 0, zone.apex.length, index)
          byHash.set(hash, [...(byHash.get(hash) ?? []), zone])
        }
      }
    },
    zoneAt,
    scopeOf: (id) => scopes[id],
    zoneOf: ({ view, name, nameLength, apexLength }) =>
      apexLength === 0 || view < 0 ? undefined : zoneAt(view, name, nameLength - apexLength, apexLength),
    longestApexes: () => longestApexes,
  }
}

interface Parts {
  readonly image: Image
  readonly name: LabelledName
  readonly typos: () => TypoIndex
}

function createScope({ image, name, typos }: Parts, own: Pick<Scope, 'id' | 'zone' | 'view'>): Scope {
  const isReverse = own.zone.endsWith('.in-addr.arpa.')
  const kind = isReverse ? 'reverse-ipv4' : own.zone.endsWith('.ip6.arpa.') ? 'reverse-ipv6' : 'forward'
  return {
    ...own,
    kind,
    labelsBelowEncloser: (octets, length) => labelsBelowEncloser(image, name, octets, length),
    isNearPublished: (octets, start, length) => isTypo(typos(), octets, start, length),
  }
}

function labelsBelowEncloser(image: Image, name: LabelledName, octets: Uint8Array, length: number): number {
  readLabelledName(name, octets, 0, length)
  let label = name.count - image.apexLabels
  for (let node = 0; label > 0; label--) {
    node = findChild(image, node, name, label - 1)
    if (node === 0) break
  }
  return label
}

/** Each label of a name below the apex; those that several names have come several times. */
function* labelsOf({ words, octets, nodes }: Image): Iterable<Uint8Array> {
  for (let node = 1; node < words[Header.NodeCount]!; node++) {
    const label = words[nodes + node * Node.Words + Node.Label]!
    yield octets.subarray(label + 1, label + 1 + octets[label]!)
  }
}

function isSame(apex: Uint8Array, name: Uint8Array, start: number, length: number): boolean {
  if (apex.length !== length) return false
  for (let at = 0; at < length; at++) if (apex[at] !== name[start + at]) return false
  return true
}
