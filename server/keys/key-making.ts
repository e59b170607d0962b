import { randomBytes } from 'node:crypto'
import type { KeyRole } from '../../keys/key-role.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { type Generate, makeKey } from '../../keys/make-key.ts'
import { sealPrivateKey } from '../../keys/sealed-private-key.ts'
import type { Sealing } from '../../keys/sealing.ts'

/** A key that was made, without its states. */
export type MadeKey = Pick<StoredKey, 'id' | 'keyTag' | 'dnskey' | 'sealed'>

/** Makes a key of this kind for a zone, canonical text, that has these keys already. */
export type MakeKeyFor = (
  zone: string,
  kind: { readonly role: KeyRole; readonly algorithm: number },
  existing: readonly StoredKey[],
) => Promise<MadeKey>

const KEY_ID_OCTETS = 8

/** Makes keys that sign: sealed, but not stored yet. */
export function sealedKeyMaker(sealing: Sealing, generate: Generate): MakeKeyFor {
  return async (zone, { role, algorithm }, existing) => {
    const dnskeys = existing.map(({ dnskey }) => dnskey)
    const { dnskey, keyTag, privateKey } = await makeKey(role, algorithm, dnskeys, generate)
    const id = randomBytes(KEY_ID_OCTETS).toString('hex')
    return { id, keyTag, dnskey, sealed: sealPrivateKey(sealing, zone, id, privateKey) }
  }
}

/** Makes ZSKs of these algorithms beforehand, for a zone whose key set is signed elsewhere; not stored yet. */
export async function makeReserve(
  make: MakeKeyFor,
  { zone, keys, reserve = [] }: StoredKeySet,
  algorithms: readonly number[],
  nowSeconds: number,
): Promise<StoredKey[]> {
  const made: StoredKey[] = []
  for (const algorithm of algorithms) {
    const key = await make(zone, { role: 'zsk', algorithm }, [...keys, ...reserve, ...made])
    const states = { duty: 'active', dutySince: nowSeconds, records: {} } as const
    made.push({ ...key, role: 'zsk', algorithm, created: nowSeconds, ...states })
  }
  return made
}

/**
 * Makes nothing but names for keys, where it is only to be shown what would become of a zone's keys. Tags are -1, -2 and so
 * on, as in a simulation. Their private keys would be here.
 */
export const imagineKey: MakeKeyFor = async (_zone, _kind, existing) => ({
  ...{
    id: `new-${existing.length}`,
    keyTag: -1 - existing.filter(({ keyTag }) => keyTag < 0).length,
    dnskey: new Uint8Array(0),
    sealed: new Uint8Array(0),
  },
})
