import type { KeyStore } from '../../keys/key-store.ts'
import type { DataKey } from '../../keys/sealing.ts'
import { unsealByItself } from '../../server/keys/key-file.ts'
import { openByPassphrase } from '../../server/keys/vault.ts'
import type { Context } from '../context.ts'
import { sealingOf, unseal } from '../offline-vault.ts'
import { toldToOperator } from '../own-store.ts'
import { askNewPassphrase } from '../passphrase.ts'

/**
 * Opens what the private keys of a store are sealed with, as veild would, or by a passphrase that somebody is asked for. A
 * store without any slot gets its first one.
 */
export async function openSealing(
  context: Context,
  state: string,
  store: Pick<KeyStore, 'header' | 'putHeader'>,
): Promise<DataKey> {
  const settings = await sealingOf(context)
  const header = store.header()
  if (header !== undefined) return (await unseal(context, { state, settings, header })).sealing
  return toldToOperator(async () => {
    if (settings.unlock !== 'passphrase') return (await unsealByItself({ state, settings }, store)).sealing
    const passphrase = await askNewPassphrase(context, { isPiped: false })
    try {
      return (await openByPassphrase(passphrase, store)).sealing
    } finally {
      passphrase.fill(0)
    }
  })
}
