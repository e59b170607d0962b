/*
 * Two keys of which one hands something to the other: what the clauses 3d and 3g of rules.ts say of them.
 */
import type { KeyRecord, RecordState, RolloverKey } from './key-state.ts'
import { is, isChanging, signsKeysEverywhere } from './record-states.ts'

/** Whether two keys are such, and no third one is `changing`. */
export function hasPair(
  keys: readonly RolloverKey[],
  isPredecessor: (key: RolloverKey) => boolean,
  isSuccessor: (key: RolloverKey) => boolean,
  changing: (key: RolloverKey) => boolean,
): boolean {
  return keys.some(isPredecessor) && keys.some(isSuccessor) && keys.filter(changing).length === 2
}

/** Whether its DS is omnipresent, and DNSKEY and the signature of the key set are in this state, or one of them is. */
export function passesKeySet(key: RolloverKey, state: RecordState): boolean {
  const isEither = (record: KeyRecord): boolean => is(key, record, 'omnipresent') || is(key, record, state)
  return is(key, 'ds', 'omnipresent') && !signsKeysEverywhere(key) && isEither('dnskey') && isEither('krrsig')
}

/** Whether caches may have it in the key set, or its signature of that, and others not. */
export function isKeySetChanging(key: RolloverKey): boolean {
  return key.records.krrsig !== undefined && (isChanging(key, 'dnskey') || isChanging(key, 'krrsig'))
}

/** Whether its signatures are omnipresent, and its DNSKEY is in this state. */
export function pairIs(key: RolloverKey, dnskey: RecordState): boolean {
  return is(key, 'dnskey', dnskey) && is(key, 'zrrsig', 'omnipresent')
}
