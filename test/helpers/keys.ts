import { keyTagOf } from '../../dns/key-tag.ts'
import { nameFromText } from '../../dns/name.ts'
import { dnskeyRdata } from '../../keys/dnskey.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import { generateKey } from '../../keys/make-key.ts'
import { DEFAULT_DNSSEC } from '../../server/configuration/dnssec.ts'
import { DEFAULT_KEYS } from '../../server/configuration/keys.ts'
import type { SigningConfiguration, ZoneConfiguration } from '../../server/configuration/types.ts'

/** The numbers of all algorithms that zones are signed with. */
export const ALL_ALGORITHMS = [8, 10, 13, 14, 15] as const

/** A key of its own, that nobody else has. */
export async function drawKey(algorithm: number, role: KeyRole = 'zsk'): Promise<KeyMaterial> {
  const privateKey = await generateKey(algorithm)
  const dnskey = dnskeyRdata(role, algorithm, privateKey)
  return { algorithm, dnskey, keyTag: keyTagOf(dnskey), privateKey }
}

/** A zone that is signed here, by default with algorithm 13 as the configuration has it; but without standby keys. */
export function signedZone(name: string, signing: Partial<SigningConfiguration> = {}): ZoneConfiguration {
  return {
    ...{ name, apex: nameFromText(name), file: '/nowhere', overlays: {}, hide: {}, views: undefined },
    dnssec: { ...DEFAULT_DNSSEC, keys: { ...DEFAULT_KEYS, standbyZsk: false }, ...signing },
  }
}
