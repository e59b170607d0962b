import type { RootDatabase } from 'lmdb'
import { type Ban, prefixKey } from '../../guard/bans.ts'
import type { AddressPrefix } from '../../guard/prefix-trie.ts'
import { formatPrefix, parsePrefix } from '../address.ts'

/** Bans beyond the process. */
export interface BanStore {
  all(): Ban[]
  /** Resolves once all of it is on disk: a ban counts only from then on. */
  change(change: BanChange): Promise<void>
}

export interface BanChange {
  readonly put?: readonly Ban[]
  readonly remove?: readonly AddressPrefix[]
}

type StoredBan = Omit<Ban, 'prefix' | 'expires' | 'incident'> & {
  readonly prefix: string
  readonly expires?: number
  readonly incident?: string
}

/** The bans in a database that this process alone writes to. */
export function banRecords(database: RootDatabase<unknown>): BanStore {
  return {
    all: () => readBans(database),
    change: async ({ put = [], remove = [] }) => {
      if (put.length === 0 && remove.length === 0) return
      await database.transaction(() => {
        for (const prefix of remove) database.remove(['ban', prefixKey(prefix)])
        for (const ban of put) {
          const stored: StoredBan = { ...storedForm(ban), prefix: formatPrefix(ban.prefix) }
          database.put(['ban', prefixKey(ban.prefix)], stored)
        }
      })
      // A commit is visible before it is durable.
      await database.flushed
    },
  }
}

/** The bans in a database that another process may be writing to. */
function readBans(database: RootDatabase<unknown>): Ban[] {
  const entries = database.getRange({ start: ['ban'], end: ['ban', '\uffff'] })
  return [...entries].map(({ value }) => {
    const stored = value as StoredBan
    // Every prefix was written here, by formatPrefix.
    return { ...stored, prefix: parsePrefix(stored.prefix)!, expires: stored.expires, incident: stored.incident }
  })
}

function storedForm({ reason, since, expires, by, incident, proved }: Ban): Omit<StoredBan, 'prefix'> {
  return {
    ...{ reason, since, by, proved },
    ...(expires === undefined ? {} : { expires }),
    ...(incident === undefined ? {} : { incident }),
  }
}
