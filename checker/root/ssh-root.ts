import type { Entry, Missed } from './memory-root.ts'
import { createMemoryRoot } from './memory-root.ts'
import { redact } from './redact.ts'
import {
  ALLOWED_COMMANDS,
  type AllowedCommand,
  type CommandReading,
  MOST_OCTETS_OF_HEADER,
  MOST_OCTETS_OF_TEXT,
  type Root,
} from './root.ts'
import {
  commandScript,
  digestScript,
  FIELDS_OF_STATUS,
  namesScript,
  octetsScript,
  PREPARATION,
  statusScript,
} from './ssh-scripts.ts'
import { openSsh, SshError, type SshOptions, type SshSession } from './ssh-session.ts'

/** What of another host was fetched so far. */
interface Fetched {
  readonly entries: Map<string, Entry>
  readonly asked: Set<string>
  readonly listed: Set<string>
  readonly commands: Partial<Record<AllowedCommand, CommandReading>>
}

type Wanted = Readonly<Record<Missed, Set<string>>>

/** Every round fetches what the one before it missed: a configuration that names another, a link, a folder's files. */
const MOST_ROUNDS = 40
const PATHS_OF_ONE_SCRIPT = 200
const MOST_ENTRIES = 400_000

/**
 * Looks at another host through the system's ssh. `look` is called again and again with what was fetched so far, until it
 * misses nothing, or has not for forty rounds; what it returned last counts. Nothing is written there, and what arrives is
 * redacted before anything else sees it.
 *
 * @throws SshError where ssh fails, or the host has no GNU find
 */
export async function lookOverSsh<T>(
  destination: string,
  look: (root: Root) => T,
  options: SshOptions = {},
): Promise<T> {
  const session = openSsh(destination, options)
  try {
    const fetched: Fetched = { entries: new Map(), asked: new Set(), listed: new Set(), commands: {} }
    await session.run(PREPARATION)
    await fetchStatuses(session, fetched, new Set(['/']))
    if (!fetched.entries.has('/'))
      throw new SshError(`${destination} has no GNU find, without which it cannot be read over ssh.`)
    await fetchCommands(session, fetched)
    for (let round = 0; ; round++) {
      const wanted: Wanted = {
        status: new Set(),
        names: new Set(),
        text: new Set(),
        octets: new Set(),
        digest: new Set(),
      }
      const value = look(rootOf(destination, fetched, wanted))
      const isComplete = Object.values(wanted).every((paths) => paths.size === 0)
      if (isComplete || round >= MOST_ROUNDS) return value
      await fetchAll(session, fetched, wanted)
    }
  } finally {
    session.close()
  }
}

function rootOf(label: string, fetched: Fetched, wanted: Wanted): Root {
  return createMemoryRoot({
    label,
    entries: fetched.entries,
    commands: fetched.commands,
    wasAskedFor: (path) => fetched.asked.has(path),
    wasListed: (path) => fetched.listed.has(path),
    missed: (at, what, path) => {
      wanted[what].add(at)
      if (what === 'status' && path.startsWith(at)) for (const each of wayTo(path)) wanted.status.add(each)
    },
  })
}

/** The path and every folder on the way to it. */
function wayTo(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '')
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)
}

async function fetchAll(session: SshSession, fetched: Fetched, wanted: Wanted): Promise<void> {
  await fetchStatuses(session, fetched, wanted.status)
  await inBatches([...wanted.names], async (folders) => {
    noteStatuses(fetched, await session.run(namesScript(folders)))
    for (const folder of folders) fetched.listed.add(folder)
  })
  await inBatches([...wanted.text], async (paths) => {
    const contents = between(await session.run(octetsScript(paths)), session.mark)
    for (const [index, path] of paths.entries()) noteContent(fetched, path, textOf(path, contents[index]))
  })
  await inBatches([...wanted.octets], async (paths) => {
    const contents = between(await session.run(octetsScript(paths, MOST_OCTETS_OF_HEADER)), session.mark)
    for (const [index, path] of paths.entries()) noteContent(fetched, path, startOf(contents[index]))
  })
  await inBatches([...wanted.digest], async (paths) => {
    const lines = between(await session.run(digestScript(paths)), session.mark)
    for (const [index, path] of paths.entries()) {
      const sha256 = /^[0-9a-f]{64}/.exec(String(lines[index]))?.[0]
      noteContent(fetched, path, sha256 === undefined ? { unread: REFUSED } : { sha256 })
    }
  })
}

const REFUSED = 'permission denied'

async function inBatches(paths: readonly string[], fetch: (paths: readonly string[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < paths.length; from += PATHS_OF_ONE_SCRIPT) {
    await fetch(paths.slice(from, from + PATHS_OF_ONE_SCRIPT))
  }
}

async function fetchStatuses(session: SshSession, fetched: Fetched, paths: ReadonlySet<string>): Promise<void> {
  await inBatches([...paths], async (batch) => noteStatuses(fetched, await session.run(statusScript(batch))))
  for (const path of paths) fetched.asked.add(path)
  for (const path of paths) noteRefusal(fetched, path)
}

function noteStatuses(fetched: Fetched, output: Buffer): void {
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
    modified: Math.floor(Number(time)),
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

function noteContent(fetched: Fetched, path: string, content: Content): void {
  const entry = fetched.entries.get(path)
  if (entry?.type === 'file') fetched.entries.set(path, { ...entry, ...content })
}

type Content =
  | { readonly octets: Uint8Array; readonly start?: Uint8Array }
  | { readonly start: Uint8Array }
  | { readonly sha256: string }
  | { readonly unread: string }

/** The text without its secrets; of what is no text also how it begins, as any root shows it. */
function textOf(path: string, answer: Buffer | undefined): Content {
  const sent = whole(answer)
  if (sent === undefined) return { unread: REFUSED }
  if (sent.length > MOST_OCTETS_OF_TEXT) return { unread: `longer than ${MOST_OCTETS_OF_TEXT} octets` }
  const text = sent.toString('utf8')
  const octets = Buffer.from(redact(path, text).text)
  return Buffer.from(text).equals(sent) ? { octets } : { octets, start: sent.subarray(0, MOST_OCTETS_OF_HEADER) }
}

function startOf(answer: Buffer | undefined): Content {
  const start = whole(answer)
  return start === undefined ? { unread: REFUSED } : { start }
}

/** The octets of a file that could be read to the end; undefined where it could not, or is gone meanwhile. */
function whole(answer: Buffer | undefined): Buffer | undefined {
  return answer?.at(-1) === 'y'.charCodeAt(0) ? answer.subarray(0, -1) : undefined
}

/** What stands behind each mark. */
function between(output: Buffer, mark: string): readonly Buffer[] {
  const parts: Buffer[] = []
  let at = output.indexOf(mark)
  while (at !== -1) {
    const next = output.indexOf(mark, at + mark.length)
    parts.push(output.subarray(at + mark.length, next === -1 ? output.length : next))
    at = next
  }
  return parts
}

async function fetchCommands(session: SshSession, fetched: Fetched): Promise<void> {
  for (const command of Object.keys(ALLOWED_COMMANDS) as AllowedCommand[]) {
    const output = (await session.run(commandScript(command))).toString('utf8')
    const [stdout = '', code = '', stderr = ''] = output.split(session.mark)
    fetched.commands[command] = outcomeOf(Number(code), stdout, stderr)
  }
}

/** Exit codes of timeout(1): 124 and 137 where it ended the command, 126 and 127 where there is none to run. */
function outcomeOf(exitCode: number, stdout: string, stderr: string): CommandReading {
  if (exitCode === 127) return { outcome: 'unavailable', why: 'it is not installed' }
  if (exitCode === 126) return { outcome: 'unavailable', why: REFUSED }
  if (exitCode === 124 || exitCode === 137) return { outcome: 'unavailable', why: 'it took too long' }
  return { outcome: 'ran', exitCode, stdout, stderr }
}
