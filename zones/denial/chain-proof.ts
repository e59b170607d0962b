import { MAX_NAME_LENGTH } from '../../dns/constants.ts'
import { createLabelledName, type LabelledName } from '../../dns/labelled-name.ts'
import { NSEC3_HASH_OCTETS } from '../../dns/nsec3.ts'
import type { Image } from '../image/image.ts'
import { labelCountOf, parentOf } from '../image/nodes.ts'
import { Proof } from './denial.ts'

/**
 * A question to the chain of a presigned zone, and its answer. The caller owns and reuses it, fills the first part and has
 * the second filled.
 */
export interface ChainProof {
  proof: Proof
  /** What the proof is about, at or below the image's apex. */
  name: LabelledName
  /** What the proof says of it: see `Proof`. */
  node: number
  /** `node` is a wildcard that answers for the name, or has no answer for it. */
  wildcard: boolean

  /** Rows of the chain that prove it, each once. */
  count: number
  readonly rows: Int32Array
  /** A node at or above the name: where it is cut out of the tree. */
  base: number
  /** Where names are hashed: what is hashed, then the salt; from `DIGEST_AT` on the digest. */
  readonly scratch: Uint8Array

  /** What the message holds already, from other proofs: rows, and whose. Set `sentCount` to 0 for a new message. */
  sentCount: number
  readonly sentRows: Int32Array
  readonly sentImages: (Image | undefined)[]
}

/** Closest encloser, next closer name, wildcard; one more where opt-out spared the wildcard its own. */
const MAX_ROWS = 4
/** Proofs of the last name and of wildcards on the way to it have hardly more; what is beyond may be sent twice. */
const MAX_SENT = 64
const SALT_OCTETS = 255
export const DIGEST_AT: number = MAX_NAME_LENGTH + SALT_OCTETS

/** Room for any proof. */
export function createChainProof(): ChainProof {
  return {
    proof: Proof.Nodata,
    name: createLabelledName(0),
    node: 0,
    wildcard: false,
    count: 0,
    rows: new Int32Array(MAX_ROWS),
    base: 0,
    scratch: new Uint8Array(DIGEST_AT + NSEC3_HASH_OCTETS),
    sentCount: 0,
    sentRows: new Int32Array(MAX_SENT),
    sentImages: new Array(MAX_SENT).fill(undefined),
  }
}

/** Lets go of all images. */
export function forgetImages(chainProof: ChainProof): void {
  chainProof.sentCount = 0
  chainProof.sentImages.fill(undefined)
}

/** Notes that the message holds this row of the chain; false: it did before. */
export function noteSent(chainProof: ChainProof, image: Image, row: number): boolean {
  const { sentRows, sentImages, sentCount } = chainProof
  for (let i = 0; i < sentCount; i++) if (sentRows[i] === row && sentImages[i] === image) return false
  if (sentCount === MAX_SENT) return true
  sentRows[sentCount] = row
  sentImages[sentCount] = image
  chainProof.sentCount++
  return true
}

/** Empties the answer; the closest encloser of a name that a wildcard answers for is above the wildcard. */
export function beginProof(image: Image, chainProof: ChainProof): void {
  chainProof.count = 0
  chainProof.base = chainProof.wildcard ? parentOf(image, chainProof.node) : chainProof.node
}

/** Adds a row, once: where one record proves two things, it is sent once (RFC 4035 §3.1.3.2). */
export function addRow(chainProof: ChainProof, row: number): void {
  for (let i = 0; i < chainProof.count; i++) if (chainProof.rows[i] === row) return
  chainProof.rows[chainProof.count++] = row
}

/** The label of `name` that makes it longer than its closest encloser `node` by one: its next closer name's first. */
export function nextCloserLabel(image: Image, name: LabelledName, node: number): number {
  return name.count - labelCountOf(image, node) - 1
}
