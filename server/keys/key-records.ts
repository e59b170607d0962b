/*
 * Keys in LMDB, as JSON: ['sealing'] is the header, ['keys', ZONE] the whole set of a zone, ['key-history', ZONE, SEQUENCE]
 * an entry of its history; bundles: bundle-records.ts; ['mark'] how far they have come: store-mark.ts. Octets are in base64.
 */
import type { RootDatabase } from 'lmdb'
import { chainEntry, type HistoryEntry, type KeyHistory } from '../../keys/key-history.ts'
import type { KeySetChange, KeyStore, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { assumedRecords } from '../../keys/rollover/assumed-records.ts'
import { ageOf, FIRST_MARK, headsOf, nextMark, type StoreAge, type StoreMark } from '../state/store-mark.ts'
import { getBundles, putBundles } from './bundle-records.ts'
import { fromText, type HeaderRecord, headerToRecord, recordToHeader, toText } from './header-record.ts'

interface KeyRecord extends Omit<StoredKey, 'dnskey' | 'sealed' | Later> {
  readonly dnskey: string
  readonly sealed?: string
}

/** What keys had not yet that were stored before states were. */
type Later = 'duty' | 'dutySince' | 'records'

type ParentMemory = 'parentTtl' | 'parentSigned'

interface KeySetRecord
  extends Partial<Pick<StoredKeySet, 'goal' | 'isPaused' | 'failure' | 'standbys' | ParentMemory | 'largestTtl'>> {
  readonly epoch: number
  readonly keys: readonly (KeyRecord & Partial<Pick<StoredKey, Later>>)[]
  readonly reserve?: readonly (KeyRecord & Pick<StoredKey, Later>)[]
  /** The hash of the last entry of the history. */
  readonly head?: string
}

/** The keys in a database that this process alone writes to; `mark` hears how far they have come, once that is on disk. */
export function keyRecords(database: RootDatabase<unknown>, mark: (reached: StoreMark) => void): KeyStore {
  const write = async (puts: () => readonly HeadChange[]): Promise<void> => {
    const reached = await database.transaction(() => {
      const next = nextMark(keptMark(database) ?? { ...FIRST_MARK, heads: headsOf(zoneHeads(database)) }, puts())
      database.put(['mark'], next)
      return next
    })
    // A commit is visible before it is durable.
    await database.flushed
    mark(reached)
  }
  return {
    ...readKeyRecords(database),
    putHeader: (header) =>
      write(() => {
        database.put(['sealing'], headerToRecord(header))
        return []
      }),
    putSealing: (header, sets) =>
      write(() => {
        database.put(['sealing'], headerToRecord(header))
        return sets.map((set) => putChange(database, { set, entry: undefined }))
      }),
    put: async (changes, time) => {
      if (changes.length === 0 && time === undefined) return
      await write(() => {
        if (time !== undefined) database.put(CLOCK, time)
        return changes.map((change) => putChange(database, change))
      })
    },
    settle: async () => {
      // Whatever is written: with it everything before it reaches the disk.
      await database.put(['settled'], Date.now())
      await database.flushed
    },
  }
}

/** What can be read of a database that another process may be writing to. */
export function readKeyRecords(
  database: RootDatabase<unknown>,
): Pick<KeyStore, 'header' | 'get' | 'zones' | 'history' | 'bundles'> {
  return {
    header: () => {
      const record = database.get(['sealing']) as HeaderRecord | undefined
      return record && recordToHeader(record)
    },
    get: (zone) => {
      const record = database.get(['keys', zone]) as KeySetRecord | undefined
      return record && toKeySet(zone, record)
    },
    zones: () =>
      [...database.getKeys({ start: ['keys'], end: ['keys', LAST_NAME] })].map((key) => (key as string[])[1]!),
    history: (zone) => readHistory(database, zone),
    bundles: (zone) => getBundles(database, zone),
  }
}

/** Under which the time is noted that key sets are dated by. */
export const CLOCK = ['clock']

/** Behind every name in presentation format, which is ASCII. */
export const LAST_NAME = '\u{ffff}'

/** What the keys in a database are by the mark beside it; throws where they cannot be read. */
export function ageOfKeys(database: RootDatabase<unknown>, mark: StoreMark | undefined): StoreAge {
  const zones = zoneHeads(database)
  return ageOf({ kept: keptMark(database), heads: headsOf(zones), hasKeys: zones.length > 0 }, mark)
}

/** Marks the keys in a database as the present ones, beyond `mark`; the mark, once it is on disk. */
export async function acceptKeys(database: RootDatabase<unknown>, mark: StoreMark | undefined): Promise<StoreMark> {
  const sequence = Math.max(keptMark(database)?.sequence ?? 0, mark?.sequence ?? 0) + 1
  const accepted = { sequence, heads: headsOf(zoneHeads(database)) }
  await database.put(['mark'], accepted)
  await database.flushed
  return accepted
}

function keptMark(database: RootDatabase<unknown>): StoreMark | undefined {
  return database.get(['mark']) as StoreMark | undefined
}

/** The last hash of each zone's history as its key set has it. */
function zoneHeads(database: RootDatabase<unknown>): { zone: string; head: string | undefined }[] {
  const range = database.getRange({ start: ['keys'], end: ['keys', LAST_NAME] })
  return [...range].map(({ key, value }) => ({ zone: (key as string[])[1]!, head: (value as KeySetRecord).head }))
}

/** How a write changed the last hash of a zone's history. */
interface HeadChange {
  readonly zone: string
  readonly from: string | undefined
  readonly to: string | undefined
}

/** Within a transaction. */
function putChange(database: RootDatabase<unknown>, { set, entry: draft, bundles }: KeySetChange): HeadChange {
  const { zone, keys, reserve = [], ...rest } = set
  const before = database.get(['keys', zone]) as KeySetRecord | undefined
  const entry = draft && chainEntry(zone, lastEntry(database, zone), draft)
  const head = entry?.hash ?? before?.head
  const record: KeySetRecord = {
    ...{ ...rest, keys: keys.map(keyToText), ...(head === undefined ? {} : { head }) },
    ...(reserve.length > 0 && { reserve: reserve.map(keyToText) }),
  }
  database.put(['keys', zone], record)
  if (bundles !== undefined) putBundles(database, zone, bundles)
  if (entry !== undefined) database.put(['key-history', zone, entry.sequence], entry)
  return { zone, from: before?.head, to: head }
}

/** Entries in reading order; sequences are numbers, which LMDB's keys order as such. */
function readHistory(database: RootDatabase<unknown>, zone: string): KeyHistory {
  const range = database.getRange({ start: ['key-history', zone, 0], end: ['key-history', zone, MAX_SEQUENCE] })
  const entries = [...range].map(({ value }) => value as HistoryEntry)
  return { entries, head: (database.get(['keys', zone]) as KeySetRecord | undefined)?.head }
}

const MAX_SEQUENCE = Number.MAX_SAFE_INTEGER

function lastEntry(database: RootDatabase<unknown>, zone: string): HistoryEntry | undefined {
  const whole = { start: ['key-history', zone, MAX_SEQUENCE], end: ['key-history', zone, 0] }
  for (const { value } of database.getRange({ ...whole, reverse: true, limit: 1 })) return value as HistoryEntry
  return undefined
}

function toKeySet(zone: string, { head: _, goal, isPaused, keys, reserve, ...rest }: KeySetRecord): StoredKeySet {
  return {
    ...{ ...rest, zone, goal: goal ?? 'secure', isPaused: isPaused ?? false },
    keys: keys.map(toKey),
    ...(reserve && { reserve: reserve.map(toKey) }),
  }
}

function toKey({ dnskey, sealed, ...rest }: KeySetRecord['keys'][number]): StoredKey {
  const { role, created } = rest
  return {
    ...{ duty: 'active', dutySince: created, records: assumedRecords(role, created) },
    ...rest,
    dnskey: fromText(dnskey),
    sealed: sealed === undefined ? undefined : fromText(sealed),
  }
}

function keyToText({ dnskey, sealed, ...rest }: StoredKey): KeyRecord & Pick<StoredKey, Later> {
  return { ...rest, dnskey: toText(dnskey), ...(sealed && { sealed: toText(sealed) }) }
}
