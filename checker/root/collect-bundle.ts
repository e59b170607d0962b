import { createAsked, fits, namesOf } from './asked.ts'
import { type Bundle, BundleError } from './bundle.ts'
import type { Entry } from './memory-root.ts'
import { ALLOWED_COMMANDS, type AllowedCommand, type CommandReading, type Root, type Status } from './root.ts'

/** What of a host goes into a bundle: a pattern (asked.ts) and how much of each file that it fits. */
export interface Wanted {
  readonly pattern: string
  /** The text, redacted; its first octets, as they are; its digest; or that it is there: owner, mode, size and time. */
  readonly content: 'text' | 'status' | 'digest' | { readonly octets: number }
}

export interface Collecting {
  readonly label: string
  /** Unix seconds. */
  readonly at: number
  readonly wanted: readonly Wanted[]
  /** Patterns of what is not looked at, though something wanted fits it. */
  readonly leftOut: readonly string[]
}

const MOST_ENTRIES = 400_000
const MOST_OCTETS = 256 * 1024 * 1024
const MOST_LINKS = 40
const DEEPEST = 40
/** How a program in machine code begins (elf(5)): no more is kept of it, for nothing in it is read as text. */
const MACHINE_CODE = '\u007fELF'
const GONE = 'gone meanwhile'

interface Visit {
  /** The way so far, no link in it. */
  readonly names: readonly string[]
  /** What of the pattern is left. */
  readonly rest: readonly string[]
  readonly content: Wanted['content']
  readonly links: number
}

/**
 * Collects a bundle of what a root shows, following links wherever they lead inside it. Nothing is collected twice.
 *
 * @throws BundleError where there is more than a bundle may hold: a part would look like a whole
 */
export function collectBundle(root: Root, { label, at, wanted, leftOut }: Collecting): Bundle {
  const entries = new Map<string, Entry>()
  const asked = [...wanted.map(({ pattern }) => pattern), ...leftOut.map((pattern) => `!${pattern}`)]
  const collected = { entries, asked: new Set(asked), octets: 0 }
  const { wasAskedFor: isWanted } = createAsked(['/**', ...leftOut.map((pattern) => `!${pattern}`)])
  const waiting: Visit[] = wanted
    .map(({ pattern, content }) => ({ names: [], rest: namesOf(pattern), content, links: 0 }))
    .reverse()
  for (let visit = waiting.pop(); visit !== undefined; visit = waiting.pop()) {
    if (!isWanted(pathOf(visit.names))) continue
    waiting.push(...stepsFrom(root, collected, visit).reverse())
  }
  return { label, at, asked: [...collected.asked], entries, commands: outputs(root) }
}

interface Collected {
  readonly entries: Map<string, Entry>
  readonly asked: Set<string>
  octets: number
}

function pathOf(names: readonly string[]): string {
  return `/${names.join('/')}`
}

/** Notes what stands where a visit is, and says where to go from there. */
function stepsFrom(root: Root, collected: Collected, visit: Visit): Visit[] {
  const path = pathOf(visit.names)
  const [next, ...rest] = visit.rest
  const entry = noted(root, collected, path, next === undefined || next === '**' ? visit.content : 'status')
  if (entry?.type === 'link') return throughLink(root, collected, visit, entry.to)
  if (entry?.type !== 'directory' || next === undefined) return []
  if (!next.includes('*')) return [{ ...visit, names: [...visit.names, next], rest }]
  const listing = visit.names.length < DEEPEST ? root.list(path) : { outcome: 'unreadable' as const, why: 'too deep' }
  if (listing.outcome === 'unreadable') collected.entries.set(path, { ...entry, unread: listing.why })
  if (listing.outcome !== 'listed') return []
  const names = next === '**' ? listing.names : listing.names.filter((name) => fits(next, name))
  const left = next === '**' ? visit.rest : rest
  return names.map((name) => ({ ...visit, names: [...visit.names, name], rest: left }))
}

/** A link at the end of the way leads to one path more; one on the way leads the rest of the pattern elsewhere. */
function throughLink(root: Root, collected: Collected, visit: Visit, to: string): Visit[] {
  if (visit.links >= MOST_LINKS) return []
  const rest = visit.rest[0] === '**' ? [] : visit.rest
  const names = to.startsWith('/') ? [] : visit.names.slice(0, -1)
  for (const name of namesOf(to)) {
    if (name === '..') names.pop()
    else if (name !== '.') names.push(name)
  }
  const pattern = pathOf([...names, ...rest])
  if (rest.length > 0 || root.status(pattern).outcome !== 'found') collected.asked.add(pattern)
  return [{ ...visit, names: [], rest: [...names, ...rest], links: visit.links + 1 }]
}

function noted(root: Root, collected: Collected, path: string, content: Wanted['content']): Entry | undefined {
  const known = collected.entries.get(path)
  const isWhole = known !== undefined && (known.type !== 'file' || content === 'status' || holds(known, content))
  if (isWhole) return known
  if (collected.entries.size >= MOST_ENTRIES) throw new BundleError(`There are more than ${MOST_ENTRIES} paths.`)
  const found = entryAt(root, path, content, MOST_OCTETS - collected.octets)
  const entry = known?.type === 'file' && found?.type === 'file' ? { ...known, ...found } : found
  if (entry === undefined) return undefined
  if (entry.type === 'file') collected.octets += entry.octets?.length ?? 0
  collected.entries.set(path, entry)
  return entry
}

function holds(entry: Extract<Entry, { type: 'file' }>, content: Wanted['content']): boolean {
  return (content === 'digest' ? entry.sha256 : entry.octets) !== undefined
}

function entryAt(root: Root, path: string, content: Wanted['content'], room: number): Entry | undefined {
  const to = root.link(path)
  if (to !== undefined) return { type: 'link', to }
  const status = root.status(path)
  if (status.outcome === 'absent') return undefined
  if (status.outcome === 'unreadable') return { type: 'unreadable', why: status.why }
  const { type, ...attributes } = attributesOf(status)
  if (type !== 'file') return { type, ...attributes }
  const links = status.links === undefined ? {} : { links: status.links }
  return {
    type,
    ...attributes,
    size: status.size,
    ...links,
    ...(content === 'status' ? {} : read(root, path, content, room)),
  }
}

function attributesOf({ type, mode, uid, gid, modified }: Status) {
  return { type, mode, uid, gid, modified }
}

function read(
  root: Root,
  path: string,
  content: Exclude<Wanted['content'], 'status'>,
  room: number,
): { readonly octets: Uint8Array } | { readonly sha256: string } | { readonly unread: string } {
  if (content === 'digest') {
    const digest = root.digest(path)
    if (digest.outcome === 'digested') return { sha256: digest.sha256 }
    return { unread: digest.outcome === 'absent' ? GONE : digest.why }
  }
  const reading = content === 'text' ? root.read(path) : root.octets(path, content.octets)
  if (reading.outcome !== 'read') return { unread: reading.outcome === 'absent' ? GONE : reading.why }
  if ('text' in reading && reading.text.startsWith(MACHINE_CODE)) return { octets: Buffer.from(MACHINE_CODE) }
  if ('text' in reading && isNoText(path, reading.text)) return { unread: 'not text' }
  const octets = 'text' in reading ? Buffer.from(reading.text) : reading.octets
  return octets.length > room ? { unread: 'the bundle is full' } : { octets }
}

function outputs(root: Root): Partial<Record<AllowedCommand, CommandReading>> {
  const names = Object.keys(ALLOWED_COMMANDS) as AllowedCommand[]
  return Object.fromEntries(names.map((name) => [name, root.run(name)]))
}

/** Words of a command line in /proc end with a NUL each. */
function isNoText(path: string, text: string): boolean {
  return text.includes('\uFFFD') || (text.includes('\0') && !path.startsWith('/proc/'))
}
