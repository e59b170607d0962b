import type { RootDatabase } from 'lmdb'
import type { NotedTime } from '../../keys/rollover/believed-time.ts'
import type { ClockStore } from '../clock-watch.ts'
import { CLOCK } from '../keys/key-records.ts'

/** The time in a database that this process alone writes to. */
export function clockRecords(database: RootDatabase<unknown>): ClockStore {
  return {
    last: () => {
      const record = database.get(CLOCK) as NotedTime | number | undefined
      return typeof record === 'number' ? fromSeconds(record) : record
    },
    note: async (time) => {
      await database.put(CLOCK, time)
      await database.flushed
    },
  }
}

/** What servers noted that had no believed time yet: Unix seconds. */
function fromSeconds(unixSeconds: number): NotedTime {
  const wall = unixSeconds * 1000
  return { believed: wall, reading: { wall, sinceBoot: 0, boot: '' }, isHeld: false }
}
