import type { KeyRole } from '../../keys/key-role.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RecordState } from '../../keys/rollover/key-state.ts'
import type { ReportedKey, RolloverReport } from '../../server/keys/rollover-protocol.ts'

/** One thing that is going on with keys of a zone. */
export type Roll =
  | { readonly kind: 'replace'; readonly role: KeyRole; readonly old: ReportedKey; readonly young: ReportedKey }
  /** A key that replaces none: of a zone that was just signed, of an algorithm that is added, or a standby. */
  | { readonly kind: 'arrive' | 'leave'; readonly role: KeyRole; readonly key: ReportedKey }

/** What is going on, the rolls of KSKs first; empty where all keys have what their duty asks for. */
export function rollsOf({ keys }: RolloverReport): Roll[] {
  const rolls: Roll[] = []
  const paired = new Set<string>()
  for (const young of keys) {
    const old = keys.find(({ id }) => id === young.replaces)
    if (old === undefined || (isSettled(old) && isSettled(young))) continue
    rolls.push({ kind: 'replace', role: young.role, old, young })
    paired.add(old.id).add(young.id)
  }
  for (const key of keys) {
    if (paired.has(key.id) || isSettled(key)) continue
    rolls.push({ kind: key.duty === 'retired' ? 'leave' : 'arrive', role: key.role, key })
  }
  return rolls.sort((a, b) => ROLE_ORDER[a.role] - ROLE_ORDER[b.role])
}

const ROLE_ORDER: Readonly<Record<KeyRole, number>> = { csk: 0, ksk: 1, zsk: 2 }

/** Whether all records of the key are where its duty wants them. */
export function isSettled(key: ReportedKey): boolean {
  return key.duty !== 'retired' && RECORDS_OF_ROLE[key.role].every((record) => isThere(key, record))
}

function isThere(key: ReportedKey, record: KeyRecord): boolean {
  const state = key.records[record]?.state ?? 'hidden'
  return state === wantedState(key, record)
}

/** Where the key's duty wants a record: `omnipresent` or `hidden`. */
function wantedState({ duty, role }: ReportedKey, record: KeyRecord): RecordState {
  switch (duty) {
    case 'active':
      return 'omnipresent'
    case 'retired':
      return 'hidden'
    default:
      if (record === 'zrrsig') return 'hidden'
      return role === 'zsk' && record !== 'dnskey' ? 'hidden' : 'omnipresent'
  }
}
