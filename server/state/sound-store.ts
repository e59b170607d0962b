import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StartError } from './state-folder.ts'
import { faultOfStoreFile } from './store-file.ts'

/** LMDB's name of the file in a store's folder. */
export const STORE_FILE = 'data.mdb'

/** A process that writes may be in the middle of it; what is wrong again and again is wrong. */
const TRIES = 5
const TRIAL_MS = 60_000

/** Throws a `StartError` where the file of the store in this folder is damaged. Nothing of it is changed. */
export function refuseDamagedStore(folder: string): void {
  const path = join(folder, STORE_FILE)
  const fault = faultOf(path)
  // Of what a power cut has left, LMDB may take the part before: it has the last word.
  if (fault !== undefined && !standsTrial(path)) throw damaged(path, fault)
}

/** The error of a store that holds what nobody can have written; `fault` is the end of a sentence. */
export function damaged(path: string, fault: string): StartError {
  return new StartError(
    `the store ${path} is damaged: ${fault}`,
    'Nothing was changed. Restore the whole state folder from a backup; or put it aside and bring the keys back with dnsctl key restore FILE. New keys in their place make every zone bogus that has a DS at its parent.',
  )
}

function faultOf(path: string): string | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  let fault: string | undefined
  for (let left = TRIES; left > 0; left--) {
    fault = faultOfStoreFile(path)
    if (fault === undefined) return undefined
  }
  return fault
}

function standsTrial(path: string): boolean {
  const folder = `${path}.trial.${process.pid}`
  try {
    // What a process of the same number has left.
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { mode: 0o700 })
    copyFileSync(path, join(folder, STORE_FILE))
    const program = fileURLToPath(new URL('./store-trial.js', import.meta.url))
    const { status } = spawnSync(process.execPath, [program, folder], { stdio: 'ignore', timeout: TRIAL_MS })
    return status === 0
  } catch {
    // Where nothing can be written, nothing can be tried.
    return false
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
