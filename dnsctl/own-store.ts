/*
 * The store in the state folder, as commands use it that work without the server.
 */

import { closeSync, fsyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, reasonOf } from '../console/failure.ts'
import { findAccount, PrivilegeError } from '../server/privileges.ts'
import { changeStoreOffline } from '../server/state/offline-store.ts'
import { openStoreToRead, type ReadOnlyStore, type Unseal } from '../server/state/read-only-store.ts'
import { STORE_FILE } from '../server/state/sound-store.ts'
import { StartError } from '../server/state/state-folder.ts'
import { STORE_FOLDER, type Store } from '../server/state/store.ts'
import { ExitCode } from './exit-code.ts'
import { startFailure } from './start-failure.ts'

/** Opens the store for reading; a server may be running with it. Undefined: there is none yet. */
export function openOwnStore(stateFolder: string, unseal?: Unseal): ReadOnlyStore | undefined {
  try {
    return openStoreToRead(stateFolder, unseal)
  } catch (error) {
    if (error instanceof StartError) throw startFailure(error)
    throw new Failure({
      exitCode: ExitCode.File,
      what: `The store in ${stateFolder} cannot be read`,
      why: reasonOf(error),
      next: 'the same command as the account that veild runs as, or with `sudo`; `--state DIR` names another state folder',
    })
  }
}

/** Has on disk what the store shows: a process may have ended between the one and the other. */
export function flushStore(stateFolder: string): void {
  const file = openSync(join(stateFolder, STORE_FOLDER, STORE_FILE), 'r')
  fsyncSync(file)
  closeSync(file)
}

/** Changes the store while no server runs; `user` is the account that the configuration names. See `changeStoreOffline`. */
export async function changeOwnStore<Result>(
  stateFolder: string,
  user: string | undefined,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const isRoot = process.getuid?.() === 0
  return toldToOperator(async () =>
    changeStoreOffline(stateFolder, isRoot && user !== undefined ? findAccount(user) : undefined, work),
  )
}

/** Has what an operator can mend end dnsctl with its reason. */
export async function toldToOperator<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PrivilegeError) throw new Failure({ exitCode: ExitCode.File, what: sentence(error.message) })
    if (!(error instanceof StartError)) throw error
    throw startFailure(error)
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
