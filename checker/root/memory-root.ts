import { createHash } from 'node:crypto'
import { redact } from './redact.ts'
import { resolveInside } from './resolve-inside.ts'
import {
  type Absent,
  type AllowedCommand,
  type CommandReading,
  type FileReading,
  type HardLinks,
  type ListReading,
  MOST_OCTETS_OF_TEXT,
  type Root,
  type Unreadable,
} from './root.ts'

interface Attributes {
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly modified: number
}

/** What a root in memory holds at a path. */
export type Entry =
  /** Without octets where they were not collected; `unread` says why they could not be. */
  | ({
      readonly type: 'file'
      readonly octets?: Uint8Array
      /** Its first octets as they are, where these were wanted, or it is no text. */
      readonly start?: Uint8Array
      readonly size?: number
      readonly sha256?: string
      readonly unread?: string
      readonly links?: HardLinks
    } & Attributes)
  /** `unread`: why its names could not be listed. */
  | ({ readonly type: 'directory' | 'device' | 'other'; readonly unread?: string } & Attributes)
  | { readonly type: 'link'; readonly to: string }
  | { readonly type: 'unreadable'; readonly why: string }

export interface MemoryTree {
  readonly label: string
  /** By absolute path without a slash at the end; the folders above a path need not be there. */
  readonly entries: ReadonlyMap<string, Entry>
  readonly commands: Readonly<Partial<Record<AllowedCommand, CommandReading>>>
  /** Whether it was looked whether the path is there; by default everything was. What was not is unreadable, not absent. */
  readonly wasAskedFor?: (path: string) => boolean
  /** Whether all names of a folder were looked at; by default they were. */
  readonly wasListed?: (path: string) => boolean
  /** Called for whatever is not part of the tree, with the path where it stands and the one that was wanted. */
  readonly missed?: (at: string, what: Missed, wanted: string) => void
}

export type Missed = 'status' | 'names' | 'text' | 'octets' | 'digest'

type Found = { readonly outcome: 'located'; readonly at: string; readonly entry: Entry } | Absent | Unreadable

/** A root that lies in memory: a saved bundle, or a tree that a test made. */
export function createMemoryRoot(tree: MemoryTree): Root {
  const children = childrenOf(tree.entries)
  const entryAt = (path: string): Entry | undefined =>
    tree.entries.get(path) ?? (children.has(path) ? DIRECTORY : undefined)
  const find = (path: string): Found => findEntry(tree, entryAt, path)
  const readings = new Map<Entry, FileReading>()
  return {
    kind: 'bundle',
    label: tree.label,
    status: (path) => {
      const found = find(path)
      if (found.outcome !== 'located') return found
      const { entry } = found
      if (entry.type === 'unreadable' || entry.type === 'link') return { outcome: 'absent', path }
      const size = entry.type === 'file' ? (entry.size ?? entry.octets?.length ?? 0) : 0
      const { type, mode, uid, gid, modified } = entry
      const links = entry.type === 'file' && entry.links !== undefined ? { links: entry.links } : {}
      return { outcome: 'found', path, type, mode, uid, gid, size, modified, ...links }
    },
    link: (path) => {
      const entry = entryAt(inRealFolder(find, path))
      return entry?.type === 'link' ? entry.to : undefined
    },
    read: (path, most = MOST_OCTETS_OF_TEXT) => {
      const found = find(path)
      const known = found.outcome === 'located' ? readings.get(found.entry) : undefined
      if (known?.outcome === 'read' && known.path === path && known.text.length <= most) return known
      const reading = readAsText(path, octetsOf(tree, found, path, 'text'), most)
      if (found.outcome === 'located') readings.set(found.entry, reading)
      return reading
    },
    octets: (path, most) => {
      const reading = octetsOf(tree, find(path), path, 'octets')
      return reading.outcome === 'read' ? { outcome: 'read', octets: reading.octets.subarray(0, most) } : reading
    },
    digest: (path) => {
      const found = find(path)
      if (found.outcome === 'located' && found.entry.type === 'file' && found.entry.sha256 !== undefined) {
        return { outcome: 'digested', sha256: found.entry.sha256 }
      }
      const reading = octetsOf(tree, found, path, 'digest')
      if (reading.outcome !== 'read') return reading
      return { outcome: 'digested', sha256: createHash('sha256').update(reading.octets).digest('hex') }
    },
    list: (path) => listingOf(tree, children, find(path), path),
    run: (command) => tree.commands[command] ?? { outcome: 'unavailable', why: 'the command was not run there' },
  }
}

function listingOf(tree: MemoryTree, children: Children, found: Found, path: string): ListReading {
  if (found.outcome !== 'located') return found
  if (found.entry.type !== 'directory') return { outcome: 'unreadable', path, why: 'not a folder' }
  if (found.entry.unread !== undefined) return { outcome: 'unreadable', path, why: found.entry.unread }
  if (tree.wasListed?.(found.at) === false) return missing(tree, found.at, path, 'names')
  return { outcome: 'listed', names: [...(children.get(found.at) ?? [])].sort() }
}

function octetsOf(tree: MemoryTree, found: Found, path: string, what: Missed) {
  if (found.outcome !== 'located') return found
  if (found.entry.type !== 'file') return { outcome: 'unreadable' as const, path, why: 'not a regular file' }
  const { start, unread } = found.entry
  const octets = what === 'octets' && start !== undefined ? start : found.entry.octets
  if (octets !== undefined) return { outcome: 'read' as const, octets }
  return unread === undefined
    ? missing(tree, found.at, path, what)
    : { outcome: 'unreadable' as const, path, why: unread }
}

function missing(tree: MemoryTree, at: string, path: string, what: Missed): Unreadable {
  tree.missed?.(at, what, path)
  return { outcome: 'unreadable', path, why: tree.missed === undefined ? NOT_HERE : NOT_YET }
}

/** The path with the links of its folder followed, but not one at its end. */
function inRealFolder(find: (path: string) => Found, path: string): string {
  const cut = path.lastIndexOf('/')
  const folder = find(path.slice(0, cut))
  if (folder.outcome !== 'located') return path
  return folder.at === '/' ? path.slice(cut) : `${folder.at}${path.slice(cut)}`
}

/** Why something cannot be read that the bundle does not hold. */
const NOT_HERE = 'not part of this bundle'
/** The same of a tree that hears of what was missed: it is there in the next round. */
export const NOT_YET = 'not fetched in so many rounds'

/** PATH_MAX without its NUL (limits.h): no program opens what is longer. */
const LONGEST_PATH = 4095

const DIRECTORY: Entry = { type: 'directory', mode: 0o755, uid: 0, gid: 0, modified: 0 }

type Children = ReadonlyMap<string, ReadonlySet<string>>

function childrenOf(entries: ReadonlyMap<string, Entry>): Children {
  const children = new Map<string, Set<string>>([['/', new Set()]])
  for (const path of entries.keys()) {
    let below = path
    while (below !== '/' && below !== '') {
      const cut = below.lastIndexOf('/')
      const parent = cut <= 0 ? '/' : below.slice(0, cut)
      const siblings = children.get(parent) ?? new Set()
      children.set(parent, siblings.add(below.slice(cut + 1)))
      // What is above is noted with what was below it before.
      if (siblings.size > 1) break
      below = parent
    }
  }
  return children
}

function findEntry(tree: MemoryTree, entryAt: (path: string) => Entry | undefined, path: string): Found {
  if (path.length > LONGEST_PATH) return { outcome: 'unreadable', path, why: 'longer than a path may be' }
  let refused: Unreadable | undefined
  let at: string | undefined
  try {
    at = resolveInside(path, (component) => {
      const entry = entryAt(component)
      if (entry?.type === 'unreadable') refused = { outcome: 'unreadable', path, why: entry.why }
      if (entry === undefined && tree.wasAskedFor?.(component) === false) {
        refused = missing(tree, component, path, 'status')
      }
      if (entry === undefined) return undefined
      return entry.type === 'link' ? entry : { type: 'other' }
    })
  } catch {
    return { outcome: 'unreadable', path, why: 'links go in a circle' }
  }
  if (refused !== undefined) return refused
  const entry = at === undefined ? undefined : entryAt(at)
  return at === undefined || entry === undefined ? { outcome: 'absent', path } : { outcome: 'located', at, entry }
}

function readAsText(
  path: string,
  start: { readonly outcome: 'read'; readonly octets: Uint8Array } | Absent | Unreadable,
  most: number,
): FileReading {
  if (start.outcome !== 'read') return start
  if (start.octets.length > most) return { outcome: 'unreadable', path, why: `longer than ${most} octets` }
  const { text, redacted } = redact(path, Buffer.from(start.octets).toString('utf8'))
  return { outcome: 'read', path, text, sha256: createHash('sha256').update(text).digest('hex'), redacted }
}
