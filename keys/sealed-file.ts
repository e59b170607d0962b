/*
 * Zone files sealed at rest. One line says what the file is, then come the sealed octets:
 *
 *     veil-sealed-zone-file {"version":1,"zone":"example.com.","name":"internal.zone","store":"0123456789abcdef","sealedAt":1795600000000}
 *     nonce of 24 │ sealed: octets of the text, big-endian 32 bits │ the text │ zeros up to a multiple of 4096 │ tag of 16
 *
 * The line is bound by the tag. So a file is good for one zone, under one name, of one store; its size tells the size
 * of the text in steps of four thousand octets.
 */
import { isSealedFile, SEALED_MARK as MARK } from './sealed-mark.ts'
import { openOctets, sealOctets } from './sealed-octets.ts'
import type { DataKey, SealingHeader } from './sealing.ts'
import { SEALING_KEY_OCTETS } from './sealing-slots.ts'

/** What a sealed file says of itself. */
export interface SealedFileHeader {
  readonly version: 1
  /** Canonical text. */
  readonly zone: string
  /** The file's name without its folder. */
  readonly name: string
  /** `Sealing.fingerprint` of the store whose data key opens it. */
  readonly store: string
  /** Unix time, milliseconds: when it was sealed. */
  readonly sealedAt?: number
}

/** What a file is sealed for, and when. */
export type SealedPlace = Pick<SealedFileHeader, 'zone' | 'name' | 'sealedAt'>

/** What opens the sealed files of one store. */
export interface ZoneFileKey {
  /** `Sealing.fingerprint`. */
  readonly store: string
  /** 32 octets of `Sealing.writeZoneFileKey`. */
  readonly key: Uint8Array
  /** What opens files that were sealed before the data key was renewed; nothing is sealed with it any more. */
  readonly former?: readonly ZoneFileKey[]
}

/** What a file turned out to be. */
export type OpenedFile =
  | { readonly kind: 'opened'; readonly octets: Buffer }
  /** It is whole as far as can be seen, and not for this place: what it was sealed as. */
  | { readonly kind: 'another-store' | 'another-zone' | 'another-name'; readonly header: SealedFileHeader }
  | { readonly kind: 'damaged' }

const LINE_FEED = 0x0a
/** The line is short: names of zones and files end at 255 octets. */
const LONGEST_LINE = 2048
const LENGTH_OCTETS = 4
const STEP_OCTETS = 4096

/** What opens the zone files of a store, those too that were sealed before its data key was renewed; `allocate` gives each 32 octets. */
export function zoneFileKeys(
  dataKey: DataKey,
  { formerFileKeys = [] }: Pick<SealingHeader, 'formerFileKeys'>,
  allocate: (octets: number) => Uint8Array,
): ZoneFileKey {
  const key = allocate(SEALING_KEY_OCTETS)
  dataKey.writeZoneFileKey(key)
  const former = formerFileKeys.flatMap((each) => {
    const before = allocate(SEALING_KEY_OCTETS)
    return dataKey.writeFormerFileKey(each, before) ? [{ store: each.store, key: before }] : []
  })
  return { store: dataKey.fingerprint, key, ...(former.length > 0 && { former }) }
}

/** Overwrites what opens zone files. */
export function wipeZoneFileKeys({ key, former = [] }: ZoneFileKey): void {
  for (const octets of [key, ...former.map((each) => each.key)]) octets.fill(0)
}

/** Seals the text of a zone file. The caller wipes `text`. */
export function sealFile(text: Uint8Array, place: SealedPlace, { store, key }: ZoneFileKey): Uint8Array {
  const { zone, name, sealedAt } = place
  const header: SealedFileHeader = { version: 1, zone, name, store, ...(sealedAt !== undefined && { sealedAt }) }
  const line = Buffer.concat([MARK, Buffer.from(`${JSON.stringify(header)}\n`)])
  const padded = Buffer.alloc(Math.ceil((LENGTH_OCTETS + text.length) / STEP_OCTETS) * STEP_OCTETS)
  padded.writeUInt32BE(text.length)
  padded.set(text, LENGTH_OCTETS)
  const sealed = sealOctets(padded, line, key)
  padded.fill(0)
  return Buffer.concat([line, sealed])
}

/** Opens a file for which `isSealedFile` holds, if it was sealed for this zone under this name. */
export function openFile(octets: Uint8Array, zone: string, name: string, keys: ZoneFileKey): OpenedFile {
  const header = readSealedHeader(octets)
  if (header === undefined) return { kind: 'damaged' }
  const own = [keys, ...(keys.former ?? [])].find(({ store }) => store === header.store)
  if (own === undefined) return { kind: 'another-store', header }
  if (header.zone !== zone) return { kind: 'another-zone', header }
  if (header.name !== name) return { kind: 'another-name', header }
  const end = octets.indexOf(LINE_FEED) + 1
  const padded = openOctets(octets.subarray(end), octets.subarray(0, end), own.key)
  const length = padded === undefined || padded.length < LENGTH_OCTETS ? -1 : padded.readUInt32BE()
  if (padded === undefined || length < 0 || LENGTH_OCTETS + length > padded.length) return { kind: 'damaged' }
  return { kind: 'opened', octets: padded.subarray(LENGTH_OCTETS, LENGTH_OCTETS + length) }
}

/** What a sealed file says of itself, not yet proved; undefined: it is damaged. */
export function readSealedHeader(octets: Uint8Array): SealedFileHeader | undefined {
  const end = octets.subarray(0, LONGEST_LINE).indexOf(LINE_FEED)
  if (!isSealedFile(octets) || end < 0) return undefined
  try {
    const header: unknown = JSON.parse(Buffer.from(octets.subarray(MARK.length, end)).toString('utf8'))
    return isHeader(header) ? header : undefined
  } catch {
    return undefined
  }
}

function isHeader(value: unknown): value is SealedFileHeader {
  const { version, zone, name, store, sealedAt = 0 } = (value ?? {}) as Partial<SealedFileHeader>
  return (
    version === 1 && Number.isSafeInteger(sealedAt) && [zone, name, store].every((each) => typeof each === 'string')
  )
}
