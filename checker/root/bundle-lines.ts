import { z } from 'zod'
import type { Entry } from './memory-root.ts'
import { ALLOWED_COMMANDS, type AllowedCommand, type CommandReading, MOST_SECONDS } from './root.ts'

/** What one line of a bundle holds, behind the header. */
export type BundleLine =
  | { readonly path: string; readonly entry: Entry }
  | { readonly command: AllowedCommand; readonly reading: CommandReading }

export const bundleHeader = z.strictObject({
  /** The version of the format. */
  hostcheck: z.literal(1),
  label: z.string(),
  at: z.number().int().nonnegative().max(MOST_SECONDS),
  asked: z.array(z.string().regex(/^!?\//)),
})

const path = z.string().regex(/^\/(?:[^/\0]+(?:\/[^/\0]+)*)?$/)
const count = z.number().int().nonnegative()
const attributes = {
  mode: z.string().regex(/^[0-7]{1,4}$/),
  uid: count,
  gid: count,
  modified: z.number().int().min(-MOST_SECONDS).max(MOST_SECONDS),
}

const pathLine = z.discriminatedUnion('type', [
  z.strictObject({
    path,
    type: z.literal('file'),
    ...attributes,
    size: count,
    text: z.string().optional(),
    octets: z.base64().optional(),
    sha256: z.hash('sha256').optional(),
    unread: z.string().optional(),
    links: z.strictObject({ count, file: z.string().regex(/^\d+:\d+$/) }).optional(),
  }),
  z.strictObject({
    path,
    type: z.enum(['directory', 'device', 'other']),
    ...attributes,
    unread: z.string().optional(),
  }),
  z.strictObject({ path, type: z.literal('link'), to: z.string() }),
  z.strictObject({ path, type: z.literal('unreadable'), why: z.string() }),
])

const commandLine = z.strictObject({
  command: z.enum(Object.keys(ALLOWED_COMMANDS) as [AllowedCommand, ...AllowedCommand[]]),
  reading: z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('ran'), exitCode: z.number().int(), stdout: z.string(), stderr: z.string() }),
    z.strictObject({ outcome: z.literal('unavailable'), why: z.string() }),
  ]),
})

/** The line that a JSON value holds; undefined where it is none. */
export function bundleLineOf(value: unknown): BundleLine | undefined {
  const command = typeof value === 'object' && value !== null && 'command' in value
  const line = command ? commandLine.safeParse(value) : pathLine.safeParse(value)
  if (!line.success) return undefined
  return 'command' in line.data ? line.data : { path: line.data.path, entry: entryOf(line.data) }
}

/** A path and what stands there, as JSON writes it: text as text, other octets in base64, the mode in octal digits. */
export function lineOfEntry(path: string, entry: Entry): unknown {
  if (entry.type === 'link' || entry.type === 'unreadable') return { path, ...entry }
  const { mode, uid, gid, modified, unread } = entry
  const attributes = {
    mode: mode.toString(8).padStart(4, '0'),
    uid,
    gid,
    modified,
    ...(unread === undefined ? {} : { unread }),
  }
  if (entry.type !== 'file') return { path, type: entry.type, ...attributes }
  const size = entry.size ?? entry.octets?.length ?? 0
  const digest = entry.sha256 === undefined ? {} : { sha256: entry.sha256 }
  const links = entry.links === undefined ? {} : { links: entry.links }
  return { path, type: 'file', ...attributes, size, ...links, ...digest, ...content(entry.octets) }
}

function content(octets: Uint8Array | undefined): { readonly text?: string; readonly octets?: string } {
  if (octets === undefined) return {}
  const text = Buffer.from(octets).toString('utf8')
  return Buffer.from(text).equals(octets) ? { text } : { octets: Buffer.from(octets).toString('base64') }
}

function entryOf(line: z.infer<typeof pathLine>): Entry {
  if (line.type === 'link') return { type: 'link', to: line.to }
  if (line.type === 'unreadable') return { type: 'unreadable', why: line.why }
  const { uid, gid, modified, unread } = line
  const mode = Number.parseInt(line.mode, 8)
  const attributes = { mode, uid, gid, modified, ...(unread === undefined ? {} : { unread }) }
  if (line.type !== 'file') return { type: line.type, ...attributes }
  const octets = line.text === undefined ? line.octets && Buffer.from(line.octets, 'base64') : Buffer.from(line.text)
  return {
    type: 'file',
    size: line.size,
    ...attributes,
    ...(octets instanceof Uint8Array ? { octets } : {}),
    ...(line.sha256 === undefined ? {} : { sha256: line.sha256 }),
    ...(line.links === undefined ? {} : { links: line.links }),
  }
}
