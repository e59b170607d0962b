import type { KeyDuty, KeyRecord, RecordState } from './key-state.ts'

/** What caches have of a record, in one word: what people read in place of the names of states. */
export const STATE_WORDS: Readonly<Record<RecordState, string>> = {
  hidden: 'nowhere',
  rumoured: 'spreading',
  omnipresent: 'everywhere',
  unretentive: 'leaving',
}

/** The records of a key in a list: `DNSKEY, signatures of the keys`. */
export const RECORD_NAMES: Readonly<Record<KeyRecord, string>> = {
  dnskey: 'DNSKEY',
  krrsig: 'signatures of the keys',
  zrrsig: 'signatures of the zone',
  ds: 'DS',
}

/** What becomes of a key, behind its name. */
export const DUTY_PHRASES: Readonly<Record<KeyDuty, string>> = {
  active: 'takes over',
  standby: 'becomes a standby',
  retired: 'retires',
}
