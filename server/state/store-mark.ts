/*
 * How far the keys of a store have come, kept beside it in the file `store-mark`, so that a store that was put back, whole or
 * in part, is not taken for the present one: `sequence` counts what was written of keys; `heads` is the exclusive or, over all
 * zones, of SHA-256 of the zone's name with the hash of the last entry of its history.
 *
 * The file is written once the store is on disk: it is never ahead of it, and one behind after a power cut in between.
 */
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Its name in the state folder. */
export const STORE_MARK = 'store-mark'

export interface StoreMark {
  readonly sequence: number
  /** 64 hexadecimal digits. */
  readonly heads: string
}

/** What a store is by its mark. */
export type StoreAge =
  | 'current'
  /** It, or a part of it, is of an earlier time than what was there before, or of another store. */
  | 'older'
  /** There were keys, and it has none. */
  | 'lost'

const NO_HEADS = '0'.repeat(64)

/** Before the first key. */
export const FIRST_MARK: StoreMark = { sequence: 0, heads: NO_HEADS }

/** The mark after another write, which changes the last hash of these zones; undefined: the zone had no history. */
export function nextMark(
  { sequence, heads }: StoreMark,
  changes: readonly { readonly zone: string; readonly from: string | undefined; readonly to: string | undefined }[],
): StoreMark {
  const changed = changes.flatMap(({ zone, from, to }) => (from === to ? [] : [tokenOf(zone, from), tokenOf(zone, to)]))
  return { sequence: sequence + 1, heads: changed.reduce(exclusiveOr, heads) }
}

/** `heads` of zones with these last hashes. */
export function headsOf(zones: Iterable<{ readonly zone: string; readonly head: string | undefined }>): string {
  let heads = NO_HEADS
  for (const { zone, head } of zones) heads = exclusiveOr(heads, tokenOf(zone, head))
  return heads
}

/** What a store is whose record says `kept`, undefined: nothing, and whose zones have these `heads`, by the mark beside it. */
export function ageOf(
  { kept, heads, hasKeys }: { readonly kept: StoreMark | undefined; readonly heads: string; readonly hasKeys: boolean },
  mark: StoreMark | undefined,
): StoreAge {
  if (mark !== undefined && !hasKeys && (kept?.sequence ?? 0) < mark.sequence) return 'lost'
  if (kept === undefined) return mark === undefined ? 'current' : 'older'
  if (kept.heads !== heads) return 'older'
  if (mark === undefined || kept.sequence > mark.sequence) return 'current'
  return kept.sequence === mark.sequence && kept.heads === mark.heads ? 'current' : 'older'
}

/** The mark in a state folder. Undefined: there is none, or none that can be read; then nothing is known. */
export function readMark(stateFolder: string): StoreMark | undefined {
  try {
    const value = JSON.parse(readFileSync(join(stateFolder, STORE_MARK), 'utf8')) as Partial<StoreMark>
    const isMark = Number.isInteger(value.sequence) && /^[0-9a-f]{64}$/.test(String(value.heads))
    return isMark ? (value as StoreMark) : undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof SyntaxError || code === 'ENOENT') return undefined
    throw error
  }
}

/** Writes it aside and renames it into place; on disk when this returns. */
export function writeMark(stateFolder: string, mark: StoreMark): void {
  const path = join(stateFolder, STORE_MARK)
  const aside = `${path}.new`
  const file = openSync(aside, 'w', 0o600)
  try {
    writeFileSync(file, `${JSON.stringify(mark)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(aside, path)
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}

function tokenOf(zone: string, head: string | undefined): string {
  return head === undefined ? NO_HEADS : createHash('sha256').update(`${zone}\0${head}`).digest('hex')
}

function exclusiveOr(a: string, b: string): string {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(16).padStart(64, '0')
}
