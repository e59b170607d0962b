import { createHash } from 'node:crypto'
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readlinkSync,
  readSync,
} from 'node:fs'
import { above, type HeldFolders, holdFolders } from './held-folders.ts'
import { redact } from './redact.ts'
import { type Look, resolveInside } from './resolve-inside.ts'
import {
  type Absent,
  type CommandReading,
  type DigestReading,
  datable,
  type FileReading,
  type ListReading,
  MOST_NAMES,
  MOST_OCTETS_OF_DIGEST,
  MOST_OCTETS_OF_HEADER,
  MOST_OCTETS_OF_TEXT,
  type OctetsReading,
  type Root,
  type Status,
  type StatusReading,
  type Unreadable,
} from './root.ts'

/** `real` is a path for the system, by which it gets there without following a link. */
type Located = { readonly outcome: 'located'; readonly real: string; readonly inside: string } | Absent | Unreadable

interface Tree {
  readonly folders: HeldFolders
  /** Folders and links that were seen: a look is short, and they are on the way to everything. */
  readonly seen: Map<string, ReturnType<Look>>
}

const MOST_SEEN = 200_000

/**
 * A folder as the root of a system: an unpacked or debootstrapped tree, a mounted image, the root of a process in a
 * container, or `/` itself. Every component of a path is looked at before the next, so that no link leads out; only
 * regular files are opened, without blocking.
 */
export function createTreeRoot(folder: string, label: string): Root {
  const tree: Tree = { folders: holdFolders(folder), seen: new Map() }
  const locate = (path: string): Located => locateInside(tree, path)
  return {
    kind: 'tree',
    label,
    status: (path) => {
      const located = locate(path)
      return located.outcome === 'located' ? statusOf(path, located.real) : located
    },
    link: (path) => linkAt(tree, path),
    read: (path, most = MOST_OCTETS_OF_TEXT) => readText(path, locate(path), most),
    octets: (path, most) => readStart(path, locate(path), Math.min(most, MOST_OCTETS_OF_HEADER)),
    digest: (path) => digestOf(path, locate(path)),
    list: (path) => listFolder(path, tree, locate(path)),
    run: (): CommandReading => ({ outcome: 'unavailable', why: 'commands run only on the live host' }),
  }
}

function locateInside({ folders, seen }: Tree, path: string): Located {
  if (seen.size > MOST_SEEN) seen.clear()
  try {
    const inside = resolveInside(path, (at) => {
      const known = seen.get(at)
      if (known !== undefined) return known
      const parent = above(at)
      // Nothing lies in what is no folder.
      if (parent !== '/' && !seen.has(parent)) return undefined
      const real = folders.entry(at)
      const stats = lstatSync(real, { throwIfNoEntry: false })
      if (stats === undefined) return undefined
      const look = stats.isSymbolicLink() ? { type: 'link' as const, to: readlinkSync(real) } : OTHER
      if (look !== OTHER || stats.isDirectory()) seen.set(at, look)
      return look
    })
    if (inside === undefined) return { outcome: 'absent', path }
    return { outcome: 'located', real: folders.entry(inside), inside }
  } catch (error) {
    return refusalOf(path, error)
  }
}

const OTHER = { type: 'other' } as const

function linkAt(tree: Tree, path: string): string | undefined {
  const parent = locateInside(tree, path.slice(0, Math.max(path.lastIndexOf('/'), 1)))
  if (parent.outcome !== 'located') return undefined
  try {
    return readlinkSync(`${tree.folders.folder(parent.inside)}/${path.slice(path.lastIndexOf('/') + 1)}`)
  } catch {
    return undefined
  }
}

function statusOf(path: string, real: string): StatusReading {
  try {
    const stats = lstatSync(real, { bigint: true })
    return {
      outcome: 'found',
      path,
      type: typeOf(stats),
      mode: Number(stats.mode) & 0o7777,
      uid: Number(stats.uid),
      gid: Number(stats.gid),
      size: Number(stats.size),
      modified: datable(Number(stats.mtimeMs / 1000n)),
      ...(stats.isFile() && stats.nlink > 1n
        ? { links: { count: Number(stats.nlink), file: `${stats.dev}:${stats.ino}` } }
        : {}),
    }
  } catch (error) {
    return refusalOf(path, error)
  }
}

function typeOf(stats: BigIntStats): Status['type'] {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : 'other'
}

function readText(path: string, located: Located, most: number): FileReading {
  const start = readStart(path, located, most + 1)
  if (start.outcome !== 'read') return start
  if (start.octets.length > most) return { outcome: 'unreadable', path, why: `longer than ${most} octets` }
  const { text, redacted } = redact(path, Buffer.from(start.octets).toString('utf8'))
  return { outcome: 'read', path, text, sha256: createHash('sha256').update(text).digest('hex'), redacted }
}

/** Files of /proc say 0 octets, so the size decides nothing: it is read to the end or to the limit. */
function readStart(path: string, located: Located, most: number): OctetsReading {
  return withFile(path, located, (descriptor, size) => ({ outcome: 'read', octets: readUpTo(descriptor, most, size) }))
}

function digestOf(path: string, located: Located): DigestReading {
  return withFile(path, located, (descriptor) => {
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafe(1 << 20)
    let left = MOST_OCTETS_OF_DIGEST
    for (let count = 1; count > 0 && left > 0; left -= count) {
      count = readSync(descriptor, piece, 0, Math.min(piece.length, left), null)
      hash.update(piece.subarray(0, count))
    }
    if (left <= 0) return { outcome: 'unreadable', path, why: `longer than ${MOST_OCTETS_OF_DIGEST} octets` }
    return { outcome: 'digested', sha256: hash.digest('hex') }
  })
}

function withFile<R>(
  path: string,
  located: Located,
  use: (descriptor: number, size: number) => R,
): R | Absent | Unreadable {
  if (located.outcome !== 'located') return located
  let descriptor: number | undefined
  try {
    if (!lstatSync(located.real).isFile()) return { outcome: 'unreadable', path, why: 'not a regular file' }
    descriptor = openSync(located.real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return { outcome: 'unreadable', path, why: 'not a regular file' }
    return use(descriptor, stats.size)
  } catch (error) {
    return refusalOf(path, error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function readUpTo(descriptor: number, most: number, size: number): Uint8Array {
  const pieces: Buffer[] = []
  let length = 0
  // One octet more than it is said to have, so that a second piece, which finds the end, can be short.
  let room = size > 0 ? size + 1 : LONGEST_PIECE
  while (length < most) {
    const piece = Buffer.allocUnsafe(Math.min(most - length, room, LONGEST_PIECE))
    const count = readSync(descriptor, piece, 0, piece.length, null)
    if (count === 0) break
    pieces.push(piece.subarray(0, count))
    length += count
    // Files of /proc come a page at a time, whatever is asked for.
    room = size > 0 && count < piece.length ? SHORTEST_PIECE : LONGEST_PIECE
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
}

const SHORTEST_PIECE = 512
const LONGEST_PIECE = 65_536

function listFolder(path: string, { folders, seen }: Tree, located: Located): ListReading {
  if (located.outcome !== 'located') return located
  try {
    if (located.inside !== '/' && !seen.has(located.inside)) return { outcome: 'absent', path }
    const names = namesUpTo(folders.folder(located.inside), MOST_NAMES + 1)
    if (names.length > MOST_NAMES) return { outcome: 'unreadable', path, why: `more than ${MOST_NAMES} names` }
    return { outcome: 'listed', names: names.sort() }
  } catch (error) {
    return refusalOf(path, error)
  }
}

function namesUpTo(real: string, most: number): string[] {
  const folder = opendirSync(real, { bufferSize: 1024 })
  try {
    const names: string[] = []
    for (let entry = folder.readSync(); entry !== null && names.length < most; entry = folder.readSync()) {
      names.push(entry.name)
    }
    return names
  } finally {
    folder.closeSync()
  }
}

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'links go in a circle',
  ENOTDIR: 'not a folder',
  EIO: 'the device reported an error',
  EINVAL: 'the kernel refused to read it',
  ESRCH: 'the process is gone',
  ESTALE: 'it was moved meanwhile',
}

function refusalOf(path: string, error: unknown): Absent | Unreadable {
  const code = (error as NodeJS.ErrnoException).code
  if (code === undefined) throw error
  if (code === 'ENOENT' || code === 'ENOTDIR') return { outcome: 'absent', path }
  return { outcome: 'unreadable', path, why: WHY[code] ?? code }
}
