import type { KeyRecord, RecordStatus, RolloverKey } from '../rollover/key-state.ts'

/**
 * A key as the rollover goes on with it after it was restored, at `now`, Unix seconds. What was on its way when the backup
 * was made is on its way from now on, and what was seen at the parent is to be seen again: nobody knows what was served in
 * between. What was everywhere is so still.
 */
export function restoredKey<Key extends RolloverKey>(key: Key, now: number): Key {
  const restart = (status: RecordStatus): RecordStatus => {
    const isAtRest = status.state === 'hidden' || status.state === 'omnipresent'
    return isAtRest ? status : { state: status.state, since: now, ttl: status.ttl }
  }
  const records = Object.entries(key.records) as [KeyRecord, RecordStatus][]
  return { ...key, records: Object.fromEntries(records.map(([record, status]) => [record, restart(status)])) }
}
