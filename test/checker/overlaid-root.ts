import type { AllowedCommand, Root, Unreadable } from '../../checker/root/root.ts'
import type { Situation } from './case-schema.ts'
import { STOCK_TIME } from './stock.ts'

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** Unix seconds of a date, or of so long before now. */
export function unixTime(text: string, now: number): number {
  const ago = /^(\d+)([smhd])$/.exec(text)
  return ago === null ? Math.floor(Date.parse(text) / 1000) : now - Number(ago[1]) * SECONDS[ago[2]!]!
}

/** A root with what steps cannot make: octets, times, what cannot be read, and what commands print. */
export function createOverlaidRoot(
  root: Root,
  { octets = {}, modified = {}, unreadable = [], hardLinks = [], commands = {}, now = STOCK_TIME }: Situation,
): Root {
  const refused = (path: string): Unreadable | undefined =>
    unreadable.includes(path) ? { outcome: 'unreadable', path, why: 'permission denied' } : undefined
  const octetsAt = (path: string) => (octets[path] === undefined ? undefined : Buffer.from(octets[path], 'base64'))
  return {
    ...root,
    kind: Object.keys(commands).length === 0 ? root.kind : 'live',
    status: (path) => {
      const content = octetsAt(path)
      const status = root.status(path)
      const time = modified[path] === undefined ? undefined : unixTime(modified[path], now)
      if (content !== undefined) {
        const attributes = { type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: content.length }
        return { outcome: 'found', path, ...attributes, modified: time ?? now }
      }
      if (status.outcome !== 'found') return status
      const names = hardLinks.findIndex((each) => each.includes(path))
      const links = names < 0 ? {} : { links: { count: hardLinks[names]!.length, file: `1:${names}` } }
      return { ...status, ...links, modified: time ?? status.modified }
    },
    read: (path, most) => refused(path) ?? root.read(path, most),
    octets: (path, most) => {
      const content = octetsAt(path)
      if (content !== undefined) return { outcome: 'read', octets: content.subarray(0, most) }
      return refused(path) ?? root.octets(path, most)
    },
    list: (path) => refused(path) ?? withOctets(root, path, Object.keys(octets)),
    run: (command: AllowedCommand) => {
      const output = commands[command]
      if (output === undefined) return root.run(command)
      const { exitCode = 0, stdout, stderr = '' } = output
      return { outcome: 'ran', exitCode, stdout, stderr }
    },
  }
}

function withOctets(root: Root, path: string, paths: readonly string[]): ReturnType<Root['list']> {
  const prefix = path === '/' ? '/' : `${path}/`
  const added = paths.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length).split('/')[0]!)
  const listing = root.list(path)
  if (added.length === 0 || listing.outcome === 'unreadable') return listing
  const names = listing.outcome === 'listed' ? listing.names : []
  return { outcome: 'listed', names: [...new Set([...names, ...added])].sort() }
}
