/*
 * A backup as it comes back. Whoever knows a recipient's public key can make one, so everything in it is checked: forms,
 * that private and public keys are pairs, and that the history holds.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { Type } from '../../dns/constants.ts'
import { nameFromText, nameToText } from '../../dns/name.ts'
import { rdataFromText } from '../../dns/rr/rdata.ts'
import { tokensOf } from '../../dns/rr/tokens.ts'
import { readBundle } from '../bundle/bundle-reading.ts'
import { dnskeyRdata, recordText } from '../dnskey.ts'
import { isKeyOf } from '../formats/private-key-material.ts'
import { checkHistory, type HistoryEntry, type KeyHistory } from '../key-history.ts'
import type { StoredBundles, StoredKey, StoredKeySet } from '../key-store.ts'
import type { RolloverKey } from '../rollover/key-state.ts'
import { id, problemOfKey, rolloverKeyForm, seconds } from '../stored-key-form.ts'
import { BACKUP_FORMAT, BACKUP_VERSION } from './backup-document.ts'

/** What a backup holds. */
export interface Backup {
  /** Unix seconds. */
  readonly made: number
  readonly zones: readonly RestoredZone[]
  readonly secret: Uint8Array | undefined
}

/** All that a backup has of one zone's keys. */
export interface RestoredZone {
  readonly set: Omit<StoredKeySet, 'keys' | 'reserve'>
  readonly keys: readonly RestoredKey[]
  readonly reserve: readonly RestoredKey[]
  readonly history: KeyHistory
  readonly bundles: StoredBundles
}

export interface RestoredKey extends Omit<StoredKey, 'sealed'> {
  /** Undefined: the backup does not have it. */
  readonly privateKey: KeyObject | undefined
}

/** Why a backup cannot be taken; quotes nothing of a private key. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}

/** Reads a decrypted backup; throws a `BackupError`. */
export function readBackup(octets: Uint8Array): Backup {
  const parsed = documentForm.safeParse(parseJson(octets))
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new BackupError(`it has something else than expected at ${path.join('.') || 'its start'}: ${message}`)
  }
  const { made, secret, zones } = parsed.data
  const names = zones.map(({ zone }) => zone)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new BackupError(`it holds ${twice} twice`)
  return {
    made: Math.floor(Date.parse(made) / 1000),
    secret: secret === undefined ? undefined : new Uint8Array(Buffer.from(secret, 'base64')),
    zones: zones.map(toZone),
  }
}

const text = z.string().max(10_000)
const keyForm = rolloverKeyForm.extend({
  ...{ dnskey: text, privateKey: text.optional(), backedUp: seconds.optional() },
})
const transition = z.strictObject({ key: text, record: text, from: text, to: text })
const entryForm = z.strictObject({
  ...{ sequence: z.int().min(1), at: seconds, epoch: z.int().min(0), by: text, what: text },
  ...{ transitions: z.array(transition), changes: z.array(z.record(z.string(), z.unknown())) },
  ...{ previous: text, hash: text },
})
/** All that a store has of a zone: what is missing here, no backup could be read with. */
const zoneForm = z.strictObject({
  ...{ zone: text, epoch: z.int().min(0), goal: z.enum(['secure', 'insecure']), isPaused: z.boolean() },
  failure: z.strictObject({ at: seconds, what: text }).optional(),
  largestTtl: z.strictObject({ ttl: seconds, until: seconds.optional(), served: seconds.optional() }).optional(),
  parentTtl: z.strictObject({ ttl: seconds, at: seconds }).optional(),
  parentSigned: z.record(id, z.strictObject({ present: seconds.optional(), absent: seconds.optional() })).optional(),
  standbys: z.array(z.enum(['ksk', 'zsk'])).optional(),
  keys: z.array(keyForm).min(1),
  reserve: z.array(keyForm).optional(),
  history: z.array(entryForm),
  head: text.optional(),
  bundles: z.strictObject({ requests: z.array(text), bundles: z.array(z.unknown()) }).optional(),
} satisfies Record<keyof StoredKeySet | 'history' | 'head' | 'bundles', z.ZodType>)
const documentForm = z.strictObject({
  ...{ format: z.literal(BACKUP_FORMAT), version: z.literal(BACKUP_VERSION), made: z.iso.datetime() },
  secret: z.base64().length(44).optional(),
  zones: z.array(zoneForm).min(1),
})

type ZoneDocument = z.infer<typeof zoneForm>

function parseJson(octets: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('utf8'))
  } catch {
    // What JSON.parse says quotes the text.
    throw new BackupError('it is no backup of keys: it holds no JSON')
  }
}

function toZone({ keys, reserve = [], history, head, bundles, ...rest }: ZoneDocument): RestoredZone {
  const apex = readApex(rest.zone)
  const read = [...keys, ...reserve].map((key) => toKey(rest.zone, apex, key))
  for (const field of ['id', 'keyTag'] as const) {
    const values = read.map((key) => key[field])
    const twice = values.find((value, index) => values.indexOf(value) !== index)
    if (twice !== undefined) throw new BackupError(`two keys of ${rest.zone} have the ${field} ${twice}`)
  }
  const chain: KeyHistory = { entries: history as readonly unknown[] as HistoryEntry[], head }
  const fault = checkHistory(rest.zone, chain)
  if (fault !== undefined) throw new BackupError(fault)
  return {
    set: withoutUndefined(rest) as RestoredZone['set'],
    ...{ keys: read.slice(0, keys.length), reserve: read.slice(keys.length), history: chain },
    bundles: toBundles(rest.zone, bundles),
  }
}

function readApex(zone: string): Uint8Array {
  try {
    const apex = nameFromText(zone)
    if (nameToText(apex).toLowerCase() === zone) return apex
  } catch {
    // Said below.
  }
  throw new BackupError(`"${zone.replaceAll(/[^!-~]/g, '?').slice(0, 80)}" is no zone as Veil names it`)
}

function toKey(zone: string, apex: Uint8Array, document: ZoneDocument['keys'][number]): RestoredKey {
  const { dnskey: record, privateKey: pem, backedUp, ...fields } = document
  const key = withoutUndefined(fields) as RolloverKey
  const refuse = (why: string): never => {
    throw new BackupError(`key ${key.keyTag} of ${zone} is not whole: ${why}`)
  }
  const dnskey = readDnskey(apex, record) ?? refuse('it has no DNSKEY record of the zone')
  const problem = problemOfKey(key, dnskey)
  if (problem !== undefined) refuse(problem)
  const privateKey = pem === undefined ? undefined : (openPem(pem) ?? refuse('its private key cannot be read'))
  const isPair =
    privateKey === undefined ||
    (isKeyOf(key.algorithm, privateKey) &&
      Buffer.compare(dnskeyRdata(key.role, key.algorithm, privateKey), dnskey) === 0)
  if (!isPair) refuse('its private key is not the one of its DNSKEY')
  return { ...key, dnskey, privateKey, ...(backedUp !== undefined && { backedUp }) }
}

/** Undefined: it is none of this zone. */
function readDnskey(apex: Uint8Array, record: string): Uint8Array | undefined {
  try {
    const lead = recordText(apex, Type.DNSKEY, new Uint8Array([0, 0, 0, 0])).split('DNSKEY')[0]!
    if (!record.startsWith(`${lead}DNSKEY `)) return undefined
    return rdataFromText(Type.DNSKEY, tokensOf(record.slice(lead.length + 'DNSKEY '.length)))
  } catch {
    return undefined
  }
}

function openPem(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

function toBundles(zone: string, document: ZoneDocument['bundles']): StoredBundles {
  const bundles = (document?.bundles ?? []).map((each) => {
    const reading = readBundle(each)
    if (reading.outcome === 'read') return reading.value
    throw new BackupError(`a bundle of ${zone} cannot be read: ${reading.reason}`)
  })
  return { requests: document?.requests ?? [], bundles }
}

/** Zod has optional fields that are missing as undefined, the store has not. */
function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  return JSON.parse(JSON.stringify(fields))
}
