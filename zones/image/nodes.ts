/*
 * What an image says of a node: see `Node` in layout.ts.
 */
import type { Image } from './image.ts'
import { Node } from './layout.ts'

/** The node right above `node`; the apex is its own. */
export function parentOf(image: Image, node: number): number {
  return image.words[image.nodes + node * Node.Words + Node.Parent]!
}

/** Octet offset of the leftmost label of `node`. */
export function labelOf(image: Image, node: number): number {
  return image.words[image.nodes + node * Node.Words + Node.Label]!
}

/** Labels of the name of `node`, the root's aside. */
export function labelCountOf(image: Image, node: number): number {
  return image.words[image.nodes + node * Node.Words + Node.Labels]!
}

/** Whether `node` has one of these flags: see `NodeFlag`. */
export function hasFlag(image: Image, node: number, flags: number): boolean {
  return (image.words[image.nodes + node * Node.Words + Node.Flags]! & flags) !== 0
}
