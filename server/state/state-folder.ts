import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { CONTROL_SOCKET } from '../control/protocol.ts'

/** Why the server cannot start, for the operator: what is the matter and what to do about it. */
export class StartError extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** Longest path of a unix socket on Linux; beyond it the system would cut it short without a word (unix(7)). */
const MAX_SOCKET_PATH_OCTETS = 107

/**
 * Makes the state folder where it is not there, for its owner alone, mode 0700. A folder that others may enter or own is
 * narrowed and given to `owner` only when it is empty or evidently ours: the path may be a mistake, or lead through a
 * link that the account has laid to have root give it another folder.
 */
export function prepareStateFolder(path: string, owner: { uid: number; gid: number } | undefined): void {
  refuseLongPath(path)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    const { mode, uid } = statSync(path)
    const isOpen = (mode & 0o077) !== 0
    const isForeign = owner !== undefined && uid !== owner.uid
    if (isOpen || isForeign) {
      const entries = readdirSync(path)
      if (entries.length > 0 && !entries.includes('secret')) {
        throw new StartError(
          `the state folder ${path} ${isOpen ? 'is open to others' : 'belongs to another account'} and holds other things`,
          `Name a folder of its own, or, if it is the right one: ${isOpen ? `chmod 700 ${path}` : `chown -R ACCOUNT ${path}`}`,
        )
      }
    }
    if (isOpen) chmodSync(path, 0o700)
    if (isForeign) chownSync(path, owner.uid, owner.gid)
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(
      `the state folder ${path} cannot be used: ${(error as Error).message}`,
      'Name another with `state:` or --state, or give it to the account that veild runs as: chown -R ACCOUNT FOLDER',
    )
  }
}

function refuseLongPath(path: string): void {
  const octets = Buffer.byteLength(join(path, CONTROL_SOCKET))
  if (octets <= MAX_SOCKET_PATH_OCTETS) return
  throw new StartError(
    `the state folder ${path} has too long a path for the control socket in it: ${octets} octets`,
    `Name a folder with a path of at most ${MAX_SOCKET_PATH_OCTETS - CONTROL_SOCKET.length - 1} octets.`,
  )
}

/** Whether a server answers at the control socket of this state folder. */
export function isServerAlive(stateFolder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(join(stateFolder, CONTROL_SOCKET))
    const settle = (alive: boolean) => {
      socket.destroy()
      resolve(alive)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code === 'EACCES' || error.code === 'EPERM'))
  })
}

/** Removes a control socket that its server left behind. Only for who holds the claim on the store. */
export async function clearStaleSocket(stateFolder: string): Promise<void> {
  await unlink(join(stateFolder, CONTROL_SOCKET)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
