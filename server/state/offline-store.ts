import { statSync } from 'node:fs'
import type { Account } from '../privileges.ts'
import { isServerAlive, prepareStateFolder, StartError } from './state-folder.ts'
import { openStore, type Store } from './store.ts'

/**
 * Makes the state folder where it is not there, opens its store and has `work` change it: all on disk when this resolves.
 * Root does it as the owner of the folder, or as `account` where the folder is new, which only root may name: what that
 * account has laid there, such as links, leads no further than the account itself. Rejects with a `StartError` where a server runs.
 */
export async function changeStoreOffline<Result>(
  stateFolder: string,
  account: Account | undefined,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  if (await isServerAlive(stateFolder)) throw running(stateFolder)
  const isRoot = process.getuid?.() === 0
  prepareStateFolder(stateFolder, account)
  return asOwnerOf(stateFolder, isRoot, async () => {
    const store = openStore(stateFolder)
    try {
      if (store.claim() !== undefined) throw running(stateFolder)
      // What was lost is what somebody may be about to bring back.
      if (store.age() === 'older') throw olderStore(stateFolder)
      return await work(store)
    } finally {
      await store.close()
    }
  })
}

function olderStore(stateFolder: string): StartError {
  return new StartError(
    `the store in ${stateFolder} is older than what was there before: it, or a part of it, was put back from a copy`,
    `Put the newest one in its place. If there is none, start veild, which holds all rolls: dnsctl dnssec verify --parent then shows whether keys fit what parents have.`,
  )
}

function running(stateFolder: string): StartError {
  return new StartError(
    `another process works with the state folder ${stateFolder}`,
    'End veild first: `dnsctl stop`, or `systemctl stop veild`.',
  )
}

/** Files are made for their owner alone. */
async function asOwnerOf<Result>(folder: string, isRoot: boolean, work: () => Promise<Result>): Promise<Result> {
  const { uid, gid } = statSync(folder)
  const isOther = isRoot && uid !== 0
  const umask = process.umask(0o077)
  try {
    if (isOther) {
      process.setegid!(gid)
      process.seteuid!(uid)
    }
    return await work()
  } finally {
    if (isOther) {
      process.seteuid!(0)
      process.setegid!(0)
    }
    process.umask(umask)
  }
}
