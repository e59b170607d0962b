/*
 * The store's secrets without the server: for files that are sealed, and for slots while no server runs.
 */

import { Failure } from '../console/failure.ts'
import { type ZoneFileKey, zoneFileKeys } from '../keys/sealed-file.ts'
import type { SealingHeader } from '../keys/sealing.ts'
import { secretOctets } from '../keys/secret-octets.ts'
import { DEFAULT_SEALING } from '../server/configuration/defaults.ts'
import type { Configuration, SealingSettings } from '../server/configuration/types.ts'
import { type Unsealed, unsealByItself } from '../server/keys/key-file.ts'
import { openByPassphrase } from '../server/keys/vault.ts'
import { isSealedAt, type ReadZoneFile, zoneFileReader } from '../server/loading/zone-files.ts'
import { StartError } from '../server/state/state-folder.ts'
import { openConfiguration } from './configuration.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { flushStore, openOwnStore } from './own-store.ts'
import { askPassphrase } from './passphrase.ts'
import { findConfiguration, findState } from './place.ts'

/** What tells how the store is opened. */
export type SealedConfiguration = Partial<Pick<Configuration, 'sealing'>>

/** Reads the files of these zones; the store is opened first where one of them is sealed, and somebody asked where it takes that. */
export async function readerFor(
  context: Context,
  configuration: SealedConfiguration,
  zones: readonly Pick<Configuration['zones'][number], 'overlays'>[],
): Promise<ReadZoneFile> {
  const isSealed = zones.some(({ overlays }) => Object.values(overlays).some(isSealedAt))
  const key = isSealed ? await openZoneFileKey(context, configuration) : undefined
  return zoneFileReader(() => key)
}

/** The key of sealed zone files, from the store in the state folder; a server may be running with it. */
export async function openZoneFileKey(
  context: Context,
  { sealing = DEFAULT_SEALING }: SealedConfiguration,
): Promise<ZoneFileKey> {
  const state = await findState(context)
  const header = await readHeader(state)
  const unsealed = await unseal(context, { state, settings: sealing, header })
  // What is sealed with a data key that the store has not kept would be lost.
  flushStore(state)
  const keys = zoneFileKeys(unsealed.sealing, header, secretOctets)
  unsealed.sealing.end()
  return keys
}

/** A store that is to be opened. */
export interface ClosedStore {
  readonly state: string
  readonly settings: SealingSettings
  readonly header: SealingHeader
}

/** Opens it by key file or credential where one is there, else by a passphrase, for which somebody is asked. */
export async function unseal(context: Context, { state, settings, header }: ClosedStore): Promise<Unsealed> {
  const store = { header: () => header, putHeader: refuseWriting }
  try {
    if (settings.unlock !== 'passphrase') return await unsealByItself({ state, settings }, store)
  } catch (error) {
    const canAsk = header.slots.some(({ kind }) => kind === 'passphrase') && context.dialogue !== undefined
    if (!canAsk) throw closed(error, ExitCode.File)
  }
  const passphrase = await askPassphrase(context, { isPiped: false })
  try {
    return await openByPassphrase(passphrase, store)
  } catch (error) {
    throw closed(error, ExitCode.Refused)
  } finally {
    passphrase.fill(0)
  }
}

/** The failure for whoever wanted the store open. */
function closed(error: unknown, exitCode: ExitCode): unknown {
  if (!(error instanceof StartError)) return error
  const { message, hint } = error
  return new Failure({
    exitCode,
    what: `The store stays closed: ${message}`,
    ...(hint === '' ? {} : { why: hint }),
    next: '`dnsctl slot list` shows what opens it',
  })
}

async function readHeader(state: string): Promise<SealingHeader> {
  const header = await headerOf(state)
  if (header !== undefined) return header
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `The store in ${state} has no data key yet`,
    why: 'veild makes it when it first needs one, to sign a zone.',
    next: 'start veild once, then the same command; `--state DIR` names another state folder',
  })
}

/** What the store in a state folder says of its sealing; undefined: there is none yet. */
export async function headerOf(state: string): Promise<SealingHeader | undefined> {
  const store = openOwnStore(state)
  const header = store?.keys.header()
  await store?.close()
  return header
}

/** What the configuration says of the sealing, where there is one that can be read. */
export async function sealingOf(context: Context): Promise<SealingSettings> {
  if (findConfiguration(context) === undefined) return DEFAULT_SEALING
  return (await openConfiguration(context)).configuration?.sealing ?? DEFAULT_SEALING
}

async function refuseWriting(): Promise<void> {
  throw new Error('this store is open for reading')
}
