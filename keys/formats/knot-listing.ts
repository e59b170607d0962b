/*
 * What `keymgr ZONE list` prints of the keys of Knot DNS: as JSON (-j), extended (-e), or short. It holds no private key: these
 * stand in the folder `keys` of the KASP database, named by the key's id.
 */
import { ALGORITHMS } from '../algorithms.ts'
import { fail, type KeyFile, linesOf, quote } from './key-file.ts'

/** What Knot DNS says of a key. */
export interface KnotKey {
  /** Name of its PEM file, without `.pem`. */
  readonly id: string
  readonly keyTag: number
  readonly algorithm: number
  readonly isKsk: boolean
  readonly isZsk: boolean
  readonly isPublicOnly: boolean
  /** Unix seconds at which the key gets into each state; those that are not planned are missing. */
  readonly timers: Readonly<Partial<Record<KnotTimer, number>>>
}

/** In the order in which a key passes them. */
export const KNOT_TIMERS = [
  'pre-active',
  'publish',
  'ready',
  'active',
  'retire-active',
  'retire',
  'post-active',
  'revoke',
  'remove',
] as const
export type KnotTimer = (typeof KNOT_TIMERS)[number]

const JSON_REMEDY = 'Give what `keymgr -j ZONE list` prints, whole.'

/** Reads a listing in any of its forms; throws a `KeyFileError`. */
export function readKnotListing(file: KeyFile): KnotKey[] {
  const lines = linesOf(file)
  const text = lines.map((line) => line.text).join('\n')
  const records = isJson(text) ? readJson(file.file, text) : lines.flatMap(({ text: line }) => readTextLine(line))
  return records.map((record) => toKey(file.file, record))
}

/** Whether the text may be a listing. */
export function isKnotListing(text: string): boolean {
  return isJson(text) || text.split('\n').some((line) => TEXT_LINE.test(line))
}

type KnotRecord = Readonly<Record<string, unknown>>

function isJson(text: string): boolean {
  return /^\s*\[/.test(text)
}

function readJson(file: string, text: string): KnotRecord[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null)) return value
  } catch {
    // Said below.
  }
  return fail(file, { found: 'text that is no listing of keys', expected: 'JSON of keymgr', remedy: JSON_REMEDY })
}

const TEXT_LINE = /^([0-9a-f]{40})\s+(\S.*)$/

/** `ID 52091 ZSK ECDSAP256SHA256 publish=1795624209 …`, or `ID ksk=no zsk=yes tag=52091 algorithm=13 …`. */
function readTextLine(line: string): KnotRecord[] {
  const parts = TEXT_LINE.exec(line)
  if (parts === null) return []
  const words = parts[2]!.trim().split(/\s+/)
  const named = Object.fromEntries(
    words.flatMap((word) => (word.includes('=') ? [word.split('=', 2) as [string, string]] : [])),
  )
  if ('tag' in named) return [{ id: parts[1], ...named }]
  const [tag, role = '', kind = ''] = words
  // Of RSA keys with the size: `RSASHA256/2048`.
  const [mnemonic] = kind.split('/')
  const algorithm = [...ALGORITHMS.values()].find((each) => each.mnemonic === mnemonic)?.number
  const roles = { ksk: /^(KSK|CSK)/.test(role), zsk: /^(ZSK|CSK)/.test(role) }
  return [{ id: parts[1], tag, algorithm, ...roles, ...named }]
}

function toKey(file: string, record: KnotRecord): KnotKey {
  const id = typeof record.id === 'string' ? record.id.toLowerCase() : ''
  const [keyTag, algorithm] = [numberOf(record.tag, 0xffff), numberOf(record.algorithm, 255)]
  const [isKsk, isZsk] = [isYes(record.ksk), isYes(record.zsk)]
  if (!/^[0-9a-f]{40}$/.test(id) || keyTag === undefined || algorithm === undefined || (!isKsk && !isZsk)) {
    const shown = quote(JSON.stringify({ id: record.id, tag: record.tag, algorithm: record.algorithm }))
    return fail(file, {
      found: `the entry ${shown}`,
      expected: 'id, tag, algorithm, and ksk or zsk of each key',
      remedy: JSON_REMEDY,
    })
  }
  const timers = Object.fromEntries(
    KNOT_TIMERS.flatMap((name) => {
      const at = numberOf(record[name], Number.MAX_SAFE_INTEGER)
      return at === undefined || at === 0 ? [] : [[name, at]]
    }),
  )
  return { id, keyTag, algorithm, isKsk, isZsk, isPublicOnly: isYes(record['public-only']), timers }
}

function numberOf(value: unknown, most: number): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= most ? number : undefined
}

function isYes(value: unknown): boolean {
  return value === true || value === 'yes'
}
