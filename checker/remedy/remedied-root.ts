import { createHash } from 'node:crypto'
import { redact } from '../root/redact.ts'
import { resolveInside } from '../root/resolve-inside.ts'
import type { FileReading, ListReading, Root, StatusReading } from '../root/root.ts'
import { createChanges } from './apply-step.ts'
import { filled, type Values } from './shell.ts'
import type { Step } from './step.ts'

/** What a step put at a path; `gone` where it took something away. */
export type Change =
  | { readonly type: 'file'; readonly text: string; readonly mode: number; readonly uid: number; readonly gid: number }
  | { readonly type: 'directory'; readonly mode: number; readonly uid: number; readonly gid: number }
  | { readonly type: 'link'; readonly to: string }
  | { readonly type: 'gone' }

/**
 * The root as it would be after the steps: what they change lies in memory, nothing is written. So a remedy can be judged
 * before anybody runs it, and by tests after every step.
 */
export function createRemediedRoot(base: Root, steps: readonly Step[], values: Values = {}, now = 0): Root {
  const changes = new Map<string, Change>()
  const root = layered(base, changes, now)
  const apply = createChanges(root, changes)
  for (const step of steps) apply(filled(step, values))
  return root
}

function layered(base: Root, changes: ReadonlyMap<string, Change>, now: number): Root {
  const look = (path: string) => {
    const change = changes.get(path)
    if (change?.type === 'gone') return hasBelow(changes, path) ? { type: 'other' as const } : undefined
    if (change !== undefined) return change.type === 'link' ? change : { type: 'other' as const }
    if (isGone(changes, path)) return undefined
    const to = base.link(path)
    if (to !== undefined) return { type: 'link' as const, to }
    if (base.status(path).outcome !== 'absent' || hasBelow(changes, path)) return { type: 'other' as const }
    return undefined
  }
  const real = (path: string): string | undefined => {
    try {
      return resolveInside(path, look)
    } catch {
      return undefined
    }
  }
  const status = (path: string): StatusReading => statusOf(base, changes, path, real(path), now)
  return {
    ...base,
    status,
    link: (path) => {
      const change = changes.get(path)
      if (change === undefined) return base.link(path)
      return change.type === 'link' ? change.to : undefined
    },
    read: (path, most) => readingOf(base, changes, path, real(path), most),
    octets: (path, most) => {
      const at = real(path)
      const change = at === undefined ? undefined : changes.get(at)
      if (change?.type === 'file') return { outcome: 'read', octets: Buffer.from(change.text).subarray(0, most) }
      return at === undefined ? { outcome: 'absent', path } : base.octets(at, most)
    },
    digest: (path) => {
      const at = real(path)
      const change = at === undefined ? undefined : changes.get(at)
      if (change?.type === 'file')
        return { outcome: 'digested', sha256: createHash('sha256').update(change.text).digest('hex') }
      return at === undefined ? { outcome: 'absent', path } : base.digest(at)
    },
    list: (path) => listingOf(base, changes, path, real(path)),
  }
}

function statusOf(
  base: Root,
  changes: ReadonlyMap<string, Change>,
  path: string,
  at: string | undefined,
  now: number,
): StatusReading {
  if (at === undefined) return { outcome: 'absent', path }
  const change = changes.get(at)
  if (change === undefined) {
    const below = base.status(at)
    if (below.outcome !== 'absent' || !hasBelow(changes, at)) return { ...below, path }
    return { outcome: 'found', path, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, modified: now }
  }
  if (change.type === 'gone' && hasBelow(changes, at)) {
    return { outcome: 'found', path, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0, modified: now }
  }
  if (change.type === 'gone' || change.type === 'link') return { outcome: 'absent', path }
  const size = change.type === 'file' ? Buffer.byteLength(change.text) : 0
  const { type, mode, uid, gid } = change
  return { outcome: 'found', path, type, mode, uid, gid, size, modified: now }
}

function readingOf(
  base: Root,
  changes: ReadonlyMap<string, Change>,
  path: string,
  at: string | undefined,
  most: number | undefined,
): FileReading {
  if (at === undefined) return { outcome: 'absent', path }
  const change = changes.get(at)
  if (change === undefined) {
    const reading = base.read(at, most)
    return { ...reading, path }
  }
  if (change.type !== 'file') return { outcome: 'unreadable', path, why: 'not a regular file' }
  const { text, redacted } = redact(path, change.text)
  return { outcome: 'read', path, text, sha256: createHash('sha256').update(text).digest('hex'), redacted }
}

function listingOf(
  base: Root,
  changes: ReadonlyMap<string, Change>,
  path: string,
  at: string | undefined,
): ListReading {
  if (at === undefined) return { outcome: 'absent', path }
  const below = isGone(changes, at) ? ({ outcome: 'absent', path } as const) : base.list(at)
  if (below.outcome === 'unreadable') return below
  const names = new Set(below.outcome === 'listed' ? below.names : [])
  const prefix = at === '/' ? '/' : `${at}/`
  for (const [changed, change] of changes) {
    if (!changed.startsWith(prefix)) continue
    const [name, ...deeper] = changed.slice(prefix.length).split('/')
    if (change.type === 'gone' && deeper.length === 0) names.delete(name!)
    else if (change.type !== 'gone') names.add(name!)
  }
  if (below.outcome === 'absent' && names.size === 0 && changes.get(at)?.type !== 'directory') return below
  return { outcome: 'listed', names: [...names].sort() }
}

/** Whether it, or a folder above it, was taken away, so that nothing of the root beneath shows there. */
function isGone(changes: ReadonlyMap<string, Change>, path: string): boolean {
  for (let at = path; at.length > 1; at = at.slice(0, at.lastIndexOf('/'))) {
    if (changes.get(at)?.type === 'gone') return true
  }
  return false
}

function hasBelow(changes: ReadonlyMap<string, Change>, path: string): boolean {
  const prefix = path === '/' ? '/' : `${path}/`
  for (const [changed, change] of changes) if (change.type !== 'gone' && changed.startsWith(prefix)) return true
  return false
}
