import { type KeyObject, sign } from 'node:crypto'
import type { KeyMaterial } from './key-set.ts'
import type { SigningKey } from './signing-key.ts'

/** Makes a private key ready to sign answers. */
export function openSigningKey({ algorithm, keyTag, privateKey }: KeyMaterial): SigningKey {
  const { digest, signatureOctets } = schemeOf(algorithm, privateKey)
  const key =
    digest !== undefined && algorithm >= 13 ? { key: privateKey, dsaEncoding: 'ieee-p1363' as const } : privateKey
  return {
    algorithm,
    keyTag,
    signatureOctets,
    sign: (data, length, into, at) => into.set(sign(digest, data.subarray(0, length), key), at),
  }
}

function schemeOf(algorithm: number, key: KeyObject): { digest: string | undefined; signatureOctets: number } {
  switch (algorithm) {
    case 13:
      return { digest: 'sha256', signatureOctets: 64 }
    case 14:
      return { digest: 'sha384', signatureOctets: 96 }
    case 15:
      return { digest: undefined, signatureOctets: 64 }
    default:
      return {
        digest: algorithm === 10 ? 'sha512' : 'sha256',
        signatureOctets: key.asymmetricKeyDetails!.modulusLength! / 8,
      }
  }
}
