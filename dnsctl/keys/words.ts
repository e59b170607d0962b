import { printable } from '../../console/paper.ts'
import type { KeyDuty, KeyRecord, RolloverKey } from '../../keys/rollover/key-state.ts'
import type { RuleName } from '../../keys/rollover/step.ts'

/** The records of a key, as columns and rows are titled. */
export const RECORD_TITLES: Readonly<Record<KeyRecord, string>> = {
  dnskey: 'DNSKEY',
  krrsig: 'SIGNS KEYS',
  zrrsig: 'SIGNS ZONE',
  ds: 'DS',
}

/** The same in a sentence, behind a key's name: `the DNSKEY of ksk 7714`. */
export const RECORD_WORDS: Readonly<Record<KeyRecord, string>> = {
  dnskey: 'the DNSKEY',
  krrsig: 'the key set’s signatures',
  zrrsig: 'the zone’s signatures',
  ds: 'the DS',
}

/** Whether `RECORD_WORDS` has it in the plural. */
export const IS_PLURAL: Readonly<Record<KeyRecord, boolean>> = { dnskey: false, krrsig: true, zrrsig: true, ds: false }

export const DUTY_WORDS: Readonly<Record<KeyDuty, string>> = {
  active: 'in use',
  standby: 'standby',
  retired: 'retiring',
}

/** What each rule asks of every cache there may be. */
export const RULE_WORDS: Readonly<Record<RuleName, string>> = {
  R1: 'the parent always has a DS that leads to a key of the zone',
  R2: 'whoever holds a DS finds the key it names, and the key set signed by it',
  R3: 'whoever holds the key set can check every signature of the zone, new or cached',
}

/** `ksk 7714`; `new ksk A` where it is only foreseen, and has -1 for a tag; the next one has -2. */
export function keyName({ role, keyTag }: Pick<RolloverKey, 'role' | 'keyTag'>): string {
  return keyTag < 0 ? `new ${role} ${String.fromCharCode(FIRST_LETTER - keyTag - 1)}` : `${role} ${keyTag}`
}

const FIRST_LETTER = 65

/** The name of the key with that id among those of a report. */
export function nameOfKey(keys: readonly RolloverKey[], id: string): string {
  const key = keys.find((each) => each.id === id)
  return key === undefined ? `the key ${printable(id)}` : keyName(key)
}

/** `a.nic.test. (192.0.2.1)`; the address alone where the server was not looked up by name. */
export function placeName({ name, address }: { readonly name: string; readonly address: string }): string {
  return name === '' ? printable(address) : `${printable(name)} (${printable(address)})`
}
