import { closeSync, existsSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Failure, fileReasonOf } from '../../console/failure.ts'
import { printable } from '../../console/paper.ts'
import {
  type Backup,
  BackupError,
  type RestoredKey,
  type RestoredZone,
  readBackup,
} from '../../keys/backup/backup-reading.ts'
import { restoredKey } from '../../keys/backup/restored-states.ts'
import type { KeySetChange, StoredKeySet } from '../../keys/key-store.ts'
import type { Sealing } from '../../keys/sealing.ts'
import { wipe } from '../../keys/secret-octets.ts'
import { SECRET_FILE } from '../../server/state/secret.ts'
import { createSecretFile } from '../../server/state/secret-file.ts'
import type { Store } from '../../server/state/store.ts'
import { openConfiguration, shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { changeOwnStore, openOwnStore } from '../own-store.ts'
import { askPassphrase } from '../passphrase.ts'
import { findConfiguration, findState } from '../place.ts'
import { type AgeKey, decryptFromAge, identitiesIn, lockOf } from './age-file.ts'
import { openSealing } from './open-sealing.ts'
import { sealKey } from './private-keys.ts'
import { nowSeconds, second } from './times.ts'

/** What was typed. */
export interface RestoreInput {
  readonly FILE: string
  readonly identity: readonly string[]
  readonly stdin: boolean
  readonly merge: boolean
  readonly dryRun: boolean
}

/** What came of it, or would. */
export interface RestoreResult {
  readonly made: number
  readonly stateFolder: string
  readonly restored: readonly RestoredZone[]
  /** Zones that have keys here: they stay as they are. */
  readonly kept: readonly string[]
  readonly secret: 'restored' | 'kept' | 'none'
  readonly isDryRun: boolean
}

/** Restores keys into the store while no server runs; whatever stands in the way ends dnsctl, and nothing has changed then. */
export async function restoreKeys(context: Context, input: RestoreInput): Promise<RestoreResult> {
  const backup = await openBackup(context, input)
  const stateFolder = await findState(context)
  const resultFor = (here: readonly string[]): RestoreResult => {
    if (here.length > 0 && !input.merge) throw notEmpty(stateFolder, here)
    const isHere = ({ set }: RestoredZone) => here.includes(set.zone)
    return {
      ...{ made: backup.made, stateFolder, isDryRun: input.dryRun, secret: secretOf(backup, stateFolder, here) },
      restored: backup.zones.filter((zone) => !isHere(zone)),
      kept: backup.zones.filter(isHere).map(({ set }) => set.zone),
    }
  }
  const planned = resultFor(await zonesIn(stateFolder))
  if (input.dryRun || planned.restored.length === 0) return planned
  return changeOwnStore(stateFolder, await userOf(context), async (store) => {
    const result = resultFor(store.keys.zones())
    const putSecret = () => {
      if (result.secret === 'restored') createSecretFile(join(stateFolder, SECRET_FILE), backup.secret!)
    }
    await putZones(context, { stateFolder, store, putSecret }, result)
    return result
  })
}

async function putZones(
  context: Context,
  { stateFolder, store, putSecret }: { stateFolder: string; store: Store; putSecret: () => void },
  { restored, made }: RestoreResult,
): Promise<void> {
  const sealing = await openSealing(context, stateFolder, store.keys)
  try {
    const now = nowSeconds()
    // Before the keys: where there are some already, another attempt would leave them and the secret alone.
    putSecret()
    await store.keys.put(restored.flatMap((zone) => changesFor(zone, { sealing, now, made })))
  } finally {
    sealing.end()
  }
}

interface Restoring {
  readonly sealing: Sealing
  /** Unix seconds. */
  readonly now: number
  readonly made: number
}

/** The history entry by entry, so that it has the hashes that it had; then that the keys were restored. */
function changesFor(
  { set: rest, keys, reserve, history, bundles }: RestoredZone,
  restoring: Restoring,
): KeySetChange[] {
  const { now, made } = restoring
  const seal = (key: RestoredKey) => sealKey(rest.zone, restoredKey(key, now), restoring.sealing)
  const set: StoredKeySet = {
    ...{ ...rest, epoch: rest.epoch + 1, keys: keys.map(seal) },
    ...(reserve.length > 0 && { reserve: reserve.map(seal) }),
  }
  const what = `restored from the backup of ${second(made)}`
  const entry = { at: now, epoch: set.epoch, by: 'operator', what, transitions: [], changes: [] } as const
  return [...history.entries.map((each) => ({ set, entry: each })), { set, entry, bundles }]
}

/** Octets of the largest backup that is read: some 50,000 zones. */
const MAX_BACKUP_OCTETS = 256 * 2 ** 20

async function openBackup(context: Context, input: RestoreInput): Promise<Backup> {
  const file = readWhole(resolve(context.workingDirectory, input.FILE))
  const lock = lockOf(file)
  if (lock === undefined)
    throw unusable(input.FILE, 'it is not encrypted by age', 'Name the file that `dnsctl key backup` has written')
  const key = await keyFor(context, input, lock)
  let document: Uint8Array
  try {
    document = await decryptFromAge(file, key)
  } catch {
    const next = lock === 'passphrase' ? 'try again' : '`--identity FILE` names another secret key of age'
    throw unusable(input.FILE, `this ${lock} does not open it, or it is damaged`, next)
  }
  try {
    return readBackup(document)
  } catch (error) {
    if (!(error instanceof BackupError)) throw error
    throw unusable(input.FILE, error.message, 'take another backup, if there is one')
  } finally {
    wipe(document)
  }
}

async function keyFor(
  context: Context,
  { identity, stdin }: RestoreInput,
  lock: 'passphrase' | 'identity',
): Promise<AgeKey> {
  if (lock === 'passphrase') {
    return { passphrase: await askPassphrase(context, { isPiped: stdin, of: 'the backup' }) }
  }
  const identities = identity.flatMap((name) => {
    const octets = readWhole(resolve(context.workingDirectory, name))
    const found = identitiesIn(Buffer.from(octets).toString('latin1'))
    octets.fill(0)
    return found
  })
  if (identities.length > 0) return { identities }
  throw new Failure({
    exitCode: ExitCode.Usage,
    what:
      identity.length === 0
        ? 'The backup is encrypted for a secret key of age'
        : 'No secret key of age is in these files',
    why: 'It is what `age-keygen` wrote, with a line that begins with AGE-SECRET-KEY-1.',
    next: '`--identity FILE` names it',
  })
}

function readWhole(path: string): Buffer {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const status = fstatSync(file)
    if (!status.isFile()) throw new Error('it is no regular file')
    if (status.size > MAX_BACKUP_OCTETS) throw new Error('it is too large for a backup of keys')
    return readFileSync(file)
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot read ${printable(path)}`, why: fileReasonOf(error) })
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function unusable(file: string, why: string, next: string): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `${printable(file)} cannot be restored`,
    why: `${printable(why.charAt(0).toUpperCase() + why.slice(1))}.`,
    next,
  })
}

async function zonesIn(stateFolder: string): Promise<string[]> {
  const store = openOwnStore(stateFolder)
  try {
    return store?.keys.zones() ?? []
  } finally {
    await store?.close()
  }
}

/** A secret that is there stays: what derives from it is served. */
function secretOf({ secret }: Backup, stateFolder: string, here: readonly string[]): RestoreResult['secret'] {
  if (secret === undefined) return 'none'
  return here.length > 0 || existsSync(join(stateFolder, SECRET_FILE)) ? 'kept' : 'restored'
}

async function userOf(context: Context): Promise<string | undefined> {
  if (findConfiguration(context) === undefined) return undefined
  return (await openConfiguration(context)).configuration?.user
}

function notEmpty(stateFolder: string, here: readonly string[]): Failure {
  const names = here.slice(0, 5).map(shortName).join(', ')
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `The store in ${stateFolder} has keys already`,
    why: `Of ${names}${here.length > 5 ? ` and ${here.length - 5} more` : ''}. Nothing was changed.`,
    next: '`--merge` restores the zones that have none there, and leaves the others as they are; `--state DIR` names another state folder',
  })
}
