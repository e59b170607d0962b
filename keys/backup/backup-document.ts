/*
 * What a backup of keys holds, before it is encrypted: JSON that people can read and other programs can take keys from.
 * docs/keys-in-and-out.md describes it.
 */
import type { KeyObject } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import { nameFromText } from '../../dns/name.ts'
import { bundleToDocument } from '../bundle/bundle-text.ts'
import { recordText } from '../dnskey.ts'
import type { KeyHistory } from '../key-history.ts'
import type { StoredBundles, StoredKey, StoredKeySet } from '../key-store.ts'

export const BACKUP_FORMAT = 'veil key backup'
export const BACKUP_VERSION = 1

/** What goes into a backup. */
export interface BackupParts {
  /** Unix seconds. */
  readonly made: number
  readonly zones: readonly BackupZone[]
  /** The server's secret: where decoys and the phases of signatures come from. Undefined: it stays where it is. */
  readonly secret: Uint8Array | undefined
}

/** All that a store has of one zone's keys. */
export interface BackupZone {
  readonly set: StoredKeySet
  readonly history: KeyHistory
  readonly bundles: StoredBundles
  /** Undefined: the private key is not here. */
  readonly privateKeyOf: (key: StoredKey) => KeyObject | undefined
}

/** The document: octets, which the caller wipes. */
export function writeBackup({ made, zones, secret }: BackupParts): Buffer {
  const document = {
    ...{ format: BACKUP_FORMAT, version: BACKUP_VERSION, made: new Date(made * 1000).toISOString() },
    ...(secret && { secret: Buffer.from(secret).toString('base64') }),
    zones: zones.map(zoneToDocument),
  }
  return Buffer.from(`${JSON.stringify(document, undefined, 2)}\n`)
}

function zoneToDocument({ set, history, bundles, privateKeyOf }: BackupZone) {
  const { keys, reserve, ...rest } = set
  const apex = nameFromText(set.zone)
  const keyToDocument = ({ dnskey, sealed: _, ...key }: StoredKey) => ({
    ...key,
    dnskey: recordText(apex, Type.DNSKEY, dnskey),
    privateKey: privateKeyOf({ ...key, dnskey, sealed: _ })?.export({ format: 'pem', type: 'pkcs8' }),
  })
  return {
    ...rest,
    keys: keys.map(keyToDocument),
    ...(reserve && { reserve: reserve.map(keyToDocument) }),
    history: history.entries,
    ...(history.head !== undefined && { head: history.head }),
    ...(bundles.requests.length + bundles.bundles.length > 0 && {
      bundles: { requests: bundles.requests, bundles: bundles.bundles.map((bundle) => bundleToDocument(bundle)) },
    }),
  }
}
