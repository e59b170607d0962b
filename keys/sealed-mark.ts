/** What every sealed zone file begins with: see keys/sealed-file.ts. */
export const SEALED_MARK: Uint8Array = Buffer.from('veil-sealed-zone-file ')

/** Whether a file, or the part of it that is left, was sealed by Veil. */
export function isSealedFile(octets: Uint8Array): boolean {
  const length = Math.min(octets.length, SEALED_MARK.length)
  return length > 0 && Buffer.compare(octets.subarray(0, length), SEALED_MARK.subarray(0, length)) === 0
}
