/*
 * Private keys at rest. One data key seals all private keys of a store; the data key itself is kept sealed in one or
 * more slots, each under a key of its own kind, so that a slot can be added or replaced without touching a private key.
 */

/** The data key, sealed under the key of the key file. */
export interface KeyFileSlot {
  readonly kind: 'key-file'
  readonly sealed: Uint8Array
}

/** The ways to the data key; any one will do. */
export type SealingSlot = KeyFileSlot

/** What a store says about its sealing; nothing in it is secret. */
export interface SealingHeader {
  readonly version: 1
  readonly slots: readonly SealingSlot[]
}

/** An open data key: seals private keys and opens them. */
export interface Sealing {
  /** Seals a private key for this zone and key id. The caller wipes `secret`. */
  seal(secret: Uint8Array, zone: string, keyId: string): Uint8Array
  /** What was sealed for this zone and key id; the caller wipes it. Undefined: it was tampered with, or is another's. */
  open(sealed: Uint8Array, zone: string, keyId: string): Buffer | undefined
}
