import { closeSync, fsyncSync, linkSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a file that only its owner may read, mode 0600, and returns once it is on disk. It is written aside and linked
 * into place, so that a half-written secret never has the name of one. Throws where there is a file already, or no room,
 * and then leaves nothing behind.
 */
export function createSecretFile(path: string, octets: Uint8Array): void {
  const aside = `${path}.${process.pid}`
  // What a process of the same number left when it died here.
  rmSync(aside, { force: true })
  const file = openSync(aside, 'wx', 0o600)
  try {
    writeFileSync(file, octets)
    fsyncSync(file)
    linkSync(aside, path)
  } finally {
    closeSync(file)
    unlinkSync(aside)
  }
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
