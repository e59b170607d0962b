import type { SealingStatus } from './control/protocol.ts'
import { CommandError, type ControlHandlers } from './control/server.ts'
import { lookAgain } from './keys/rollover-timer.ts'
import { addSlot, listSlot, listSlots, removeSlot, type WantedSlot } from './keys/slot-changes.ts'
import { BOOT_ALARMS, lock, noteEvent, unlock } from './locking.ts'
import type { RunningServer } from './running-server.ts'
import { StartError } from './state/state-folder.ts'

/** What the control channel may ask about the store's sealing. */
export function sealingCommands(
  server: RunningServer,
): Pick<ControlHandlers, 'lock' | 'unlock' | 'slot-add' | 'slot-remove' | 'zone-unsealed'> {
  const { inTurn } = server
  return {
    lock: async () => {
      await inTurn(() => lock(server))
      server.rollovers.parentWatch?.follow()
      return reportSealing(server)
    },
    unlock: async (_, secret) => {
      const report = await inTurn(() => unlock(server, secret))
      await server.bans.follow()
      lookAgain(server)
      server.rollovers.parentWatch?.follow()
      return { sealing: reportSealing(server), report }
    },
    'slot-add': async (args, secret) => {
      if (secret === undefined) throw new CommandError('bad-request', 'slot-add takes a secret')
      const wanted = readWanted(args)
      return inTurn(() =>
        mending(async () => {
          const { keys } = server.store
          refuseLocked(server)
          const slot = await addSlot(keys, await server.vault.open(), wanted, secret)
          noteEvent(server, 'slots')
          server.log.warn({ slot: slot.id, kind: slot.kind }, 'a slot was added')
          return listSlot(slot)
        }),
      )
    },
    'zone-unsealed': async ({ zone, path }) => {
      if (typeof zone !== 'string' || typeof path !== 'string') {
        throw new CommandError('bad-request', 'zone-unsealed takes a zone and a path')
      }
      const wasSealed = await server.store.seals.forget(zone, path)
      if (wasSealed) server.log.warn({ zone, path }, 'a sealed file was unsealed')
      return { wasSealed }
    },
    'slot-remove': async ({ id }) => {
      if (typeof id !== 'number') throw new CommandError('bad-request', 'slot-remove takes an id, a number')
      return inTurn(() =>
        mending(async () => {
          refuseLocked(server)
          const { slot, renewed } = await removeSlot(server.store.keys, id, await server.vault.open())
          if (renewed !== undefined) {
            server.keyRing.renewed()
            server.vault.renewed(renewed)
          }
          noteEvent(server, 'slots')
          const isRenewed = renewed !== undefined
          server.log.warn({ slot: slot.id, kind: slot.kind, isRenewed }, 'a slot was removed')
          return { slot: listSlot(slot), isRenewed }
        }),
      )
    },
  }
}

/** What `dnsctl status` shows of the sealing. */
export function reportSealing({ vault, store, configuration, bootAlarms }: RunningServer): SealingStatus {
  const state = vault.state()
  return {
    state: state.kind,
    ...(state.kind === 'open' && { slot: listSlot(state.slot) }),
    ...(state.kind === 'locked' && { reason: state.reason, hint: state.hint }),
    slots: listSlots(store.keys.header()),
    unlock: configuration.sealing.unlock,
    // A machine that was booted is in the log.
    alarms: bootAlarms.filter((alarm) => alarm !== 'new-boot').map((alarm) => BOOT_ALARMS[alarm]),
  }
}

/** All slots stand on the data key. */
function refuseLocked({ vault }: RunningServer): void {
  if (vault.state().kind !== 'locked') return
  throw new CommandError('refused', 'the server is locked, and only the slots of an open store change', 'dnsctl unlock')
}

function readWanted({ kind, strength = 'moderate' }: Readonly<Record<string, unknown>>): WantedSlot {
  if (kind === 'key-file' || kind === 'credential') return { kind }
  if (kind === 'passphrase' && (strength === 'moderate' || strength === 'sensitive')) return { kind, strength }
  throw new CommandError('bad-request', 'slot-add takes a kind, key-file, credential or passphrase, and a strength')
}

/** What the operator can mend is told as it is. */
async function mending<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    throw new CommandError('refused', error.message, error.hint)
  }
}
