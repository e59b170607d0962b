import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const SECRET_OCTETS = 32

/**
 * The server's secret, from which hash keys and phases derive: 32 octets in `secret` of the state folder, mode 0600,
 * made when it is not there yet, and on disk before it is returned. Throws when there is a file that is no secret.
 */
export function openSecret(stateFolder: string): Uint8Array {
  const path = join(stateFolder, 'secret')
  const secret = readSecret(path) ?? createSecret(stateFolder, path)
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

/** Written aside and linked into place, so that a half-written secret never has the name of one. */
function createSecret(stateFolder: string, path: string): Uint8Array {
  const secret = new Uint8Array(randomBytes(SECRET_OCTETS))
  const aside = `${path}.${process.pid}`
  const file = openSync(aside, 'wx', 0o600)
  try {
    writeSync(file, secret)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  linkSync(aside, path)
  unlinkSync(aside)
  const folder = openSync(stateFolder, 'r')
  fsyncSync(folder)
  closeSync(folder)
  return secret
}
