import { createHash } from 'node:crypto'
import type { Nsec3Hash } from './deny.ts'

/** SHA-1 without salt or further iterations (RFC 9276 §3.1). Allocates: answers take it where their caller provides it. */
export const nsec3Hash: Nsec3Hash = (octets, start, length, into, at) => {
  into.set(
    createHash('sha1')
      .update(octets.subarray(start, start + length))
      .digest(),
    at,
  )
}
