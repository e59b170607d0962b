import type { Configuration } from './configuration/types.ts'
import type { Vault } from './keys/vault.ts'
import { isSealedAt } from './loading/zone-files.ts'
import { StartError } from './state/state-folder.ts'
import type { Store } from './state/store.ts'

/** Whether a server of this configuration needs what is sealed: keys of signed zones, or overlays. */
export function needsVault({ zones, sealing }: Configuration, { keys }: Pick<Store, 'keys'>): boolean {
  const hasSlots = keys.header() !== undefined
  if (hasSlots && sealing.unlock === 'passphrase') return true
  const isSigned = zones.some(({ dnssec }) => dnssec.kind === 'signed' && (hasSlots || dnssec.unlessPresigned !== true))
  return isSigned || zones.some(({ overlays }) => Object.values(overlays).some(isSealedAt))
}

/**
 * Opens the vault for a reload that needs it where no load before did. Where it does not open, zones that need it have
 * errors, and stay as they were.
 */
export async function openWhereNeeded(configuration: Configuration, vault: Vault, store: Store): Promise<void> {
  if (vault.state().kind !== 'unused' || !needsVault(configuration, store)) return
  try {
    await vault.open()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
  }
}
