import { createHash } from 'node:crypto'
import { BASE32_HEX } from '../../dns/encoding.ts'
import { canonicalName, nameFromText } from '../../dns/name.ts'

/** How a zone hashes its names (RFC 5155 §4). */
export interface HashParameters {
  readonly iterations: number
  readonly salt: Uint8Array
}

/** As RFC 9276 §3.1 wants it. */
export const PLAIN_HASH: HashParameters = { iterations: 0, salt: new Uint8Array(0) }

/** The label of a name in a chain of NSEC3 records, in small letters (RFC 5155 §5). */
export function hashedLabel(name: Uint8Array, { iterations, salt }: HashParameters): string {
  let digest: Uint8Array = canonicalName(name)
  for (let round = 0; round <= iterations; round++) digest = createHash('sha1').update(digest).update(salt).digest()
  return BASE32_HEX.toText(digest, 0, digest.length).toLowerCase()
}

/** Which of the names have one of these hashes; absolute names, as given. */
export function crackHashes(
  hashes: ReadonlySet<string>,
  names: Iterable<string>,
  parameters: HashParameters,
): string[] {
  return [...names].filter((name) => hashes.has(hashedLabel(nameFromText(name), parameters)))
}
