/*
 * Keys in LMDB, as JSON: ['sealing'] is the header, ['keys', ZONE] the whole set of a zone. Octets are in base64.
 */
import type { RootDatabase } from 'lmdb'
import type { KeyStore, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import type { SealingHeader } from '../../keys/sealing.ts'

/** Record with its octets as text. */
type AsText<Whole> = { readonly [Name in keyof Whole]: Whole[Name] extends Uint8Array ? string : Whole[Name] }

interface HeaderRecord {
  readonly version: SealingHeader['version']
  readonly slots: readonly AsText<SealingHeader['slots'][number]>[]
}

interface KeySetRecord {
  readonly epoch: number
  readonly keys: readonly AsText<StoredKey>[]
}

/** The keys in a database that this process alone writes to. */
export function keyRecords(database: RootDatabase<unknown>): KeyStore {
  const putAll = async (entries: readonly (readonly [string[], HeaderRecord | KeySetRecord])[]): Promise<void> => {
    if (entries.length === 0) return
    await database.transaction(() => {
      for (const [key, value] of entries) database.put(key, value)
    })
    // A commit is visible before it is durable.
    await database.flushed
  }
  return {
    ...readKeyRecords(database),
    putHeader: ({ version, slots }) =>
      putAll([[['sealing'], { version, slots: slots.map((slot) => ({ ...slot, sealed: toText(slot.sealed) })) }]]),
    put: (sets) => putAll(sets.map(({ zone, epoch, keys }) => [['keys', zone], { epoch, keys: keys.map(keyToText) }])),
    settle: async () => {
      // Whatever is written: with it everything before it reaches the disk.
      await database.put(['settled'], Date.now())
      await database.flushed
    },
  }
}

/** What can be read of a database that another process may be writing to. */
export function readKeyRecords(database: RootDatabase<unknown>): Pick<KeyStore, 'header' | 'get' | 'zones'> {
  return {
    header: () => {
      const record = database.get(['sealing']) as HeaderRecord | undefined
      return record && { ...record, slots: record.slots.map((slot) => ({ ...slot, sealed: fromText(slot.sealed) })) }
    },
    get: (zone) => {
      const record = database.get(['keys', zone]) as KeySetRecord | undefined
      return record && toKeySet(zone, record)
    },
    zones: () => [...database.getKeys({ start: ['keys'], end: ['keys', LAST] })].map((key) => (key as string[])[1]!),
  }
}

/** Behind every name in presentation format, which is ASCII. */
const LAST = '\u{ffff}'

function toKeySet(zone: string, { epoch, keys }: KeySetRecord): StoredKeySet {
  return {
    zone,
    epoch,
    keys: keys.map((key) => ({ ...key, dnskey: fromText(key.dnskey), sealed: fromText(key.sealed) })),
  }
}

function keyToText(key: StoredKey): AsText<StoredKey> {
  return { ...key, dnskey: toText(key.dnskey), sealed: toText(key.sealed) }
}

function toText(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64')
}

function fromText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}
