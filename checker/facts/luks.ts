import { z } from 'zod'
import type { Root } from '../root/root.ts'
import { jsonOf } from './json.ts'

/** A LUKS header, as it lies at the start of a device or an image. */
export interface LuksHeader {
  readonly version: 1 | 2
  /** `aes-xts-plain64`; `cipher_null` encrypts nothing. */
  readonly cipher: string
  /** What opens it without a person: `clevis`, `systemd-tpm2`. Version 1 keeps none in its header. */
  readonly tokens: readonly string[]
}

const MAGIC = Buffer.from('LUKS\u00ba\u00be', 'latin1')
const HEADER_OCTETS = 16_384
/** Binary header of version 2: the JSON area begins here. */
const JSON_OFFSET = 4096

const areaSchema = z.object({
  tokens: z.record(z.string(), z.object({ type: z.string() })).optional(),
  segments: z.record(z.string(), z.object({ encryption: z.string().optional() })).optional(),
})

/** The header at the start of a file or device; undefined where there is none, or where it cannot be read. */
export function readLuksHeader(root: Root, path: string): LuksHeader | undefined {
  const reading = root.octets(path, HEADER_OCTETS)
  if (reading.outcome !== 'read') return undefined
  const octets = Buffer.from(reading.octets)
  if (octets.length < 592 || !octets.subarray(0, 6).equals(MAGIC)) return undefined
  return octets.readUInt16BE(6) === 1 ? firstVersion(octets) : secondVersion(octets)
}

/** LUKS1 on-disk format §2.1: cipher name at 8, cipher mode at 40, 32 octets each. */
function firstVersion(octets: Buffer): LuksHeader {
  const word = (offset: number) => octets.toString('latin1', offset, offset + 32).replace(/\0.*$/s, '')
  return { version: 1, cipher: `${word(8)}-${word(40)}`, tokens: [] }
}

/** LUKS2 on-disk format §3: the JSON area ends with a zero octet. */
function secondVersion(octets: Buffer): LuksHeader {
  const area = octets.toString('utf8', JSON_OFFSET).replace(/\0.*$/s, '')
  const parsed = areaSchema.safeParse(jsonOf(area))
  const segments = Object.values(parsed.data?.segments ?? {})
  return {
    version: 2,
    cipher: segments[0]?.encryption ?? 'unknown',
    tokens: Object.values(parsed.data?.tokens ?? {}).map((token) => token.type),
  }
}
