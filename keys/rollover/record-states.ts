/*
 * What can be said of keys by the states of their records.
 */
import type { KeyRecord, RecordState, RolloverKey } from './key-state.ts'

/** Whether a record of a key is in this state; one that its role does not have is hidden for good. */
export function is({ records }: RolloverKey, record: KeyRecord, state: RecordState): boolean {
  return (records[record]?.state ?? 'hidden') === state
}

/** Whether a record is served. */
export function isServed(key: RolloverKey, record: KeyRecord): boolean {
  return is(key, record, 'rumoured') || is(key, record, 'omnipresent')
}

/** Whether some caches may have it, and others not. */
export function isChanging(key: RolloverKey, record: KeyRecord): boolean {
  return is(key, record, 'rumoured') || is(key, record, 'unretentive')
}

/** Whether DNSKEY and signatures of the zone's data are omnipresent. */
export function signsEverywhere(key: RolloverKey): boolean {
  return is(key, 'dnskey', 'omnipresent') && is(key, 'zrrsig', 'omnipresent')
}

/** Whether DNSKEY and signatures of the key set are omnipresent. */
export function signsKeysEverywhere(key: RolloverKey): boolean {
  return is(key, 'dnskey', 'omnipresent') && is(key, 'krrsig', 'omnipresent')
}

/**
 * The keys whose DS the parent is asked for; none: it is asked for nothing. It is never asked for another signer's alone: by
 * that nobody could validate what is signed here.
 */
export function keysAskedFor<Key extends RolloverKey>(keys: readonly Key[]): Key[] {
  const asked = keys.filter((key) => isServed(key, 'ds'))
  return asked.some(({ isForeign }) => isForeign !== true) ? asked : []
}

/** Whether no validator can have a DS record of any key: the zone counts as unsigned. */
export function hasNoDs(keys: readonly RolloverKey[]): boolean {
  return keys.every((key) => is(key, 'ds', 'hidden'))
}
