/*
 * What a server does with a store that is not the one that it left: it was put back from a copy, whole or in part, or is gone.
 */
import { join } from 'node:path'
import type { Configuration } from '../configuration/types.ts'
import { StartError } from '../state/state-folder.ts'
import type { Store } from '../state/store.ts'
import { STORE_MARK, type StoreAge } from '../state/store-mark.ts'
import { unixSeconds } from '../unix-seconds.ts'

const WHAT =
  'the store is older than what veild last had on disk: it, or a part of it, was put back from a copy. Where a key is missing, or has come further than is known here, what follows makes the zone bogus; `dnsctl dnssec verify --parent` and `dnsctl key history` show whether it fits'

/**
 * Throws a `StartError` where a zone would get new keys though it may have had others: those may be what its parent's DS and
 * the caches of the world go by.
 */
export function refuseNewKeys({ zones, state }: Configuration, { keys }: Pick<Store, 'keys'>, age: StoreAge): void {
  if (age === 'current') return
  const lacking = zones.filter(({ name, dnssec }) => dnssec.kind === 'signed' && keys.get(name) === undefined)
  if (lacking.length === 0) return
  const names = lacking.slice(0, 5).map(({ name }) => name)
  const more = lacking.length > names.length ? ` and ${lacking.length - names.length} more` : ''
  const mark = join(state, STORE_MARK)
  const what = age === 'lost' ? 'is gone' : 'is older than what was there before'
  throw new StartError(
    `the store in ${state} has no keys of ${names.join(', ')}${more}, and ${what}: new keys make a zone bogus that has a DS at its parent`,
    `Restore the whole state folder from a backup, or the keys: dnsctl key restore FILE. Where these zones never had keys, or no parent has a DS of them any more: rm ${mark}`,
  )
}

/** Has no zone's keys step before somebody says `dnsctl key resume`; they sign on as they are. On disk when this resolves. */
export async function holdRolls(store: Pick<Store, 'keys' | 'accept'>): Promise<void> {
  const at = unixSeconds()
  const sets = store.keys.zones().flatMap((zone) => store.keys.get(zone) ?? [])
  await store.keys.put(
    sets.map((set) => ({
      set: { ...set, failure: { at, what: WHAT } },
      entry: { at, epoch: set.epoch, by: 'check', what: WHAT, transitions: [], changes: [] },
    })),
  )
  await store.accept()
}
