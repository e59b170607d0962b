import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecretFile } from './secret-file.ts'

/** Its name in the state folder. */
export const SECRET_FILE = 'secret'

const SECRET_OCTETS = 32

/**
 * The server's secret, from which hash keys and phases derive: 32 octets in `secret` of the state folder, mode 0600,
 * made when it is not there yet, and on disk before it is returned. Throws when there is a file that is no secret.
 */
export function openSecret(stateFolder: string): Uint8Array {
  const path = join(stateFolder, SECRET_FILE)
  const secret = readSecret(path) ?? createSecret(path)
  if (secret.length !== SECRET_OCTETS) {
    throw new Error(
      `${path} holds ${secret.length} octets, not ${SECRET_OCTETS}: restore it from a backup, or remove it`,
    )
  }
  return secret
}

function readSecret(path: string): Uint8Array | undefined {
  try {
    return new Uint8Array(readFileSync(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function createSecret(path: string): Uint8Array {
  const secret = new Uint8Array(randomBytes(SECRET_OCTETS))
  createSecretFile(path, secret)
  return secret
}
