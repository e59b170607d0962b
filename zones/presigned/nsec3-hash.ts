import { createHash } from 'node:crypto'
import type { Nsec3Parameters } from './nsec3-rdata.ts'

/** The hash of a lower-cased wire name (RFC 5155 §5): SHA-1 of name and salt, then of each digest and the salt again. */
export function nsec3Hash(name: Uint8Array, { iterations, salt }: Nsec3Parameters): Uint8Array {
  let digest: Uint8Array = name
  for (let round = 0; round <= iterations; round++) digest = createHash('sha1').update(digest).update(salt).digest()
  return digest
}
