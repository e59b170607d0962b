/*
 * Names as keys: strings whose plain order is the canonical order of names (RFC 4034 §6.1), and of which a name's
 * begins with its ancestors'. From the root down, each label's octets moved up by two, then U+0001.
 */
import { Type } from '../../../dns/constants.ts'

export type Key = string

const END = '\u0001'

/** The key of an uncompressed wire name, lower-cased. */
export function keyOf(wire: Uint8Array, start = 0): Key {
  const labels: string[] = []
  for (let at = start; wire[at] !== 0; at += wire[at]! + 1) {
    labels.unshift(labelKey([...wire.subarray(at + 1, at + 1 + wire[at]!)]))
  }
  return labels.join('')
}

/** What one label adds to the key of its parent. */
export function labelKey(octets: readonly number[]): string {
  return String.fromCharCode(...octets.map((octet) => (octet >= 65 && octet <= 90 ? octet + 34 : octet + 2))) + END
}

/** Octets of a label, leftmost label first. */
export function labelsOf(key: Key): number[][] {
  return key
    .split(END)
    .slice(0, -1)
    .map((label) => [...label].map((character) => character.charCodeAt(0) - 2))
    .reverse()
}

export function wireOf(key: Key): Uint8Array {
  return Uint8Array.from([...labelsOf(key).flatMap((label) => [label.length, ...label]), 0])
}

/** Presentation format with every octet but letters and digits escaped. */
export function textOf(key: Key): string {
  const labels = labelsOf(key).map((label) => label.map(octetText).join(''))
  return `${labels.join('.')}.`
}

function octetText(octet: number): string {
  const character = String.fromCharCode(octet)
  return /[a-z0-9]/.test(character) ? character : `\\${String(octet).padStart(3, '0')}`
}

export function parentKey(key: Key): Key {
  return key.slice(0, key.lastIndexOf(END, key.length - 2) + 1)
}

export function wildcardKey(key: Key): Key {
  return key + labelKey([0x2a])
}

export function isBelow(key: Key, ancestor: Key): boolean {
  return key.length > ancestor.length && key.startsWith(ancestor)
}

/** The longest name at or above both. */
export function commonAncestor(a: Key, b: Key): Key {
  let ancestor = a
  while (!b.startsWith(ancestor)) ancestor = parentKey(ancestor)
  return ancestor
}

/** A zone: its names, empty non-terminals included, with their types. */
export interface World {
  readonly apex: Key
  readonly names: ReadonlyMap<Key, ReadonlySet<number>>
}

export function makeWorld(apex: Key, records: Iterable<readonly [Key, number]>): World {
  const names = new Map<Key, Set<number>>()
  for (const [owner, type] of records) {
    for (let key = owner; key.length >= apex.length; key = parentKey(key))
      if (!names.has(key)) names.set(key, new Set())
    names.get(owner)!.add(type)
  }
  return { apex, names }
}

/** What the zone answers for a name. */
export type Seen =
  /** The name is there; its types. */
  | { readonly kind: 'own'; readonly types: ReadonlySet<number> }
  | { readonly kind: 'wildcard'; readonly types: ReadonlySet<number>; readonly encloser: Key }
  | { readonly kind: 'absent'; readonly encloser: Key }
  /** At or below a zone cut. */
  | { readonly kind: 'cut'; readonly cut: Key }
  /** Below a DNAME. */
  | { readonly kind: 'dname' }

/** RFC 1034 §4.3.2, RFC 4592 §3.3.1, RFC 6672 §3.2. */
export function see({ apex, names }: World, key: Key): Seen {
  let encloser = apex
  for (const at of ancestors(key, apex)) {
    const types = names.get(at)
    if (types === undefined) break
    encloser = at
    if (at !== apex && types.has(Type.NS)) return { kind: 'cut', cut: at }
    if (at !== key && types.has(Type.DNAME)) return { kind: 'dname' }
  }
  if (encloser === key) return { kind: 'own', types: names.get(key)! }
  const wildcard = names.get(wildcardKey(encloser))
  return wildcard === undefined ? { kind: 'absent', encloser } : { kind: 'wildcard', types: wildcard, encloser }
}

/** From the apex down to the name itself. */
function ancestors(key: Key, apex: Key): Key[] {
  const found: Key[] = []
  for (let at = key; at.length >= apex.length; at = parentKey(at)) found.unshift(at)
  return found
}
