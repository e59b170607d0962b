import { BASE32_HEX } from '../../dns/encoding.ts'
import { nameLength } from '../../dns/name.ts'
import { NSEC3_HASH_DIGITS, NSEC3_HASH_OCTETS } from '../../dns/nsec3.ts'
import type { PresignedProjection } from '../projection.ts'

/** The hashes of a zone's NSEC3 owners, ascending; that at `i` stands for row `rrsetCount + i` of the projection. */
export interface HashChain {
  readonly count: number
  /** `NSEC3_HASH_OCTETS` octets each; zeros for an owner that spells no hash. */
  readonly hashes: Uint8Array
  /** Indexes of owners that are no hash right below the apex. */
  readonly strangers: readonly number[]
}

/** Reads the hashes that the owners of a presigned zone's NSEC3 records spell. */
export function hashChain(projection: PresignedProjection): HashChain {
  const { octets, owners, rrsetCount, apex, presigned } = projection
  const count = presigned.signatures.length - rrsetCount
  const hashes = new Uint8Array(count * NSEC3_HASH_OCTETS)
  const strangers: number[] = []
  for (let i = 0; i < count; i++) {
    const owner = owners[rrsetCount + i]!
    const hash = hashOf(octets, owner, nameLength(octets, owner) - apex.length)
    if (hash === undefined) strangers.push(i)
    else hashes.set(hash, i * NSEC3_HASH_OCTETS)
  }
  return { count, hashes, strangers }
}

/** The hash at index `index`: a view. */
export function hashAt({ hashes }: HashChain, index: number): Uint8Array {
  return hashes.subarray(index * NSEC3_HASH_OCTETS, (index + 1) * NSEC3_HASH_OCTETS)
}

/** Index of the NSEC3 that matches `hash`, or else covers it: the last one not behind it, before the first the very last. */
export function findHash(chain: HashChain, hash: Uint8Array): number {
  let low = 0
  let high = chain.count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (Buffer.compare(hashAt(chain, middle), hash) <= 0) low = middle + 1
    else high = middle
  }
  return low === 0 ? chain.count - 1 : low - 1
}

/** Whether the NSEC3 at `index` is that of `hash` itself. */
export function matchesHash(chain: HashChain, index: number, hash: Uint8Array): boolean {
  return Buffer.compare(hashAt(chain, index), hash) === 0
}

function hashOf(octets: Uint8Array, owner: number, length: number): Uint8Array | undefined {
  if (octets[owner] !== NSEC3_HASH_DIGITS || length !== NSEC3_HASH_DIGITS + 1) return undefined
  const text = Buffer.from(octets.subarray(owner + 1, owner + length)).toString('latin1')
  return BASE32_HEX.fromText(text)
}
