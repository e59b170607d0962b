/*
 * Private keys as they are kept: PKCS #8, sealed for one zone and one key. In the open they are octets for a moment only.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { dnskeyRdata } from './dnskey.ts'
import type { StoredKey } from './key-store.ts'
import type { Sealing } from './sealing.ts'
import { wipe } from './secret-octets.ts'

/** The private key, sealed for the key `id` of the zone, canonical text. */
export function sealPrivateKey(sealing: Sealing, zone: string, id: string, privateKey: KeyObject): Uint8Array {
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' })
  try {
    return sealing.seal(secret, zone, id)
  } finally {
    wipe(secret)
  }
}

/** The private key; undefined: it is not here, does not open, or is not the one of the DNSKEY. */
export function openPrivateKey(
  sealing: Sealing,
  zone: string,
  { id, role, algorithm, dnskey, sealed }: Pick<StoredKey, 'id' | 'role' | 'algorithm' | 'dnskey' | 'sealed'>,
): KeyObject | undefined {
  const secret = sealed && sealing.open(sealed, zone, id)
  if (secret === undefined) return undefined
  try {
    const privateKey = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
    return Buffer.compare(dnskeyRdata(role, algorithm, privateKey), dnskey) === 0 ? privateKey : undefined
  } catch {
    // Another kind of key than the algorithm has.
    return undefined
  } finally {
    wipe(secret)
  }
}
