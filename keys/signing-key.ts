/** A private key, ready to sign. How it signs is behind `sign`, so that the answering road stands on no library. */
export interface SigningKey {
  /** DNSSEC algorithm number. */
  readonly algorithm: number
  readonly keyTag: number
  /** Octets of every signature. */
  readonly signatureOctets: number
  /**
   * Signs the first `length` octets of `data` and writes the signature, in the form that RRSIG has it (RFC 6605 §4,
   * RFC 8080 §4, RFC 3110 §3), to `into` from `at` on.
   */
  sign(data: Uint8Array, length: number, into: Uint8Array, at: number): void
}
