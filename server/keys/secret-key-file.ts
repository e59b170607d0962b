import { randomFillSync } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { SEALING_KEY_OCTETS } from '../../keys/sealing-slots.ts'
import { secretOctets, wipe } from '../../keys/secret-octets.ts'
import { createSecretFile } from '../state/secret-file.ts'
import { StartError } from '../state/state-folder.ts'

/** What to say of a file that holds the key of a slot. */
export interface KeyFileWords {
  /** `the key file /var/lib/veil/key`. */
  readonly what: string
  /** What to do where it holds something else. */
  readonly remedy: string
  /** Mode bits that nobody but its owner may have. */
  readonly forbidden: number
}

/**
 * The 32 octets of a key file, which the caller wipes. Undefined: there is none. Throws a `StartError` where it is no
 * regular file, may be read by others, or holds something else.
 */
export function readKeyFile(path: string, words: KeyFileWords): Buffer | undefined {
  const file = openKeyFile(path, words)
  if (file === undefined) return undefined
  try {
    const status = fstatSync(file)
    if (!status.isFile()) throw unusable(words, 'it is no regular file')
    const { mode } = status
    if ((mode & words.forbidden) !== 0) {
      throw new StartError(
        `${words.what} is open to others: its mode is 0${(mode & 0o777).toString(8)}, not 0600`,
        `Whoever read it can open the private keys of a copied store. If nobody did: chmod 600 ${path}`,
      )
    }
    const octets = secretOctets(SEALING_KEY_OCTETS + 1)
    const length = readSync(file, octets, 0, octets.length, 0)
    if (length === SEALING_KEY_OCTETS) return octets.subarray(0, length)
    wipe(octets)
    throw new StartError(
      `${words.what} does not hold ${SEALING_KEY_OCTETS} octets but ${length < octets.length ? length : 'more'}`,
      words.remedy,
    )
  } finally {
    closeSync(file)
  }
}

/** Makes a key file of random octets, which is on disk when this returns. The caller wipes what it gets. */
export function createKeyFile(path: string, words: KeyFileWords): Buffer {
  const key = randomFillSync(secretOctets(SEALING_KEY_OCTETS))
  try {
    createSecretFile(path, key)
  } catch (error) {
    throw unusable(words, (error as Error).message)
  }
  return key
}

function openKeyFile(path: string, words: KeyFileWords): number | undefined {
  try {
    // What is no file must not hold the start up.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(words, (error as Error).message)
  }
}

function unusable({ what }: KeyFileWords, reason: string): StartError {
  return new StartError(
    `${what} cannot be used: ${reason}`,
    'It must belong to the account that veild runs as, mode 0600, in a folder on a disk with room left.',
  )
}
