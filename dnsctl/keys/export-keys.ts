import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Failure, reasonOf } from '../../console/failure.ts'
import { type ExportedFile, type ExportForm, exportKey, type OutgoingKey } from '../../keys/formats/exported-key.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { wipe } from '../../keys/sealing.ts'
import { KEY_TTL } from '../../server/configuration/keys.ts'
import { createSecretFile } from '../../server/state/secret-file.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { findState } from '../place.ts'
import { absoluteName, readKeyTag } from './ask-rollover.ts'
import { requireConsent } from './consent.ts'
import { type OpenedStore, withPrivateKeys } from './private-keys.ts'
import { keyName } from './words.ts'

/** What was typed. */
export interface ExportInput {
  readonly ZONE: string
  readonly key: string | undefined
  readonly format: ExportForm
  readonly to: string
  readonly yes: boolean
}

/** What was exported. */
export interface ExportResult {
  readonly zone: string
  readonly folder: string
  readonly files: readonly string[]
  /** For a shell in the folder. */
  readonly commands: readonly string[]
  readonly exported: readonly StoredKey[]
  /** Keys whose private half is not here, and that the form has no place for. */
  readonly left: readonly StoredKey[]
}

/** Writes keys to files; whatever stands in the way ends dnsctl with a reason. */
export async function exportKeys(context: Context, input: ExportInput): Promise<ExportResult> {
  const folder = resolve(context.workingDirectory, input.to)
  const zone = absoluteName(input.ZONE)
  return withPrivateKeys(context, await findState(context), async (store) => {
    const chosen = chooseKeys(store, zone, input.key)
    await requireConsent(context, input.yes, {
      stakes: [
        `The private keys of ${chosen.map(keyName).join(', ')} will lie open in ${folder}.`,
        `Whoever reads them can forge ${shortName(zone)}.`,
      ],
      word: 'export',
      unattended: `key export ${shortName(zone)} --format ${input.format} --to ${input.to}`,
    })
    const made = chosen.map((key) => ({ key, ...exportKey(outgoing(store, zone, key), input.format) }))
    const files = made.flatMap((each) => each.files)
    writeFiles(folder, files)
    return {
      ...{ zone, folder, files: files.map(({ name }) => name) },
      commands: made.flatMap(({ command }) => command ?? []),
      exported: made.filter((each) => each.files.length > 0).map(({ key }) => key),
      left: made.filter((each) => each.files.length === 0).map(({ key }) => key),
    }
  })
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

/** None where one is there already. */
function writeFiles(folder: string, files: readonly ExportedFile[]): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const { name, octets } of files) createSecretFile(join(folder, name), octets)
  } catch (error) {
    const isThere = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new Failure({
      exitCode: ExitCode.File,
      what: isThere ? `There are such files in ${folder} already` : `Cannot write to ${folder}`,
      why: isThere ? undefined : reasonOf(error),
      next: '`--to FOLDER` names another; nothing that was there is overwritten',
    })
  } finally {
    for (const { octets } of files) wipe(octets)
  }
}
