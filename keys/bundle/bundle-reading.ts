/*
 * Requests and bundles from files, which anybody may have written: everything is checked that does not need a private
 * key or a clock, the signatures aside.
 */
import { z } from 'zod'
import { keyTagOf } from '../../dns/key-tag.ts'
import { nameFromText, nameToText } from '../../dns/name.ts'
import { ALGORITHMS } from '../algorithms.ts'
import { DNSKEY_HEAD_OCTETS, DnskeyFlag } from '../dnskey.ts'
import { MAX_VALIDITY } from '../signature-policy.ts'
import { type Bundle, type BundleKey, type BundleRequest, countSignatures, MAX_BUNDLE_SIGNATURES } from './bundle.ts'
import { BUNDLE_FORMATS, BUNDLE_TYPES, BUNDLE_VERSION } from './bundle-text.ts'

/** What a file holds, or why it is none, a clause: `key 4711 is named twice`. */
export type BundleReading<Value> =
  | { readonly outcome: 'read'; readonly value: Value }
  | { readonly outcome: 'unreadable'; readonly reason: string }

/** Reads a request, from the text of a file or the value that its JSON stands for. */
export function readBundleRequest(source: unknown): BundleReading<BundleRequest> {
  return reading(() => toRequest(parse('request', requestSchema, source)))
}

/** Reads a bundle, as `readBundleRequest`. Its signatures are complete, and not verified yet. */
export function readBundle(source: unknown): BundleReading<Bundle> {
  return reading(() => toBundle(parse('bundle', bundleSchema, source)))
}

/** Why a file is refused; never leaves this file. */
class Unreadable extends Error {}

function reading<Value>(read: () => Value): BundleReading<Value> {
  try {
    return { outcome: 'read', value: read() }
  } catch (error) {
    if (error instanceof Unreadable) return { outcome: 'unreadable', reason: error.message }
    throw error
  }
}

const time = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'a time such as 2026-11-25T16:00:00Z is expected')
  .transform((text) => Date.parse(text) / 1000)
  // RRSIG has times modulo 2^32; what lies beyond is not for this century.
  .refine((seconds) => seconds >= 0 && seconds < 2 ** 32, 'there is no such time, or it is after 2106')
const octets = z
  .string()
  .max(2_000)
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'base64 is expected')
  .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
const keyTag = z.int().min(0).max(65_535)
const tags = z.array(keyTag).max(64)

const key = z.strictObject({
  keyTag,
  role: z.enum(['ksk', 'zsk']),
  dnskey: z.string().max(2_000),
  planned: time.optional(),
})
const rrset = z.strictObject({ type: z.enum(['DNSKEY', 'CDS', 'CDNSKEY']), keys: tags, signers: tags.min(1) })
const parts = {
  version: z.literal(BUNDLE_VERSION),
  about: z.array(z.string().max(1_000)).max(1_000).optional(),
  zone: z.string().max(1_024),
  made: time,
  ttl: z
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  keys: z.array(key).min(1).max(64),
  windows: z
    .array(z.strictObject({ inception: time, expiration: time }))
    .min(1)
    .max(MAX_BUNDLE_SIGNATURES),
}
const requestSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMATS.request),
  ...parts,
  rrsets: z.array(rrset).min(1).max(MAX_BUNDLE_SIGNATURES),
})
const bundleSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMATS.bundle),
  ...parts,
  signed: time,
  rrsets: z
    .array(rrset.extend({ signatures: z.array(z.array(octets).max(64)).max(MAX_BUNDLE_SIGNATURES) }))
    .min(1)
    .max(MAX_BUNDLE_SIGNATURES),
})

type RawRequest = Omit<z.infer<typeof requestSchema>, 'format'>
type RawBundle = z.infer<typeof bundleSchema>

function parse<Schema extends z.ZodType>(
  what: keyof typeof BUNDLE_FORMATS,
  schema: Schema,
  source: unknown,
): z.infer<Schema> {
  const value = typeof source === 'string' ? parseJson(source) : source
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  if (format !== BUNDLE_FORMATS[what]) throw new Unreadable(foreignFormat(what, format))
  if (version !== BUNDLE_VERSION) {
    throw new Unreadable(`it is of version ${JSON.stringify(version)}, and this Veil knows ${BUNDLE_VERSION}`)
  }
  const { data, error } = schema.safeParse(value)
  if (error === undefined) return data as z.infer<Schema>
  const { path, message } = error.issues[0]!
  throw new Unreadable(`${path.length === 0 ? 'the file' : path.join('.')}: ${message}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Unreadable(`it is no JSON, or was cut short: ${(error as Error).message}`)
  }
}

function foreignFormat(what: keyof typeof BUNDLE_FORMATS, format: unknown): string {
  if (format === BUNDLE_FORMATS.bundle) return 'it is a signed bundle, where the request is expected'
  if (format === BUNDLE_FORMATS.request) return 'it is a request that nobody has signed yet'
  return `its "format" is not "${BUNDLE_FORMATS[what]}"`
}

function toRequest({ zone, made, ttl, keys, windows, rrsets }: RawRequest): BundleRequest {
  if (canonicalZone(zone) !== zone) throw new Unreadable(`zone: ${JSON.stringify(zone)} is no name in canonical form`)
  const request: BundleRequest = {
    ...{ zone, made, ttl, windows },
    keys: keys.map(toKey),
    rrsets: rrsets.map(({ type, keys: named, signers }) => ({ type: BUNDLE_TYPES[type], keys: named, signers })),
  }
  checkTags(
    'keys',
    request.keys.map((each) => each.keyTag),
  )
  request.windows.forEach((_, index) => {
    checkWindow(request, index)
  })
  request.rrsets.forEach((_, index) => {
    checkRRset(request, index)
  })
  checkTwins(request)
  const count = countSignatures(request)
  if (count > MAX_BUNDLE_SIGNATURES) {
    throw new Unreadable(`it asks for ${count} signatures, and ${MAX_BUNDLE_SIGNATURES} are the most`)
  }
  return request
}

function toBundle(raw: RawBundle): Bundle {
  const request = toRequest(raw)
  const { windows, rrsets } = request
  const signatures = raw.rrsets.map((each) => each.signatures)
  signatures.forEach((byWindow, index) => {
    const { signers } = rrsets[index]!
    const isWhole = byWindow.length === windows.length && byWindow.every(({ length }) => length === signers.length)
    if (isWhole) return
    throw new Unreadable(
      `rrsets.${index}: there are to be ${signers.length} signatures for each of the ${windows.length} windows, and there are not`,
    )
  })
  return { request, signed: raw.signed, signatures }
}

function canonicalZone(text: string): string | undefined {
  try {
    return nameToText(nameFromText(text.toLowerCase()))
  } catch {
    return undefined
  }
}

function toKey({ keyTag: tag, role, dnskey: text, planned }: z.infer<typeof key>): BundleKey {
  const [, flags, protocol, algorithm, base64] = /^(\d{1,5}) (\d{1,3}) (\d{1,3}) (\S+)$/.exec(text) ?? []
  const publicKey = octets.safeParse(base64)
  const fail = (why: string): never => {
    throw new Unreadable(`key ${tag}: ${why}`)
  }
  if (!publicKey.success) return fail('its DNSKEY is not flags, protocol, algorithm and base64')
  // A revoked key has another flag besides, and is nobody's to sign with (RFC 5011 §2.1).
  const expected = role === 'ksk' ? DnskeyFlag.ZoneKey | DnskeyFlag.SecureEntryPoint : DnskeyFlag.ZoneKey
  if (Number(flags) !== expected) return fail(`its flags are ${flags}, and those of a ${role} are ${expected}`)
  if (Number(protocol) !== 3) return fail('its protocol is not 3')
  const known = ALGORITHMS.get(Number(algorithm))
  if (known === undefined) return fail(`zones are not signed with algorithm ${algorithm}`)
  if (known.publicKey.fromOctets(publicKey.data) === undefined) return fail(`it is no key of ${known.mnemonic}`)
  const head = [expected >> 8, expected & 255, 3, known.number]
  const dnskey = Uint8Array.of(...head.slice(0, DNSKEY_HEAD_OCTETS), ...publicKey.data)
  if (keyTagOf(dnskey) !== tag) return fail(`the tag of its DNSKEY is ${keyTagOf(dnskey)}`)
  return { keyTag: tag, role, dnskey, ...(planned !== undefined && { planned }) }
}

function checkTags(what: string, list: readonly number[]): void {
  const falling = list.find((tag, index) => index > 0 && tag <= list[index - 1]!)
  if (falling !== undefined) throw new Unreadable(`${what}: key ${falling} is named twice, or not in ascending order`)
}

/** Whoever signs is shown when the first begins, how long it holds and when the last ends: that has to say all of it. */
function checkWindow({ windows }: BundleRequest, index: number): void {
  const [{ inception, expiration }, before] = [windows[index]!, windows[index - 1]]
  const fail = (why: string): never => {
    throw new Unreadable(`windows.${index}: ${why}`)
  }
  const life = expiration - inception
  if (life <= 0 || life > MAX_VALIDITY) fail('it ends before it begins, or is longer than a year')
  if (before === undefined) return
  if (inception <= before.inception || inception > before.expiration) fail('it does not begin within the one before')
  if (life !== before.expiration - before.inception) fail('it is not as long as the one before')
}

function checkRRset({ keys, rrsets }: BundleRequest, index: number): void {
  const each = rrsets[index]!
  const what = `rrsets.${index}`
  const roleOf = (tag: number) => keys.find((candidate) => candidate.keyTag === tag)?.role
  checkTags(what, each.keys)
  checkTags(what, each.signers)
  const unknown = [...each.keys, ...each.signers].find((tag) => roleOf(tag) === undefined)
  if (unknown !== undefined) throw new Unreadable(`${what}: there is no key ${unknown} among the keys`)
  const isKeySet = each.type === BUNDLE_TYPES.DNSKEY
  const named = isKeySet ? each.signers : [...each.keys, ...each.signers]
  const zsk = named.find((tag) => roleOf(tag) !== 'ksk')
  if (zsk !== undefined) throw new Unreadable(`${what}: key ${zsk} is no key signing key`)
  const absent = isKeySet ? each.signers.find((tag) => !each.keys.includes(tag)) : undefined
  if (absent !== undefined) throw new Unreadable(`${what}: key ${absent} signs a key set that it is not part of`)
}

function checkTwins({ rrsets }: BundleRequest): void {
  const seen = new Map<string, number>()
  for (const [index, { type, keys }] of rrsets.entries()) {
    const what = `${type} ${keys.join()}`
    const twin = seen.get(what)
    if (twin !== undefined) throw new Unreadable(`rrsets.${index}: it is the same as rrsets.${twin}`)
    seen.set(what, index)
  }
}
