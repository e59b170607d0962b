import type { KeyObject } from 'node:crypto'
import { keyTagOf } from '../dns/key-tag.ts'
import { algorithmOf } from './algorithms.ts'
import { dnskeyRdata, revokedKeyTagOf } from './dnskey.ts'
import type { KeyRole } from './key-role.ts'
import type { KeyMaterial } from './key-set.ts'
import { openSigningKey } from './open-signing-key.ts'
import { isSignatureValid } from './second-opinion.ts'
import type { SigningKey } from './signing-key.ts'

/** Makes a private key for an algorithm. */
export type Generate = (algorithm: number) => Promise<KeyObject>

/** `Generate` from the randomness of the system. */
export const generateKey: Generate = (algorithm) => algorithmOf(algorithm).generate()

/** Keys drawn until one has a tag of its own: among ten keys, fewer than one draw in a thousand fails. */
const MAX_DRAWS = 64

/**
 * Makes a key whose tags, as it is and revoked, none of `dnskeys` has in either form: whoever sees a tag shall know the
 * key (RFC 4034 appendix B allows otherwise, and validators try few keys). Its first signature holds against the
 * DNSKEY to be published. Throws where it does not; such a key must not be used.
 */
export async function makeKey(
  role: KeyRole,
  algorithm: number,
  dnskeys: readonly Uint8Array[],
  generate: Generate = generateKey,
): Promise<KeyMaterial> {
  const taken = new Set(dnskeys.flatMap(tagsOf))
  for (let draws = 0; draws < MAX_DRAWS; draws++) {
    const privateKey = await generate(algorithm)
    const dnskey = dnskeyRdata(role, algorithm, privateKey)
    if (tagsOf(dnskey).some((tag) => taken.has(tag))) continue
    const material: KeyMaterial = { algorithm, keyTag: keyTagOf(dnskey), dnskey, privateKey }
    checkKey(material, openSigningKey(material))
    return material
  }
  throw new Error(`no key of algorithm ${algorithm} has a key tag of its own after ${MAX_DRAWS} draws`)
}

/** Has the key sign its own DNSKEY, and another implementation check that; throws where it does not hold. */
export function checkKey({ algorithm, keyTag, dnskey }: KeyMaterial, key: SigningKey): void {
  const signature = new Uint8Array(key.signatureOctets)
  key.sign(dnskey, dnskey.length, signature, 0)
  if (isSignatureValid(dnskey, dnskey, signature)) return
  throw new Error(`the new key ${keyTag} of algorithm ${algorithm} makes signatures that do not hold; it is not used`)
}

function tagsOf(dnskey: Uint8Array): [number, number] {
  return [keyTagOf(dnskey), revokedKeyTagOf(dnskey)]
}
