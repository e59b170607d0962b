import { join } from 'node:path'
import type { KeyStore } from '../../keys/key-store.ts'
import { createSealing, type DataKey, openSealing, type SealingHeader } from '../../keys/sealing.ts'
import type { KeySlot, SealingSlot } from '../../keys/sealing-slots.ts'
import { wipe } from '../../keys/secret-octets.ts'
import { DEFAULT_SEALING } from '../configuration/defaults.ts'
import type { SealingSettings } from '../configuration/types.ts'
import { StartError } from '../state/state-folder.ts'
import { createKeyFile, type KeyFileWords, readKeyFile } from './secret-key-file.ts'

/** The key file's name in the state folder. */
export const KEY_FILE = 'key'

/** An open data key, and the slot that it came from. */
export interface Unsealed {
  readonly sealing: DataKey
  readonly slot: SealingSlot
}

/** The store that is to be opened: its folder, and what the configuration says of its sealing. */
export interface SealedPlace {
  readonly state: string
  readonly settings?: SealingSettings
}

const BACKUP = 'Restore the key file from a backup'
const START_ANEW =
  'Where a slot for a passphrase is there, dnsctl unlock opens the store. Without any slot no private key can be opened: then every zone needs new keys, and its parent a new DS'

/**
 * Opens what the store's secrets are sealed with, by what is there without a person: the key file, 32 octets that only
 * their owner may read, or a credential of the service manager. On the first start file and data key are made, and are on
 * disk before this resolves. Rejects with a `StartError` where neither is there, is open to others, or is the store's.
 */
export async function unsealByItself(
  { state, settings = DEFAULT_SEALING }: SealedPlace,
  store: Pick<KeyStore, 'header' | 'putHeader'>,
): Promise<Unsealed> {
  const header = store.header()
  switch (settings.unlock) {
    case 'key-file': {
      const path = keyFilePath(state, settings)
      const words = keyFileWords(path)
      const key = readKeyFile(path, words) ?? (header === undefined ? createKeyFile(path, words) : refuseMissing(words))
      return unsealWith(key, { kind: 'key-file', words, header, store })
    }
    case 'credential': {
      const { path, words } = credential(settings)
      const key = path === undefined ? undefined : readKeyFile(path, words)
      if (key === undefined) throw new StartError(`${words.what} is not there`, words.remedy)
      return unsealWith(key, { kind: 'credential', words, header, store })
    }
    case 'passphrase':
      throw new StartError('a passphrase opens the store', 'Give it: dnsctl unlock')
  }
}

/** As `unsealByItself`, of the key file in the state folder unless `settings` name something else. */
export async function unlockKeys(
  state: string,
  store: Pick<KeyStore, 'header' | 'putHeader'>,
  settings?: SealingSettings,
): Promise<DataKey> {
  return (await unsealByItself({ state, ...(settings && { settings }) }, store)).sealing
}

/** Where the key file is. */
export function keyFilePath(state: string, { keyFile }: SealingSettings): string {
  return keyFile ?? join(state, KEY_FILE)
}

interface KeyUse {
  readonly kind: KeySlot['kind']
  readonly words: KeyFileWords
  readonly header: SealingHeader | undefined
  readonly store: Pick<KeyStore, 'putHeader'>
}

/** Wipes the key. */
async function unsealWith(key: Buffer, { kind, words, header, store }: KeyUse): Promise<Unsealed> {
  try {
    if (header !== undefined) return openSealing(header, key, kind) ?? refuseForeign(words, header, kind)
    const created = createSealing(key, { kind, created: Math.floor(Date.now() / 1000) })
    await store.putHeader(created.header)
    return { sealing: created.sealing, slot: created.header.slots[0]! }
  } finally {
    wipe(key)
  }
}

/** What is said of a key file. */
export function keyFileWords(path: string): KeyFileWords {
  return { what: `the key file ${path}`, remedy: `${BACKUP}. ${START_ANEW}.`, forbidden: 0o077 }
}

/** systemd.exec(5): credentials of a service lie in a folder that only it can enter, some with a group's bits for an ACL. */
function credential({ credential: name }: SealingSettings): { path: string | undefined; words: KeyFileWords } {
  const folder = process.env.CREDENTIALS_DIRECTORY
  const load = `LoadCredentialEncrypted=${name}`
  const remedy =
    folder === undefined
      ? `No service manager has given any: the unit needs ${load}, and veild must be started by it.`
      : `The unit needs ${load}; systemd-creds encrypt --name=${name} makes it from a key of 32 octets that dnsctl slot add credential has made.`
  const words = { what: `the credential ${name}`, remedy, forbidden: 0o007 }
  return { path: folder === undefined ? undefined : join(folder, name), words }
}

function refuseMissing({ what, remedy }: KeyFileWords): never {
  throw new StartError(`${what} is missing, and the store holds private keys that it opens`, remedy)
}

function refuseForeign({ what, remedy }: KeyFileWords, { slots }: SealingHeader, kind: KeySlot['kind']): never {
  if (!slots.some((slot) => slot.kind === kind)) {
    const others = slots.map((slot) => `${slot.id} (${slot.kind})`).join(', ')
    throw new StartError(
      `${what} opens nothing: the store has no slot for it, but ${others}`,
      `Open it by another slot, with \`sealing: { unlock: … }\` or dnsctl unlock, then: dnsctl slot add ${kind}`,
    )
  }
  throw new StartError(
    `${what} does not open the private keys in the store: it is another store's, or one of both is damaged`,
    kind === 'key-file' ? `${BACKUP} of the same moment as the store. ${START_ANEW}.` : remedy,
  )
}
