/*
 * Slots of a store: changed by the running server, and where none runs by this process, which then has the store to itself.
 */

import { Failure } from '../console/failure.ts'
import type { ControlCommands } from '../server/control/protocol.ts'
import {
  addSlot,
  listSlot,
  listSlots,
  removableSlot,
  removeSlot,
  type SlotListing,
  type WantedSlot,
} from '../server/keys/slot-changes.ts'
import { noteBoot } from '../server/state/boot-ledger.ts'
import { StartError } from '../server/state/state-folder.ts'
import type { Store } from '../server/state/store.ts'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'
import { headerOf, sealingOf, unseal } from './offline-vault.ts'
import { changeOwnStore } from './own-store.ts'
import { findState } from './place.ts'
import { askServerIfRunning, askServerSecret } from './running-server.ts'

/** The slots that another would be added to; where there are none ever, that ends dnsctl with a reason. */
export async function slotsToJoin(context: Context): Promise<SlotListing[]> {
  return listSlots(await requireHeader(await findState(context)))
}

/** Adds a slot; the secret is overwritten. */
export async function addSlotTo(context: Context, wanted: WantedSlot, secret: Uint8Array): Promise<SlotListing> {
  try {
    if (await isRunning(context)) return await askServerSecret(context, 'slot-add', wanted, secret)
    const state = await findState(context)
    const header = await requireHeader(state)
    const { sealing } = await unseal(context, { state, settings: await sealingOf(context), header })
    const slot = await changeSlots(state, ({ keys }) => addSlot(keys, sealing, wanted, secret))
    sealing.end()
    return slot
  } finally {
    secret.fill(0)
  }
}

/** The slot that would be removed; whatever stands in the way ends dnsctl with a reason, as `removeSlotFrom` would. */
export async function slotToRemove(context: Context, id: number): Promise<SlotListing> {
  const header = await requireHeader(await findState(context))
  return refusing(async () => listSlot(removableSlot(header, id)))
}

/** What came of removing a slot; `isRenewed`: there is a new data key. */
export type Removed = ControlCommands['slot-remove']['result']

/** Removes a slot, and seals what is in the store with a new data key. */
export async function removeSlotFrom(context: Context, id: number): Promise<Removed> {
  const told = await askServerIfRunning(context, 'slot-remove', { id }, true)
  if (told !== undefined) return told
  const state = await findState(context)
  const header = await requireHeader(state)
  const { sealing } = await unseal(context, { state, settings: await sealingOf(context), header })
  let isRenewed = false
  const slot = await changeSlots(state, async ({ keys }) => {
    const removed = await refusing(() => removeSlot(keys, id, sealing))
    isRenewed = removed.renewed !== undefined
    removed.renewed?.end()
    return removed.slot
  })
  sealing.end()
  return { slot, isRenewed }
}

/** What the running server refuses is refused without it, too. */
async function refusing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    const what = error.message.charAt(0).toUpperCase() + error.message.slice(1)
    throw new Failure({ exitCode: ExitCode.Refused, what, why: error.hint })
  }
}

async function isRunning(context: Context): Promise<boolean> {
  return (await askServerIfRunning(context, 'status', {}, true)) !== undefined
}

/** Changes the store, and writes down in the boot ledger that its slots have changed. */
function changeSlots(
  state: string,
  change: (store: Store) => Promise<Parameters<typeof listSlot>[0]>,
): Promise<SlotListing> {
  return changeOwnStore(state, undefined, async (store) => {
    const slot = await change(store)
    noteBoot(state, { event: 'slots', sealing: 'unused', header: store.keys.header() })
    return listSlot(slot)
  })
}

async function requireHeader(state: string) {
  const header = await headerOf(state)
  if (header !== undefined) return header
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: 'Nothing is sealed yet',
    why: 'veild makes the data key with its first key; with `sealing: { unlock: passphrase }` dnsctl unlock makes it.',
    next: 'start veild once, then the same command',
  })
}
