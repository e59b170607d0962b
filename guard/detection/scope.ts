/**
 * A zone as one view has it: what detectors keep apart, and what they may know of it. It holds nothing that other views
 * have, so that nothing which follows from detection depends on them.
 */
export interface Scope {
  /** A small number that no other view of a zone has, and that stays over reloads. */
  readonly id: number
  /** What the names of the zone are: hosts', or addresses under in-addr.arpa or ip6.arpa. */
  readonly kind: 'forward' | 'reverse-ipv4' | 'reverse-ipv6'
  /** Canonical text, and the view's name. */
  readonly zone: string
  readonly view: string
  /** Labels of the name on the wire below the longest of its ancestors that this view has; 1 for what one might guess. */
  readonly labelsBelowEncloser: (name: Uint8Array, nameLength: number) => number
  /** Whether the label of `length` octets at `start` is one typing mistake away from one that this view has. */
  readonly isNearPublished: (octets: Uint8Array, start: number, length: number) => boolean
}
