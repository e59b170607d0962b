import { compareLabels } from '../../dns/name.ts'
import type { Image } from '../image/image.ts'
import { Header } from '../image/layout.ts'
import { labelOf, parentOf } from '../image/nodes.ts'

/**
 * The first node below `parent`, in canonical order, whose branch from `parent` has the label at `start` of `octets` or a
 * later one; where there is none, the first node behind everything below `parent`, or the count of nodes.
 */
export function firstNotBefore(image: Image, parent: number, octets: Uint8Array, start: number): number {
  let low = parent + 1
  let high = image.words[Header.NodeCount]!
  while (low < high) {
    const middle = (low + high) >>> 1
    const branch = branchOf(image, parent, middle)
    if (branch < 0 || compareLabels(image.octets, labelOf(image, branch), octets, start) >= 0) high = middle
    else low = middle + 1
  }
  return low
}

/** The child of `parent` at or above `node`; -1 where `node` is not below `parent`. Nodes follow their parents. */
export function branchOf(image: Image, parent: number, node: number): number {
  let branch = node
  while (branch > parent) {
    const above = parentOf(image, branch)
    if (above === parent) return branch
    branch = above
  }
  return -1
}

/** The last child of `parent` whose label comes before the label at `start` of `octets`; -1 where there is none. */
export function childBefore(image: Image, parent: number, octets: Uint8Array, start: number): number {
  return branchOf(image, parent, firstNotBefore(image, parent, octets, start) - 1)
}

/** The child of `parent` with the label at `start` of `octets`; -1 where there is none. */
export function childAt(image: Image, parent: number, octets: Uint8Array, start: number): number {
  const node = firstNotBefore(image, parent, octets, start)
  if (node === image.words[Header.NodeCount] || branchOf(image, parent, node) !== node) return -1
  return compareLabels(image.octets, labelOf(image, node), octets, start) === 0 ? node : -1
}
