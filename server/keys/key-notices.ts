import type { Logger } from 'pino'
import type { RunningServer } from '../running-server.ts'
import type { KeyNotice } from './ring-state.ts'
import type { KeySetPlan } from './zone-rollover.ts'

/** Says in the log what happened to keys. */
export function logKeyNotice(log: Logger, notice: KeyNotice): void {
  const { zone } = notice
  if (notice.kind === 'made') {
    const keys = notice.keys.map(({ role, mnemonic, keyTag }) => `${role} ${mnemonic} ${keyTag}`)
    log.info({ zone, keys }, `made keys for ${zone}: dnsctl key ds ${zone} shows what to give to the registrar`)
    return
  }
  const { algorithm, mnemonic } = notice
  log.info(
    { zone, algorithm },
    `${zone} goes on being signed with ${mnemonic} too, which is configured no more, until its DS is gone and no cache depends on it: dnsctl key explain ${zone}`,
  )
}

/** Says in the log what a step of a rollover does. */
export function logKeyStep(log: Logger, { zone, set, entry }: KeySetPlan): void {
  if (entry === undefined) return
  const facts = { zone, epoch: entry.epoch, by: entry.by }
  if (set.failure !== undefined && entry.by === 'check')
    log.error(facts, `${zone}: ${entry.what}; ${AFTER_FAILURE} ${zone}`)
  else log.info({ ...facts, keys: set.keys.length }, `${zone}: ${entry.what}`)
}

/** Tells whoever is told of alarms what is wrong with the keys of a zone, a sentence without its full stop. */
export function tellKeyAlarm({ bans }: Pick<RunningServer, 'bans'>, zone: string, what: string): void {
  const next = `dnsctl key explain ${zone}`
  bans.tell({ kind: 'keys', at: Date.now(), text: `${zone}: ${what}.`, next, facts: { zone } })
}

/**
 * Notes that a zone's keys could not be gone on with for something that was not foreseen: a mistake of Veil's, or a store that
 * holds what it should not. Nothing of them changes, and other zones go on.
 */
export function noteUnplanned(
  server: Pick<RunningServer, 'bans' | 'log' | 'rollovers'>,
  zone: string,
  error: unknown,
): void {
  const { log, rollovers } = server
  const what = `its keys cannot be gone on with, and nothing of them changes: ${(error as Error).message.replace(/\.$/, '')}; that is tried again every minute`
  if (rollovers.unplanned.get(zone) === what) return
  rollovers.unplanned.set(zone, what)
  log.error({ err: error, zone }, `${zone}: ${what}`)
  tellKeyAlarm(server, zone, what)
}

const AFTER_FAILURE = 'nothing goes on before `dnsctl key resume`, or `key cancel`: dnsctl key explain'
