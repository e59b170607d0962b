import { type KeyRecord, RECORDS_OF_ROLE, type RecordStatus, type RolloverKey } from './key-state.ts'
import { isChanging } from './record-states.ts'

/**
 * The keys with what waits are counted from moved by so many seconds, as the clock was that they go by: each wait lasts as
 * long as it would have. `isSet`: the clock was wrong before, or is now, and ages of keys move with it; else the machine was
 * off, and keys have aged meanwhile.
 */
export function redateKeys<Key extends RolloverKey>(keys: readonly Key[], seconds: number, isSet: boolean): Key[] {
  return keys.map((key) => {
    const records = RECORDS_OF_ROLE[key.role].flatMap((record): [KeyRecord, RecordStatus][] => {
      const status = key.records[record]
      if (status === undefined) return []
      return [[record, isChanging(key, record) ? redateStatus(status, seconds) : status]]
    })
    return {
      ...key,
      ...(isSet && { dutySince: key.dutySince + seconds }),
      records: Object.fromEntries(records),
    }
  })
}

function redateStatus(status: RecordStatus, seconds: number): RecordStatus {
  const { since, served, seen } = status
  return {
    ...status,
    since: since + seconds,
    ...(served !== undefined && { served: served + seconds }),
    ...(seen !== undefined && { seen: { ...seen, at: seen.at + seconds } }),
  }
}
