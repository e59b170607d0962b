import { closeSync, constants, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'

/** Ways to what stands inside a folder, which no link leads astray. */
export interface HeldFolders {
  /** A path for the system by which it gets at what stands there; its last component may be a link, no other is followed. */
  readonly entry: (inside: string) => string
  /** The same of a folder, which is no link. */
  readonly folder: (inside: string) => string
}

const MOST_HELD = 48
/** Opens a folder to go on from it, whether or not it may be read (open(2)); Node has no name for it. */
const O_PATH = 0o10000000
const PLACE_ONLY = O_PATH | constants.O_DIRECTORY
const DESCRIPTORS = '/proc/self/fd'

/**
 * Holds folders open while it goes from one to the next, so that each step begins where the one before it ended, whatever
 * is renamed meanwhile, and in whatever mount namespace the root lies: by a path's words alone the system would follow a
 * link of a container to this host. At most 48 are held at a time; they are let go when the process ends.
 *
 * Without /proc there is no such way, and paths are all that there is.
 *
 * `entry` and `folder` throw as open(2) does, and `ESTALE` where a folder is one no more.
 */
export function holdFolders(root: string): HeldFolders {
  if (!existsSync(DESCRIPTORS)) {
    const at = (inside: string) => join(root, inside)
    return { entry: at, folder: at }
  }
  /** By path, the one used last at the end. */
  const held = new Map<string, number>()
  const hold = (inside: string): number => {
    const known = held.get(inside)
    if (known !== undefined) {
      held.delete(inside)
      held.set(inside, known)
      return known
    }
    const opened = inside === '/' ? openSync(root, PLACE_ONLY) : openBelow(hold(above(inside)), lastName(inside))
    held.set(inside, opened)
    const [oldest] = held
    if (held.size > MOST_HELD && oldest !== undefined) {
      held.delete(oldest[0])
      closeSync(oldest[1])
    }
    return opened
  }
  return {
    entry: (inside) =>
      inside === '/' ? `${DESCRIPTORS}/${hold('/')}/.` : `${DESCRIPTORS}/${hold(above(inside))}/${lastName(inside)}`,
    folder: (inside) => `${DESCRIPTORS}/${hold(inside)}/.`,
  }
}

function openBelow(folder: number, name: string): number {
  try {
    return openSync(`${DESCRIPTORS}/${folder}/${name}`, PLACE_ONLY | constants.O_NOFOLLOW)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOTDIR' || code === 'ELOOP' ? Object.assign(new Error('moved'), { code: 'ESTALE' }) : error
  }
}

/** The folder that a path of a root is in. */
export function above(inside: string): string {
  return inside.slice(0, inside.lastIndexOf('/')) || '/'
}

function lastName(inside: string): string {
  return inside.slice(inside.lastIndexOf('/') + 1)
}
