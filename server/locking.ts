/*
 * Locked and unlocked. A locked server has no private key, no zone and nothing of what its sealed files say in memory: it
 * answers SERVFAIL with the extended error "Not Ready" to everybody, and waits.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Logger } from 'pino'
import type { Configuration } from './configuration/types.ts'
import type { ReloadReport } from './control/protocol.ts'
import { CommandError } from './control/server.ts'
import type { Alarm } from './guard/notify/alarm.ts'
import type { Vault } from './keys/vault.ts'
import type { LoadedZones } from './loading/load-zones.ts'
import { needsVault } from './needs-vault.ts'
import { publish } from './publish.ts'
import { reload } from './reload.ts'
import type { RunningServer } from './running-server.ts'
import { type BootAlarm, type BootEvent, noteBoot } from './state/boot-ledger.ts'
import { StartError } from './state/state-folder.ts'
import type { Store } from './state/store.ts'

/** What a server has of its zones while it is locked. */
export function lockedZones({ views }: Configuration): LoadedZones {
  return { views: views.map(({ name }) => ({ name, images: [] })), zones: [], isLocked: true }
}

/**
 * Opens the vault where the configuration needs what is in it: keys of signed zones, or sealed files. Returns whether the
 * server may go on unlocked. Throws a `StartError` where the first key of a store cannot be made.
 */
export async function openForStart(configuration: Configuration, vault: Vault, store: Store): Promise<boolean> {
  if (!needsVault(configuration, store)) return true
  try {
    await vault.open()
    return true
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    const isMakingFirst = store.keys.header() === undefined && configuration.sealing.unlock === 'key-file'
    if (isMakingFirst) throw error
    vault.lock(error.message, error.hint)
    return false
  }
}

/** Locks a server that is unlocked: what held keys or zones ends or is overwritten. In turn. */
export async function lock(server: RunningServer): Promise<void> {
  const { configuration, vault } = server
  if (vault.state().kind === 'locked') throw new CommandError('refused', 'the server is locked already', '')
  await dropSecrets(server, 'somebody locked it', 'dnsctl unlock opens it.')
  noteEvent(server, 'lock')
  server.log.warn({ zones: configuration.zones.length }, 'locked: every question gets SERVFAIL until dnsctl unlock')
}

async function dropSecrets(server: RunningServer, reason: string, hint: string): Promise<void> {
  const { configuration, vault, keyRing, arenas, loader, pool } = server
  vault.lock(reason, hint)
  await publish(server, { configuration, loaded: lockedZones(configuration), keySets: [] })
  keyRing.forget()
  await loader.forget()
  await pool.replaceWorkers()
  arenas.wipe()
  collectGarbage()
}

/**
 * Opens the vault of a server that is locked, or that needed none so far, reads configuration and zones anew, and answers from them. Where that comes to nothing, it
 * is locked again. In turn.
 */
export async function unlock(server: RunningServer, passphrase: Uint8Array | undefined): Promise<ReloadReport> {
  const { vault, log } = server
  const { kind } = vault.state()
  if (kind === 'open') throw new CommandError('refused', 'the server is not locked', '')
  try {
    await vault.unlock(passphrase)
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    log.warn({ reason: error.message }, 'an attempt to unlock the store failed')
    throw new CommandError('refused', error.message, error.hint)
  }
  try {
    const report = await reload(server)
    const isServing = server.loaded.zones.some(({ views }) => views.length > 0)
    if (report.outcome === 'refused' || !isServing) throw notServing(report)
    noteEvent(server, 'unlock')
    log.warn({ slot: slotOf(vault)?.id, zones: server.loaded.zones.length }, 'unlocked')
    return report
  } catch (error) {
    // What a server has that needed no secrets so far goes on.
    if (kind === 'unused') throw error
    await dropSecrets(server, 'it was unlocked, but its zones could not be served', 'Mend that, then: dnsctl unlock')
    throw error
  }
}

function notServing({ outcome, needRestart, failed }: ReloadReport): CommandError {
  const zones = failed.map(({ zone }) => zone).join(', ')
  const restart = `these settings were changed and need a restart: ${needRestart.join(', ')}`
  const why =
    needRestart.length > 0 ? restart : outcome === 'refused' ? 'the configuration has errors' : `${zones} has errors`
  const next = needRestart.length > 0 ? 'restart veild' : 'dnsctl config check and dnsctl zone check show them'
  return new CommandError('refused', `the store was opened and locked again: ${why}`, `Nothing is served: ${next}.`)
}

/** Puts into the ledger what happened, and into the log what about it was not as expected. */
export function noteEvent(
  { configuration, store, vault, log }: Pick<RunningServer, 'configuration' | 'store' | 'vault' | 'log'>,
  event: BootEvent,
  isOlder = false,
): readonly BootAlarm[] {
  const { kind: sealing } = vault.state()
  const slot = slotOf(vault)
  try {
    const facts = { event, sealing, header: store.keys.header(), isOlder, ...(slot && { slot }) }
    const { alarms, sequence, hash } = noteBoot(configuration.state, facts)
    log.info({ event, sealing, slot: slot?.id, sequence, hash }, 'written to the boot ledger')
    for (const alarm of alarms) log[LEVELS[alarm]]({ alarm }, BOOT_ALARMS[alarm])
    return alarms
  } catch (err) {
    log.error({ err }, 'the boot ledger could not be written')
    return []
  }
}

/** What alarms of the boot ledger say, for the log and `dnsctl status`. */
export const BOOT_ALARMS: Readonly<Record<BootAlarm, string>> = {
  locked: 'veild started locked: what opens its store was not there',
  'unclean-end': 'veild did not end as it should before this start: it crashed, was killed, or lost power',
  'new-boot': 'the machine was booted since veild last wrote to its boot ledger',
  'other-slot': 'another slot than the last time opened the store',
  'slots-changed': 'the slots of the store were changed, and not by dnsctl slot: is it the store that veild left?',
  'store-older':
    'the store is older than what veild last had on disk: it, or a part of it, was put back from a copy, and all rolls stand still',
  'ledger-damaged': 'the boot ledger was changed or cut: its chain of hashes does not hold',
}

/** The same for whoever is told of alarms. */
export function toAlarm(alarm: BootAlarm): Alarm {
  const next = NEXT[alarm] ?? 'dnsctl status'
  return { kind: 'boot', at: Date.now(), text: `${BOOT_ALARMS[alarm]}.`, next, facts: { alarm } }
}

const NEXT: Readonly<Partial<Record<BootAlarm, string>>> = {
  locked: 'dnsctl unlock',
  'store-older': 'dnsctl dnssec verify --parent',
}

/** A machine that was booted is news, and most often no more. */
const LEVELS: Readonly<Record<BootAlarm, keyof Pick<Logger, 'warn' | 'error'>>> = {
  locked: 'error',
  'unclean-end': 'error',
  'new-boot': 'warn',
  'other-slot': 'error',
  'slots-changed': 'error',
  'store-older': 'error',
  'ledger-damaged': 'error',
}

function slotOf(vault: Vault) {
  const state = vault.state()
  return state.kind === 'open' ? state.slot : undefined
}

/** Keys that nothing refers to any more are wiped by OpenSSL when they are collected, so that they are now. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
