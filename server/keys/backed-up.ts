import type { KeySetChange, StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { CommandError, type ControlHandlers } from '../control/server.ts'
import type { RunningServer } from '../running-server.ts'

/** The key set once these keys, by id, were written to a backup at `at`, Unix seconds. Nothing else changes. */
export function backedUpSet(set: StoredKeySet, ids: readonly string[], at: number): KeySetChange {
  const note = (key: StoredKey): StoredKey => (ids.includes(key.id) ? { ...key, backedUp: at } : key)
  const { keys, reserve, epoch } = set
  const names = keys.filter(({ id }) => ids.includes(id)).map(({ role, keyTag }) => `${role} ${keyTag}`)
  const what = `wrote ${names.join(', ')} to a backup`
  return {
    set: { ...set, keys: keys.map(note), ...(reserve && { reserve: reserve.map(note) }) },
    entry: { at, epoch, by: 'operator', what, transitions: [], changes: [] },
  }
}

/** What `dnsctl key backup` tells a running server once the backup is written. */
export function backupCommands({
  store,
  inTurn,
  rollovers,
}: Pick<RunningServer, 'store' | 'inTurn' | 'rollovers'>): Pick<ControlHandlers, 'key-backed-up'> {
  return {
    'key-backed-up': ({ zone, ids, at }) => {
      const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string')
      if (typeof zone !== 'string' || !isList || typeof at !== 'number' || !Number.isInteger(at)) {
        throw new CommandError(
          'bad-request',
          'key-backed-up takes zone, a text, ids, a list of texts, and at, a whole number',
        )
      }
      return inTurn(async () => {
        const set = store.keys.get(zone)
        if (set === undefined) throw new CommandError('refused', `there are no keys of ${zone}`)
        await store.keys.put([backedUpSet(set, ids, at)])
        // A step may have waited for it.
        rollovers.due.delete(zone)
        rollovers.wake()
        return { zone }
      })
    },
  }
}
