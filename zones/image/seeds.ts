import { createHmac } from 'node:crypto'

/** What the label index of an image is keyed by. */
export interface ImageSeeds {
  /** Of `hashLabel`: the server's, the same for all images, so that a name is hashed once for all of them. */
  readonly label: number
  /** Of `hashChild`: this projection's own. */
  readonly index: number
}

/** The seed of `hashLabel` for a server with this secret. */
export function labelSeed(secret: Uint8Array): number {
  return derive(secret, 'labels')
}

/** The seeds for an image of the projection with this digest. */
export function imageSeeds(secret: Uint8Array, digest: Uint8Array): ImageSeeds {
  return { label: labelSeed(secret), index: derive(secret, digest) }
}

/** What places the points of a zone's cells, unsigned: the same for all of its views. `zone` is its canonical text. */
export function cellSeed(secret: Uint8Array, zone: string): number {
  return derive(secret, `cells ${zone}`) >>> 0
}

/** What the phases of signatures in a zone hang on, the same for all of its views. `zone` is its canonical text. */
export function phaseSeed(secret: Uint8Array, zone: string): number {
  return derive(secret, `phases ${zone}`)
}

function derive(secret: Uint8Array, purpose: string | Uint8Array): number {
  return createHmac('sha256', secret).update(purpose).digest().readInt32LE(0)
}
