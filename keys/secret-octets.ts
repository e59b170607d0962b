import sodium from 'sodium-native'

/**
 * Zeroed octets for a secret, outside of the heap of JavaScript: its collector moves small arrays about, and what is wiped is
 * the last copy then, not those that it left behind.
 */
export function secretOctets(length: number): Buffer {
  return Buffer.from(new ArrayBuffer(length))
}

/** Overwrites what was secret. */
export function wipe(octets: Uint8Array): void {
  sodium.sodium_memzero(octets)
}
