import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Octets that are read of such a file, from its end. */
const MOST_OCTETS = 16 * 1024 * 1024

/** The end of a file, from the beginning of a line. */
export interface FileEnd {
  readonly text: string
  /** Whether it is all of the file. */
  readonly isWhole: boolean
}

/**
 * Appends to a file that only its owner may read, and makes sure that it is on the disk; throws where that cannot be. A link
 * in its place is refused: whoever can put one there would have this process write elsewhere. What root makes belongs to
 * whom its folder belongs to: the account that runs hostcheck every night reads what probes found as root.
 */
export function appendPrivately(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const file = openForAppending(path)
  try {
    if (!fstatSync(file).isFile()) throw new Error('it is no file')
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function openForAppending(path: string): number {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK
  try {
    const made = openSync(path, flags | constants.O_CREAT | constants.O_EXCL, 0o600)
    const { uid, gid } = statSync(dirname(path))
    if (process.getuid?.() === 0) fchownSync(made, uid, gid)
    return made
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return openSync(path, flags)
  }
}

/** The end of the file; undefined where it is missing. Throws where it cannot be read. */
export function readEnd(path: string): FileEnd | undefined {
  const file = openIfThere(path)
  if (file === undefined) return undefined
  try {
    const status = fstatSync(file)
    if (!status.isFile()) throw new Error('it is no file')
    const start = Math.max(0, status.size - MOST_OCTETS)
    const octets = Buffer.alloc(status.size - start)
    const length = readSync(file, octets, 0, octets.length, start)
    const text = octets.toString('utf8', 0, length)
    return { text: start === 0 ? text : text.slice(text.indexOf('\n') + 1), isWhole: start === 0 }
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    // A FIFO in its place must not keep us waiting.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
