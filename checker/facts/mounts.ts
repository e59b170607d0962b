import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** A mounted filesystem (proc(5), mountinfo). */
export interface Mount {
  /** `253:0`; the major number is 0 where no one device stands behind it (btrfs, zfs, overlay, tmpfs). */
  readonly device: string
  /** The folder of the filesystem that is mounted: not `/` for a bind mount. */
  readonly root: string
  readonly point: string
  /** Options of this mount and of the filesystem. */
  readonly options: readonly string[]
  readonly type: string
  readonly source: string
  readonly at: Place
}

/** A line of fstab(5). */
export interface FstabEntry {
  readonly source: string
  readonly point: string
  readonly type: string
  readonly options: readonly string[]
  readonly at: Place
}

/** What is mounted, in order; empty for a system that does not run. */
export const mounts = fact('mounts', ({ root }): readonly Mount[] => {
  const file = readIfThere(root, '/proc/self/mountinfo')
  if (file === undefined) return []
  return linesOf(file, '').flatMap(({ text, number }) => {
    const [own = '', filesystem = ''] = text.split(' - ')
    const [, , device, folder, point, options] = own.split(' ')
    const [type, source, more = ''] = filesystem.split(' ')
    if (point === undefined || options === undefined || source === undefined) return []
    return {
      device: device!,
      root: unescaped(folder!),
      point: unescaped(point),
      options: [...options.split(','), ...more.split(',')],
      type: type!,
      source: unescaped(source),
      at: placeIn(file, number),
    }
  })
})

/** What is to be mounted. */
export const fstab = fact('fstab', ({ root }): readonly FstabEntry[] => {
  const file = readIfThere(root, '/etc/fstab')
  if (file === undefined) return []
  return linesOf(file).flatMap(({ text, number }) => {
    const [source, point, type, options = 'defaults'] = text.trim().split(/\s+/)
    if (type === undefined) return []
    return {
      source: unescaped(source!),
      point: unescaped(point!),
      type,
      options: options.split(','),
      at: placeIn(file, number),
    }
  })
})

/** The mount, or the line of fstab, that holds the path: of those at the same point the last. */
export function holderOf<T extends { readonly point: string }>(all: readonly T[], path: string): T | undefined {
  let best: T | undefined
  for (const each of all) {
    const holds = each.point === '/' || path === each.point || path.startsWith(`${each.point}/`)
    if (holds && each.point.length >= (best?.point.length ?? 0)) best = each
  }
  return best
}

/** Blanks and tabs stand as `\040` and `\011`. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
