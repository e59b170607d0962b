import { Type } from '../../dns/constants.ts'
import { compareNames, nameFromText } from '../../dns/name.ts'
import { algorithmOf } from '../../keys/algorithms.ts'
import { DsDigest, dsRdata, recordText } from '../../keys/dnskey.ts'
import { isKeySigning, type KeyRole } from '../../keys/key-role.ts'
import type { KeyStore, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import type { RolloverKey } from '../../keys/rollover/key-state.ts'

/** What may be shown of a key, ready for `dnsctl key list` and `dnsctl key ds`. */
export interface KeyListing extends Pick<RolloverKey, 'duty' | 'dutySince' | 'records' | 'replaces'> {
  /** Canonical text. */
  readonly zone: string
  /** Identifies the key within the zone. */
  readonly id: string
  readonly role: KeyRole
  readonly algorithm: number
  /** Of the IANA registry, such as ECDSAP256SHA256. */
  readonly mnemonic: string
  readonly keyTag: number
  /** Unix seconds. */
  readonly created: number
  /** Whether the private key is here; else it is offline, or another signer's. */
  readonly isPrivate: boolean
  /** Unix seconds: when its private key was last written to a backup. */
  readonly backedUp?: number
  /** The DNSKEY record in presentation format, without TTL. */
  readonly dnskey: string
  /** The DS records that a parent may publish for it, digest types 2 and 4; none for a ZSK. */
  readonly ds: readonly DsListing[]
}

/** A DS record, whole and in the parts that registrars ask for. */
export interface DsListing {
  readonly digestType: number
  /** Hexadecimal digits. */
  readonly digest: string
  /** The record in presentation format, without TTL. */
  readonly text: string
}

/** All keys of the store; zones in canonical order, of each the KSKs first, then by algorithm. */
export function listKeys(store: Pick<KeyStore, 'get' | 'zones'>): KeyListing[] {
  return store
    .zones()
    .map((zone) => ({ zone, apex: nameFromText(zone) }))
    .sort((a, b) => compareNames(a.apex, b.apex))
    .flatMap(({ zone }) => {
      const set = store.get(zone)
      return set === undefined ? [] : listKeySet(set)
    })
}

/** The keys of one zone, the KSKs first, then by algorithm. */
export function listKeySet({ zone, keys }: StoredKeySet): KeyListing[] {
  const apex = nameFromText(zone)
  return [...keys].sort(byRoleAndAlgorithm).map((key) => ({
    ...{ zone, id: key.id, role: key.role, algorithm: key.algorithm, mnemonic: algorithmOf(key.algorithm).mnemonic },
    ...{ keyTag: key.keyTag, created: key.created, duty: key.duty, dutySince: key.dutySince, records: key.records },
    ...(key.replaces !== undefined && { replaces: key.replaces }),
    isPrivate: key.sealed !== undefined,
    ...(key.backedUp !== undefined && { backedUp: key.backedUp }),
    dnskey: recordText(apex, Type.DNSKEY, key.dnskey),
    ds: isKeySigning(key.role) ? [DsDigest.Sha256, DsDigest.Sha384].map((digest) => listDs(apex, key, digest)) : [],
  }))
}

function listDs(apex: Uint8Array, { dnskey }: StoredKey, digestType: DsDigest): DsListing {
  const rdata = dsRdata(apex, dnskey, digestType)
  const digest = Buffer.from(rdata.subarray(4)).toString('hex').toUpperCase()
  return { digestType, digest, text: recordText(apex, Type.DS, rdata) }
}

function byRoleAndAlgorithm(a: StoredKey, b: StoredKey): number {
  return ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.algorithm - b.algorithm || a.created - b.created
}

/** In the order in which they are listed. */
const ROLES: readonly KeyRole[] = ['ksk', 'csk', 'zsk']
