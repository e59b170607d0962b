/** The little of sodium-native that keys stand on; it brings no types. Buffers may be any views. */
declare module 'sodium-native' {
  interface Sodium {
    /** Memory between guard pages, locked where the system allows it, wiped when it is collected. */
    sodium_malloc(octets: number): Buffer
    sodium_free(secure: Buffer): void
    sodium_memzero(octets: Uint8Array): void
    randombytes_buf(into: Uint8Array): void
    crypto_kdf_derive_from_key(into: Uint8Array, number: number, context: Uint8Array, key: Uint8Array): void
    readonly crypto_pwhash_ALG_ARGON2ID13: number
    /** Works in a thread of the pool; all buffers must stay as they are until `done`. */
    crypto_pwhash_async(
      into: Uint8Array,
      passphrase: Uint8Array,
      salt: Uint8Array,
      operations: number,
      memoryOctets: number,
      algorithm: number,
      done: (error: Error | null) => void,
    ): void
    crypto_generichash(into: Uint8Array, message: Uint8Array, key: Uint8Array): void
    crypto_box_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
    /** Anonymous: whoever has the public key can seal. `sealed` is 48 octets longer. */
    crypto_box_seal(sealed: Uint8Array, message: Uint8Array, publicKey: Uint8Array): void
    /** False where it was sealed for another, or changed. */
    crypto_box_seal_open(message: Uint8Array, sealed: Uint8Array, publicKey: Uint8Array, secretKey: Uint8Array): boolean
    crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
    crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
    crypto_aead_xchacha20poly1305_ietf_encrypt(
      sealed: Uint8Array,
      message: Uint8Array,
      associated: Uint8Array,
      unused: null,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
    /** Throws where the tag does not fit. */
    crypto_aead_xchacha20poly1305_ietf_decrypt(
      message: Uint8Array,
      unused: null,
      sealed: Uint8Array,
      associated: Uint8Array,
      nonce: Uint8Array,
      key: Uint8Array,
    ): number
  }
  const sodium: Sodium
  export default sodium
}
