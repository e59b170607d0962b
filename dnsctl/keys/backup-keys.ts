import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Failure, reasonOf } from '../../console/failure.ts'
import { type BackupZone, writeBackup } from '../../keys/backup/backup-document.ts'
import { readBackup } from '../../keys/backup/backup-reading.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { wipe } from '../../keys/secret-octets.ts'
import { backedUpSet } from '../../server/keys/backed-up.ts'
import { SECRET_FILE } from '../../server/state/secret.ts'
import { createSecretFile } from '../../server/state/secret-file.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { changeOwnStore } from '../own-store.ts'
import { askNewPassphrase } from '../passphrase.ts'
import { findState } from '../place.ts'
import { askServerIfRunning } from '../running-server.ts'
import { type AgeLock, encryptForAge, isAgeRecipient } from './age-file.ts'
import { absoluteName } from './ask-rollover.ts'
import { type OpenedStore, withPrivateKeys } from './private-keys.ts'
import { nowSeconds } from './times.ts'

/** What was typed. */
export interface BackupInput {
  readonly ZONE: readonly string[]
  readonly to: string
  readonly recipient: readonly string[]
  readonly passphrase: boolean
  readonly stdin: boolean
  readonly dryRun: boolean
}

/** What a backup holds. */
export interface BackupResult {
  readonly file: string
  readonly isDryRun: boolean
  /** Of the file; 0 where none was written. */
  readonly octets: number
  readonly zones: readonly { readonly zone: string; readonly keys: readonly StoredKey[] }[]
  readonly hasSecret: boolean
  readonly recipients: readonly string[]
  /** Keys whose private half is not here, and so not there. */
  readonly without: readonly StoredKey[]
}

/** Writes an encrypted backup, and notes of each key that it has one; whatever stands in the way ends dnsctl with a reason. */
export async function backUpKeys(context: Context, input: BackupInput): Promise<BackupResult> {
  checkLock(input)
  const file = resolve(context.workingDirectory, input.to)
  if (existsSync(file)) throw inTheWay(file)
  const stateFolder = await findState(context)
  const made = nowSeconds()
  const result = await withPrivateKeys(context, stateFolder, async (store) => {
    const zones = chooseZones(store, input.ZONE).map((zone) => zoneOf(store, zone))
    const secret = input.ZONE.length === 0 ? readSecret(stateFolder) : undefined
    const document = writeBackup({ made, zones, secret })
    try {
      // What could not be restored is no backup.
      readBackup(document)
      const octets = input.dryRun ? 0 : await writeEncrypted(context, input, { document, file })
      const sets = zones.map(({ set }) => ({ zone: set.zone, keys: [...set.keys, ...(set.reserve ?? [])] }))
      return {
        ...{
          file,
          octets,
          isDryRun: input.dryRun,
          zones: sets,
          hasSecret: secret !== undefined,
          recipients: input.recipient,
        },
        without: sets.flatMap(({ keys }) => keys.filter(({ sealed }) => sealed === undefined)),
      }
    } finally {
      wipe(document)
      if (secret !== undefined) wipe(secret)
    }
  })
  if (!input.dryRun) await noteBackup(context, stateFolder, result, made)
  return result
}

/** Encrypts it as somebody is asked for, and returns how many octets the file has. */
async function writeEncrypted(
  context: Context,
  input: BackupInput,
  { document, file }: { readonly document: Uint8Array; readonly file: string },
): Promise<number> {
  const encrypted = await encryptForAge(document, await askLock(context, input))
  writeNew(file, encrypted)
  return encrypted.length
}

function checkLock({ recipient, passphrase, stdin }: BackupInput): void {
  const usage = (what: string, why: string) =>
    new Failure({ exitCode: ExitCode.Usage, what, why, next: '`dnsctl key backup --help`' })
  if (recipient.length > 0 && (passphrase || stdin)) {
    throw usage('--recipient does not go with --passphrase', 'age encrypts for the one or the other.')
  }
  const wrong = recipient.find((each) => !isAgeRecipient(each))
  if (wrong === undefined) return
  const why = wrong.startsWith('AGE-SECRET-KEY')
    ? 'That is a secret key, which now stands in the history of your shell: make another with `age-keygen`. Its public key begins with age1.'
    : 'Recipients begin with age1; `age-keygen -o FILE` makes one and prints it.'
  throw usage('One of the recipients is none of age’s', why)
}

async function askLock(context: Context, { recipient, stdin }: BackupInput): Promise<AgeLock> {
  if (recipient.length > 0) return { recipients: recipient }
  return { passphrase: await askNewPassphrase(context, { isPiped: stdin }) }
}

function chooseZones({ keys }: OpenedStore, names: readonly string[]): string[] {
  if (names.length === 0) return keys.zones()
  const wanted = names.map(absoluteName)
  const missing = wanted.find((zone) => keys.get(zone) === undefined)
  if (missing === undefined) return [...new Set(wanted)]
  const what = `There are no keys of ${shortName(missing)}`
  throw new Failure({ exitCode: ExitCode.Refused, what, next: '`dnsctl key list` shows whose there are' })
}

function zoneOf({ keys, privateKeyOf }: OpenedStore, zone: string): BackupZone {
  const [history, bundles] = [keys.history(zone), keys.bundles(zone)]
  return { set: keys.get(zone)!, history, bundles, privateKeyOf: (key) => privateKeyOf(zone, key) }
}

/** Undefined: veild has made none yet. */
function readSecret(stateFolder: string): Buffer | undefined {
  try {
    return readFileSync(join(stateFolder, SECRET_FILE))
  } catch {
    return undefined
  }
}

function writeNew(file: string, octets: Uint8Array): void {
  try {
    createSecretFile(file, octets)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw inTheWay(file)
    throw new Failure({
      exitCode: ExitCode.File,
      what: `Cannot write ${file}`,
      why: reasonOf(error),
      next: 'name another with `--to`',
    })
  }
}

function inTheWay(file: string): Failure {
  return new Failure({
    exitCode: ExitCode.File,
    what: `There is a file ${file} already`,
    why: 'A backup overwrites nothing.',
    next: 'name another with `--to`',
  })
}

/** Has the server note it, or the store where none runs. */
async function noteBackup(context: Context, stateFolder: string, { zones }: BackupResult, at: number): Promise<void> {
  const noted = zones.map(({ zone, keys }) => ({
    zone,
    ids: keys.filter(({ sealed }) => sealed !== undefined).map(({ id }) => id),
  }))
  for (const each of noted) {
    if ((await askServerIfRunning(context, 'key-backed-up', { ...each, at }, true)) !== undefined) continue
    await changeOwnStore(stateFolder, undefined, async (store) => {
      const set = store.keys.get(each.zone)
      if (set !== undefined) await store.keys.put([backedUpSet(set, each.ids, at)])
    })
  }
}
