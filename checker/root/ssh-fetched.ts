import type { Entry } from './memory-root.ts'
import { redact } from './redact.ts'
import {
  type AllowedCommand,
  type CommandReading,
  datable,
  MOST_OCTETS_OF_HEADER,
  MOST_OCTETS_OF_TEXT,
} from './root.ts'
import { FIELDS_OF_STATUS } from './ssh-scripts.ts'
import { SshError } from './ssh-session.ts'

/** What of another host was fetched so far. */
export interface Fetched {
  readonly entries: Map<string, Entry>
  readonly asked: Set<string>
  readonly listed: Set<string>
  readonly commands: Partial<Record<AllowedCommand, CommandReading>>
}

const MOST_ENTRIES = 400_000
export const REFUSED = 'permission denied'

/** The path and every folder on the way to it; at most so many, from the root on. */
export function wayTo(path: string, most = Number.POSITIVE_INFINITY): readonly string[] {
  const names = path
    .split('/')
    .filter((name) => name !== '')
    .slice(0, most)
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)
}

/** Whether all names beside the path are known, and so that it is not there. */
export function isInListed({ listed, entries }: Fetched, path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf('/')) || '/'
  const entry = entries.get(folder)
  return listed.has(folder) && entry?.type === 'directory' && entry.unread === undefined
}

export function noteAsked(fetched: Fetched, path: string): void {
  fetched.asked.add(path)
  noteRefusal(fetched, path)
}

export function noteStatuses(fetched: Fetched, output: Buffer): void {
  const fields = output.toString('utf8').split('\0')
  for (let at = 0; at + FIELDS_OF_STATUS < fields.length; at += FIELDS_OF_STATUS) {
    const path = fields[at + 7]!
    if (fetched.entries.size >= MOST_ENTRIES) throw new SshError(`There are more than ${MOST_ENTRIES} paths.`)
    fetched.asked.add(path)
    if (!fetched.entries.has(path)) fetched.entries.set(path, entryOf(fields.slice(at, at + FIELDS_OF_STATUS)))
  }
}

const TYPES: Readonly<Record<string, 'file' | 'directory' | 'device'>> = {
  f: 'file',
  d: 'directory',
  b: 'device',
  c: 'device',
}

function entryOf(fields: readonly string[]): Entry {
  const [isReadable, type, mode, uid, gid, size, time, , to, names, file] = fields
  if (type === 'l') return { type: 'link', to: to! }
  const attributes = {
    mode: Number.parseInt(mode!, 8),
    uid: Number(uid),
    gid: Number(gid),
    modified: datable(Math.floor(Number(time))),
    ...(isReadable === 'y' ? {} : { unread: REFUSED }),
  }
  const kind = TYPES[type!] ?? 'other'
  if (kind !== 'file') return { type: kind, ...attributes }
  const links = Number(names) > 1 ? { links: { count: Number(names), file: file! } } : {}
  return { type: kind, size: Number(size), ...attributes, ...links }
}

/** What is not there, below a folder that may not be searched, may be there all the same. */
function noteRefusal(fetched: Fetched, path: string): void {
  if (fetched.entries.has(path)) return
  const above = wayTo(path).findLast((each) => fetched.entries.has(each)) ?? '/'
  const folder = fetched.entries.get(above)
  if (folder?.type === 'directory' && folder.unread !== undefined) {
    fetched.entries.set(path, { type: 'unreadable', why: folder.unread })
  }
}

export function noteContent(fetched: Fetched, path: string, content: Content): void {
  const entry = fetched.entries.get(path)
  if (entry?.type === 'file') fetched.entries.set(path, { ...entry, ...content })
}

type Content =
  | { readonly octets: Uint8Array; readonly start?: Uint8Array }
  | { readonly start: Uint8Array }
  | { readonly sha256: string }
  | { readonly unread: string }

/** The text without its secrets; of what is no text also how it begins, as any root shows it. */
export function textOf(path: string, answer: Buffer | undefined): Content {
  const sent = whole(answer)
  if (sent === undefined) return { unread: REFUSED }
  if (sent.length > MOST_OCTETS_OF_TEXT) return { unread: `longer than ${MOST_OCTETS_OF_TEXT} octets` }
  const text = sent.toString('utf8')
  const octets = Buffer.from(redact(path, text).text)
  return Buffer.from(text).equals(sent) ? { octets } : { octets, start: sent.subarray(0, MOST_OCTETS_OF_HEADER) }
}

export function startOf(answer: Buffer | undefined): Content {
  const start = whole(answer)
  return start === undefined ? { unread: REFUSED } : { start }
}

/** The octets of a file that could be read to the end; undefined where it could not, or is gone meanwhile. */
function whole(answer: Buffer | undefined): Buffer | undefined {
  return answer?.at(-1) === 'y'.charCodeAt(0) ? answer.subarray(0, -1) : undefined
}

export function digestOf(answer: Buffer | undefined): Content {
  const sha256 = /^[0-9a-f]{64}/.exec(String(answer))?.[0]
  return sha256 === undefined ? { unread: REFUSED } : { sha256 }
}
