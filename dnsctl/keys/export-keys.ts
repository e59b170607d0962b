import { existsSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { Failure, reasonOf } from '../../console/failure.ts'
import {
  type ExportedFile,
  type ExportedKey,
  type ExportForm,
  exportKey,
  type OutgoingKey,
} from '../../keys/formats/exported-key.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { wipe } from '../../keys/secret-octets.ts'
import { KEY_TTL } from '../../server/configuration/keys.ts'
import { ACCOUNT, exportedSet } from '../../server/keys/noted-exports.ts'
import { createSecretFile } from '../../server/state/secret-file.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { changeOwnStore } from '../own-store.ts'
import { findState } from '../place.ts'
import { askServerIfRunning } from '../running-server.ts'
import { absoluteName, readKeyTag } from './ask-rollover.ts'
import { requireConsent } from './consent.ts'
import { type OpenedStore, withPrivateKeys } from './private-keys.ts'
import { nowSeconds } from './times.ts'
import { keyName } from './words.ts'

/** What was typed. */
export interface ExportInput {
  readonly ZONE: string
  readonly key: string | undefined
  readonly format: ExportForm
  readonly to: string
  readonly yes: boolean
  readonly dryRun: boolean
}

/** What was exported. */
export interface ExportResult {
  readonly zone: string
  readonly isDryRun: boolean
  readonly folder: string
  readonly files: readonly string[]
  /** For a shell in the folder. */
  readonly commands: readonly string[]
  readonly exported: readonly StoredKey[]
  /** Keys whose private half is not here, and that the form has no place for. */
  readonly left: readonly StoredKey[]
}

/** Keys with their files, not written yet. */
type MadeKey = ExportedKey & { readonly key: StoredKey }

/**
 * Notes in the history of the zone’s keys that they leave, then writes them to files; a dry run does neither. Whatever stands
 * in the way ends dnsctl with a reason.
 */
export async function exportKeys(context: Context, input: ExportInput): Promise<ExportResult> {
  const folder = resolve(context.workingDirectory, input.to)
  const zone = absoluteName(input.ZONE)
  const stateFolder = await findState(context)
  const made = await withPrivateKeys(context, stateFolder, async (store) => {
    const chosen = chooseKeys(store, zone, input.key)
    if (!input.dryRun) await askFirst(context, input, { chosen, folder })
    return chosen.map((key): MadeKey => ({ key, ...exportKey(outgoing(store, zone, key), input.format) }))
  })
  const files = made.flatMap((each) => each.files)
  try {
    refuseExisting(folder, files)
    if (!input.dryRun) {
      await noteExport(context, stateFolder, zone, { made, form: input.format })
      writeFiles(folder, files)
    }
  } finally {
    for (const { octets } of files) wipe(octets)
  }
  return {
    ...{ zone, folder, files: files.map(({ name }) => name), isDryRun: input.dryRun },
    commands: made.flatMap(({ command }) => command ?? []),
    exported: made.filter((each) => each.files.length > 0).map(({ key }) => key),
    left: made.filter((each) => each.files.length === 0).map(({ key }) => key),
  }
}

function askFirst(
  context: Context,
  { ZONE, format, to, yes }: ExportInput,
  { chosen, folder }: { readonly chosen: readonly StoredKey[]; readonly folder: string },
): Promise<void> {
  const name = shortName(absoluteName(ZONE))
  return requireConsent(context, yes, {
    stakes: [
      `The private keys of ${chosen.map(keyName).join(', ')} will lie open in ${folder}.`,
      `Whoever reads them can forge ${name}.`,
    ],
    word: 'export',
    unattended: `key export ${name} --format ${format} --to ${to}`,
  })
}

/** Has the server note which private keys leave, or the store where none runs: before they do. */
async function noteExport(
  context: Context,
  stateFolder: string,
  zone: string,
  { made, form }: { readonly made: readonly MadeKey[]; readonly form: ExportForm },
): Promise<void> {
  const ids = made.filter(({ key, files }) => key.sealed !== undefined && files.length > 0).map(({ key }) => key.id)
  if (ids.length === 0) return
  const noted = { ids, form, account: accountOf(context), at: nowSeconds() }
  if ((await askServerIfRunning(context, 'key-exported', { zone, ...noted }, true)) !== undefined) return
  await changeOwnStore(stateFolder, undefined, async (store) => {
    const set = store.keys.get(zone)
    const change = set && exportedSet(set, noted)
    if (change !== undefined) await store.keys.put([change])
  })
}

/** Who runs dnsctl; behind sudo who has typed it. */
function accountOf({ environment }: Context): string {
  const typed = environment?.SUDO_USER
  if (typed !== undefined && ACCOUNT.test(typed)) return typed
  try {
    const { username } = userInfo()
    if (ACCOUNT.test(username)) return username
  } catch {
    // An account may well have no name.
  }
  return String(process.getuid?.() ?? 'unknown')
}

function chooseKeys({ keys: store }: OpenedStore, zone: string, tag: string | undefined): StoredKey[] {
  const keys = store.get(zone)?.keys
  if (keys === undefined) {
    throw new Failure({
      exitCode: ExitCode.Refused,
      what: `There are no keys of ${shortName(zone)}`,
      next: '`dnsctl key list` shows whose there are',
    })
  }
  if (tag === undefined) return [...keys]
  const keyTag = readKeyTag(tag)
  const chosen = keys.filter((key) => key.keyTag === keyTag)
  if (chosen.length > 0) return chosen
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${shortName(zone)} has no key ${keyTag}`,
    why: `It has ${keys.map((key) => key.keyTag).join(', ')}.`,
  })
}

function outgoing({ keys: store, privateKeyOf }: OpenedStore, zone: string, key: StoredKey): OutgoingKey {
  const { keys } = store.get(zone)!
  return {
    ...{ zone, key, privateKey: privateKeyOf(zone, key), ttl: KEY_TTL },
    predecessor: keys.find(({ id }) => id === key.replaces)?.keyTag,
    successor: keys.find(({ replaces }) => replaces === key.id)?.keyTag,
  }
}

function refuseExisting(folder: string, files: readonly ExportedFile[]): void {
  if (!files.some(({ name }) => existsSync(join(folder, name)))) return
  throw new Failure({
    exitCode: ExitCode.File,
    what: `There are such files in ${folder} already`,
    next: '`--to FOLDER` names another; nothing that was there is overwritten',
  })
}

function writeFiles(folder: string, files: readonly ExportedFile[]): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const { name, octets } of files) createSecretFile(join(folder, name), octets)
  } catch (error) {
    throw new Failure({
      exitCode: ExitCode.File,
      what: `Cannot write to ${folder}`,
      why: reasonOf(error),
      next: '`--to FOLDER` names another; nothing that was there is overwritten',
    })
  }
}
