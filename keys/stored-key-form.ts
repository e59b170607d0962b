/*
 * Keys as data from elsewhere: what a stored key is made of, checked before it is believed. Nothing here opens one.
 */
import { z } from 'zod'
import { keyTagOf } from '../dns/key-tag.ts'
import { ALGORITHMS } from './algorithms.ts'
import { DNSKEY_HEAD_OCTETS, DnskeyFlag } from './dnskey.ts'
import { isKeySigning } from './key-role.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RolloverKey } from './rollover/key-state.ts'

/** Unix seconds, and seconds: of the year 2106 at most, as in RRSIG (RFC 4034 §3.1.5). */
export const seconds = z.int().min(0).max(0xffff_ffff)

const sighting = z.strictObject({ at: seconds, ttl: seconds, by: z.enum(['check', 'operator']) })
const state = z.enum(['hidden', 'rumoured', 'omnipresent', 'unretentive'])
const status = z.strictObject({
  ...{ state, since: seconds, served: seconds.optional(), ttl: seconds },
  seen: sighting.optional(),
})
/** A key's, within its zone. */
export const id = z.string().regex(/^[0-9a-f]{1,64}$/)

/** A `RolloverKey`, field by field; `problemOfKey` says whether the fields fit each other. */
export const rolloverKeyForm = z.strictObject({
  ...{ id, role: z.enum(['ksk', 'zsk', 'csk']), algorithm: z.int(), keyTag: z.int().min(0).max(0xffff) },
  ...{ created: seconds, duty: z.enum(['active', 'standby', 'retired']), dutySince: seconds },
  ...{ replaces: id.optional(), isCompromised: z.boolean().optional(), isForeign: z.boolean().optional() },
  records: z.strictObject({
    ...{ dnskey: status.optional(), krrsig: status.optional() },
    ...{ zrrsig: status.optional(), ds: status.optional() },
  }),
})

/** Why the fields of a key do not fit each other; undefined: they do. */
export function problemOfKey(
  { role, algorithm, keyTag, records }: RolloverKey,
  dnskey: Uint8Array,
): string | undefined {
  const known = ALGORITHMS.get(algorithm)
  if (known === undefined || dnskey[3] !== algorithm)
    return 'its algorithm is not one of those that zones are signed with'
  if (known.publicKey.fromOctets(dnskey.subarray(DNSKEY_HEAD_OCTETS)) === undefined)
    return 'its DNSKEY holds no public key'
  const flags = DnskeyFlag.ZoneKey | (isKeySigning(role) ? DnskeyFlag.SecureEntryPoint : 0)
  if (((dnskey[0]! << 8) | dnskey[1]!) !== flags || dnskey[2] !== 3) return `its DNSKEY is not that of a ${role}`
  if (keyTagOf(dnskey) !== keyTag) return 'its key tag is not that of its DNSKEY'
  const expected = RECORDS_OF_ROLE[role]
  const names = Object.entries(records).flatMap(([name, value]) => (value === undefined ? [] : [name as KeyRecord]))
  const isWhole = names.length === expected.length && names.every((name) => expected.includes(name))
  return isWhole ? undefined : `its records are not those of a ${role}`
}
