import { EXPORT_FORMS, type ExportForm } from '../../keys/formats/exported-key.ts'
import type { KeySetChange, StoredKeySet } from '../../keys/key-store.ts'
import { CommandError, type ControlHandlers } from '../control/server.ts'
import type { RunningServer } from '../running-server.ts'
import { nameOf } from './change-summary.ts'
import { type Arguments, readZone } from './rollover-arguments.ts'

/** That private keys leave the store for files; nothing of them, nor where the files are. */
export interface NotedExport {
  /** Of keys. */
  readonly ids: readonly string[]
  readonly form: ExportForm
  /** The account that dnsctl runs as, as it says: `ACCOUNT`. */
  readonly account: string
  /** Unix seconds. */
  readonly at: number
}

/** Names of accounts as systems have them; what has another is not named. */
export const ACCOUNT = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$/

/** The key set with an export in its history. Nothing else changes. Undefined: none of these keys is there. */
export function exportedSet(set: StoredKeySet, { ids, form, account, at }: NotedExport): KeySetChange | undefined {
  const names = [...set.keys, ...(set.reserve ?? [])].filter(({ id }) => ids.includes(id)).map(nameOf)
  if (names.length === 0) return undefined
  const what = `exported ${names.join(', ')} with the private key, as ${form}, for ${account}`
  return { set, entry: { at, epoch: set.epoch, by: 'operator', what, transitions: [], changes: [] } }
}

/** What `dnsctl key export` tells a running server before it writes files; a server that is locked takes it, too. */
export function exportCommands({
  store,
  inTurn,
}: Pick<RunningServer, 'store' | 'inTurn'>): Pick<ControlHandlers, 'key-exported'> {
  return {
    'key-exported': (args) => {
      const zone = readZone(args)
      const noted = readExport(args)
      return inTurn(async () => {
        const set = store.keys.get(zone)
        const change = set && exportedSet(set, noted)
        if (change === undefined) throw new CommandError('refused', `there are no such keys of ${zone}`)
        await store.keys.put([change])
        return { zone }
      })
    },
  }
}

function readExport({ ids, form, account, at }: Arguments): NotedExport {
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string')
  const known = EXPORT_FORMS.find((each) => each === form)
  const isAccount = typeof account === 'string' && ACCOUNT.test(account)
  if (!isList || known === undefined || !isAccount || typeof at !== 'number' || !Number.isSafeInteger(at)) {
    throw new CommandError(
      'bad-request',
      `key-exported takes ids, a list of texts, form (${EXPORT_FORMS.join(', ')}), account, and at, a whole number`,
    )
  }
  return { ids, form: known, account, at }
}
