import type { KeyRole } from '../key-role.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RecordStatus } from './key-state.ts'

/** Seconds: what caches may have kept of a key that nothing is known of but that it was in use. */
const ASSUMED_TTLS: Readonly<Record<KeyRecord, number>> = {
  dnskey: 3_600,
  krrsig: 3_600,
  zrrsig: 7 * 86_400,
  ds: 86_400,
}

/**
 * The records of a key that has been in use since `since`, Unix seconds, and whose states nobody has kept: everything is
 * served, and whether the parent has its DS is not known.
 */
export function assumedRecords(role: KeyRole, since: number): Partial<Record<KeyRecord, RecordStatus>> {
  return Object.fromEntries(
    RECORDS_OF_ROLE[role].map((record) => [record, { state: 'rumoured', since, ttl: ASSUMED_TTLS[record] }]),
  )
}
