import { Failure } from '../../console/failure.ts'
import { type ImportPlan, ImportRefusal, planImport, withImported } from '../../keys/import-plan.ts'
import type { KeySetChange, StoredKeySet } from '../../keys/key-store.ts'
import type { Sealing } from '../../keys/sealing.ts'
import { keyToWire } from '../../server/keys/key-import.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { changeOwnStore, openOwnStore } from '../own-store.ts'
import { findState } from '../place.ts'
import { askServerIfRunning } from '../running-server.ts'
import { askRollover } from './ask-rollover.ts'
import { requireConsent } from './consent.ts'
import { readForeignKeys } from './import-files.ts'
import { findImportZone, type ImportWords, type ImportZone, newKeyId, readImportWords } from './import-request.ts'
import type { ImportResult } from './import-text.ts'
import { openSealing } from './open-sealing.ts'
import { sealKey, withSealing } from './private-keys.ts'
import { nowSeconds } from './times.ts'
import { keyName } from './words.ts'

/** What was typed. */
export interface ImportInput extends ImportWords {
  readonly ZONE: string
  readonly FILE: readonly string[]
  readonly replace: boolean
  readonly dryRun: boolean
  readonly yes: boolean
}

/** Brings keys in; whatever stands in the way ends dnsctl with a reason, and nothing has changed then. */
export async function importKeys(
  context: Context,
  input: ImportInput,
): Promise<{ result: ImportResult; zone: ImportZone }> {
  const zone = await findImportZone(context, input.ZONE)
  if (input.FILE.length === 0) throw noFiles()
  const now = nowSeconds()
  const { assembly, circumstances } = readImportWords(zone, input, now)
  const keys = readForeignKeys(context.workingDirectory, input.FILE, assembly)
  const stateFolder = await findState(context)
  const request = { keys, circumstances, isReplacing: input.replace, newId: newKeyId }
  const planFor = (existing: StoredKeySet | undefined) => refusing(() => planImport({ ...request, existing }))
  const existing = await readKeySet(stateFolder, zone.zone)
  const plan = planFor(existing)
  const resultOf = (set: StoredKeySet | undefined, planned: ImportPlan): ImportResult => ({
    ...{ zone: zone.zone, outcomes: planned.outcomes, isDryRun: input.dryRun, isServed: false },
    retiring: planned.retiring.map((id) => set!.keys.find((key) => key.id === id)!.keyTag),
  })
  if (input.dryRun || plan.incoming.length === 0) return { result: resultOf(existing, plan), zone }
  const status = await askServerIfRunning(context, 'status', {}, true)
  if (status?.sealing.state === 'locked') throw lockedServer()
  await askFirst(context, input, plan)
  if (status !== undefined) {
    await sendToServer(context, stateFolder, zone.zone, plan)
    return { result: { ...resultOf(existing, plan), isServed: true }, zone }
  }
  const result = await changeOwnStore(stateFolder, zone.configuration.user, async (store) => {
    const before = store.keys.get(zone.zone)
    const planned = planFor(before)
    const sealing = await openSealing(context, stateFolder, store.keys)
    await store.keys.put([sealedChange(zone.zone, before, planned, { sealing, now })])
    sealing.end()
    return resultOf(before, planned)
  })
  return { result, zone }
}

/** Private keys are sealed before they travel, with what the server's store is sealed with. */
async function sendToServer(context: Context, stateFolder: string, zone: string, plan: ImportPlan): Promise<void> {
  const keys = await withSealing(context, stateFolder, (sealing) =>
    plan.incoming.map((key) => keyToWire(sealKey(zone, key, sealing))),
  )
  await askRollover(context, 'key-import', { zone, keys, retiring: plan.retiring, isDryRun: false })
}

async function readKeySet(stateFolder: string, zone: string): Promise<StoredKeySet | undefined> {
  const store = openOwnStore(stateFolder)
  try {
    return store?.keys.get(zone)
  } finally {
    await store?.close()
  }
}

function sealedChange(
  zone: string,
  before: StoredKeySet | undefined,
  { incoming, retiring }: ImportPlan,
  { sealing, now }: { readonly sealing: Sealing; readonly now: number },
): KeySetChange {
  const set = withImported(
    zone,
    before,
    { incoming: incoming.map((key) => sealKey(zone, key, sealing)), retiring },
    now,
  )
  const what = `imported ${incoming.map(keyName).join(', ')}`
  return { set, entry: { at: now, epoch: set.epoch, by: 'operator', what, transitions: [], changes: [] } }
}

async function askFirst(context: Context, { ZONE, FILE, yes }: ImportInput, { incoming }: ImportPlan): Promise<void> {
  await requireConsent(context, yes, {
    stakes: [`${incoming.map(keyName).join(', ')} will be published, and sign ${ZONE} as far as their states say so.`],
    word: 'import',
    unattended: `key import ${ZONE} ${FILE.join(' ')}`,
  })
}

function refusing(plan: () => ImportPlan): ImportPlan {
  try {
    return plan()
  } catch (error) {
    if (!(error instanceof ImportRefusal)) throw error
    const { message, next } = error
    throw new Failure({ exitCode: ExitCode.Refused, what: message.charAt(0).toUpperCase() + message.slice(1), next })
  }
}

function lockedServer(): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: 'veild is locked, and takes no keys',
    why: 'A private key comes in sealed, with what `dnsctl unlock` opens. Nothing was changed.',
    next: '`dnsctl unlock`, then the same command',
  })
}

function noFiles(): Failure {
  return new Failure({
    exitCode: ExitCode.Usage,
    what: 'No files with keys were given',
    next: '`dnsctl key import --help` shows what they may be',
  })
}
