import { Type } from '../dns/constants.ts'
import { hashChild, hashLabel } from '../dns/label-hash.ts'
import type { LabelledName } from '../dns/labelled-name.ts'
import type { Image } from '../zones/image/image.ts'
import type { ApexIndex, OpenView, OpenZone } from './generation.ts'

/**
 * The zone of `view` that answers for `name`: the one with the longest apex at or above it, except that DS at an apex
 * belongs to the parent's side of the cut, where the parent is served too (RFC 4035 §3.1.4.1).
 */
export function findZone(view: OpenView, name: LabelledName, type: number): OpenZone | undefined {
  const { apexes } = view
  let node = 0
  let zone = apexes.zones[0]!
  for (let label = name.count - 1; label >= 0; label--) {
    node = findApexChild(apexes, node, name.hashes[label]!, name.octets, name.labels[label]!)
    if (node === 0) break
    const here = apexes.zones[node]!
    if (here >= 0 && (label > 0 || type !== Type.DS || zone < 0)) zone = here
  }
  return zone < 0 ? undefined : view.zones[zone]
}

/** Builds the tree of the apexes of `images`. `seed` is that of the names to be looked up. */
export function buildApexIndex(images: readonly Image[], seed: number): ApexIndex {
  const nodes = 1 + images.reduce((sum, image) => sum + image.apexLabels, 0)
  let size = 4
  while (size < nodes * 2) size *= 2
  const index = {
    slots: new Int32Array(size * 2),
    mask: size - 1,
    parents: new Int32Array(nodes),
    labels: new Int32Array(nodes),
    zones: new Int32Array(nodes).fill(-1),
    octets: new Uint8Array(images.reduce((sum, image) => sum + image.apexLength, 0)),
  }
  let nodeCount = 1
  let octetsUsed = 0
  images.forEach((image, zone) => {
    index.octets.set(image.octets.subarray(image.apex, image.apex + image.apexLength), octetsUsed)
    let node = 0
    for (const label of labelsFromRoot(index.octets, octetsUsed)) {
      const labelHash = hashLabel(seed, index.octets, label)
      const child = findApexChild(index, node, labelHash, index.octets, label)
      if (child === 0) insert(index, nodeCount, node, labelHash, label)
      node = child === 0 ? nodeCount++ : child
    }
    index.zones[node] = zone
    octetsUsed += image.apexLength
  })
  return index
}

/** The child of `parent` with the label at `octets[offset]`, whose hash is `labelHash`; 0 where there is none. */
function findApexChild(
  index: ApexIndex,
  parent: number,
  labelHash: number,
  octets: Uint8Array,
  offset: number,
): number {
  const hash = hashChild(0, parent, labelHash)
  for (let slot = hash & index.mask; ; slot = (slot + 1) & index.mask) {
    const node = index.slots[slot * 2 + 1]!
    if (node === 0) return 0
    if (index.slots[slot * 2] === hash && index.parents[node] === parent) {
      const label = index.labels[node]!
      const length = octets[offset]!
      let i = 0
      while (i <= length && index.octets[label + i] === octets[offset + i]) i++
      if (i > length) return node
    }
  }
}

function insert(index: ApexIndex, node: number, parent: number, labelHash: number, label: number): void {
  index.parents[node] = parent
  index.labels[node] = label
  const hash = hashChild(0, parent, labelHash)
  let slot = hash & index.mask
  while (index.slots[slot * 2 + 1] !== 0) slot = (slot + 1) & index.mask
  index.slots[slot * 2] = hash
  index.slots[slot * 2 + 1] = node
}

/** Offsets of the labels of the name at `start`, from the root's child down. */
function labelsFromRoot(octets: Uint8Array, start: number): number[] {
  const labels: number[] = []
  for (let at = start; octets[at] !== 0; at += octets[at]! + 1) labels.unshift(at)
  return labels
}
