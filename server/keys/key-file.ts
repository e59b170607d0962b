import { randomBytes } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyStore } from '../../keys/key-store.ts'
import { createSealing, openSealing, SEALING_KEY_OCTETS, type Sealing, wipe } from '../../keys/sealing.ts'
import { createSecretFile } from '../state/secret-file.ts'
import { StartError } from '../state/state-folder.ts'

/** The key file's name in the state folder. */
export const KEY_FILE = 'key'

const BACKUP = 'Restore the key file from a backup'
const START_ANEW = 'Without it no private key can be opened: then every zone needs new keys, and its parent a new DS'

/**
 * Opens what the store's private keys are sealed with, by the key file: 32 octets that only their owner may read. On
 * the first start file and data key are made, and are on disk before this resolves. Rejects with a `StartError` where
 * the file is missing, open to others, or not the store's.
 */
export async function unlockKeys(stateFolder: string, store: Pick<KeyStore, 'header' | 'putHeader'>): Promise<Sealing> {
  const path = join(stateFolder, KEY_FILE)
  const header = store.header()
  const key = readKeyFile(path) ?? (header === undefined ? createKeyFile(path) : refuseMissing(path))
  try {
    if (header !== undefined) return openSealing(header, key) ?? refuseForeign(path)
    const created = createSealing(key)
    await store.putHeader(created.header)
    return created.sealing
  } finally {
    wipe(key)
  }
}

/** Undefined: there is none. */
function readKeyFile(path: string): Buffer | undefined {
  const file = openKeyFile(path)
  if (file === undefined) return undefined
  try {
    const status = fstatSync(file)
    if (!status.isFile()) throw unusable(path, 'it is no regular file')
    const { mode } = status
    if ((mode & 0o077) !== 0) {
      throw new StartError(
        `the key file ${path} is open to others: its mode is 0${(mode & 0o777).toString(8)}, not 0600`,
        `Whoever read it can open the private keys of a copied store. If nobody did: chmod 600 ${path}`,
      )
    }
    const octets = Buffer.alloc(SEALING_KEY_OCTETS + 1)
    const length = readSync(file, octets, 0, octets.length, 0)
    if (length === SEALING_KEY_OCTETS) return octets.subarray(0, length)
    wipe(octets)
    throw new StartError(
      `the key file ${path} does not hold ${SEALING_KEY_OCTETS} octets but ${length < octets.length ? length : 'more'}`,
      `${BACKUP}. ${START_ANEW}.`,
    )
  } finally {
    closeSync(file)
  }
}

function openKeyFile(path: string): number | undefined {
  try {
    // What is no file must not hold the start up.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(path, (error as Error).message)
  }
}

function createKeyFile(path: string): Buffer {
  const key = randomBytes(SEALING_KEY_OCTETS)
  try {
    createSecretFile(path, key)
  } catch (error) {
    throw unusable(path, (error as Error).message)
  }
  return key
}

function unusable(path: string, reason: string): StartError {
  return new StartError(
    `the key file ${path} cannot be used: ${reason}`,
    'It must belong to the account that veild runs as, mode 0600, in a folder on a disk with room left.',
  )
}

function refuseMissing(path: string): never {
  throw new StartError(
    `the key file ${path} is missing, and the store holds private keys that it opens`,
    `${BACKUP}. ${START_ANEW}.`,
  )
}

function refuseForeign(path: string): never {
  throw new StartError(
    `the key file ${path} does not open the private keys in the store: it is another store's, or one of both is damaged`,
    `${BACKUP} of the same moment as the store. ${START_ANEW}.`,
  )
}
