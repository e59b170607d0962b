/*
 * Keys from the files that tell of them: private keys, DNSKEY records, and what their signer knew of their states.
 */
import type { KeyObject } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import { namesEqual, nameToText } from '../../dns/name.ts'
import { algorithmOf } from '../algorithms.ts'
import { DNSKEY_HEAD_OCTETS, DnskeyFlag, type DsDigest, dnskeyRdata, dsRdata } from '../dnskey.ts'
import type { KeyRole } from '../key-role.ts'
import type { KeyRecordLine } from './dnskey-file.ts'
import { fail } from './key-file.ts'
import type { KnotKey } from './knot-listing.ts'
import type { KeyTimes } from './private-key-file.ts'
import { isKeyOf } from './private-key-material.ts'
import type { ReadKeyFile } from './recognise.ts'
import type { StateFile } from './state-file.ts'

/** A key that another program made, as far as its files tell. */
export interface ForeignKey {
  readonly role: KeyRole
  readonly algorithm: number
  readonly keyTag: number
  /** RDATA of its DNSKEY record. */
  readonly dnskey: Uint8Array
  /** Undefined: only the public key is here, such as another signer's (RFC 8901). */
  readonly privateKey: KeyObject | undefined
  /** Seconds: with which its DNSKEY was served, where a file says. */
  readonly ttl: number | undefined
  readonly times: KeyTimes
  readonly state: StateFile | undefined
  readonly knot: KnotKey | undefined
  /** Where it stood. */
  readonly files: readonly string[]
}

/** What the files do not say. */
export interface AssemblyOptions {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  /** For all keys; undefined: as the files say. */
  readonly role: KeyRole | undefined
  /** For RSA keys in PEM, 8 or 10; undefined: as the files say. */
  readonly algorithm: number | undefined
  /** Whether a DNSKEY without its private key is meant. */
  readonly isPublicOnly: boolean
  /** Unix seconds: what Knot DNS has removed by then needs no file. */
  readonly now: number
}

/** A key while it is put together. */
interface Draft {
  readonly algorithm: number
  readonly dnskey: Uint8Array
  readonly ttl: number | undefined
  readonly files: string[]
  privateKey: KeyObject | undefined
  times: KeyTimes
  knot: KnotKey | undefined
  state: StateFile | undefined
}

/** Puts keys together; throws a `KeyFileError` where a file fits no other, or a key is not whole. */
export function assembleKeys(files: readonly ReadKeyFile[], options: AssemblyOptions): ForeignKey[] {
  const drafts = draftPublicKeys(files, options.apex)
  const listed = files.flatMap((file) =>
    file.kind === 'knot' ? file.content.map((knot) => ({ ...knot, file: file.file })) : [],
  )
  for (const file of files) {
    if (file.kind === 'private' || file.kind === 'pem') addPrivateKey(drafts, file, { ...options, listed })
  }
  for (const file of files) {
    if (file.kind === 'state') addState(drafts, file.file, file.content)
    if (file.kind === 'records') checkDs(drafts, file.file, file.content, options.apex)
  }
  addListing(drafts, listed, options.now)
  if (!options.isPublicOnly) refusePublicOnly(drafts)
  return drafts.map((draft) => finish(draft, options.role))
}

function draftPublicKeys(files: readonly ReadKeyFile[], apex: Uint8Array): Draft[] {
  const drafts: Draft[] = []
  for (const { file, kind, content } of files) {
    if (kind !== 'records') continue
    for (const { line, owner, type, rdata, ttl } of content) {
      if (!namesEqual(owner, apex)) {
        const remedy =
          'A key is bound to no name, but one that signs two zones is lost for both at once: each zone needs its own.'
        fail(file, { line, found: `a key of ${nameToText(owner)}`, expected: `one of ${nameToText(apex)}`, remedy })
      }
      if (type !== Type.DNSKEY) continue
      const known = drafts.find(({ dnskey }) => Buffer.compare(dnskey, rdata) === 0)
      if (known !== undefined) known.files.push(file)
      else drafts.push(draftOf(file, line, rdata, ttl))
    }
  }
  return drafts
}

function draftOf(file: string, line: number, dnskey: Uint8Array, ttl: number | undefined): Draft {
  const algorithm = dnskey[3]!
  try {
    const isKey = algorithmOf(algorithm).publicKey.fromOctets(dnskey.subarray(DNSKEY_HEAD_OCTETS)) !== undefined
    if (!isKey) fail(file, { line, found: 'octets that are no public key', expected: `one of algorithm ${algorithm}` })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const remedy = `${error.message}. Roll to a key of algorithm 13 where the zone is signed now, then bring that one.`
    fail(file, { line, found: `algorithm ${algorithm}`, expected: 'one that zones are signed with', remedy })
  }
  return { algorithm, dnskey, ttl, files: [file], privateKey: undefined, times: {}, knot: undefined, state: undefined }
}

type PrivateFile = Extract<ReadKeyFile, { kind: 'private' | 'pem' }>
type Listed = KnotKey & { readonly file: string }

function addPrivateKey(
  drafts: Draft[],
  read: PrivateFile,
  options: AssemblyOptions & { listed: readonly Listed[] },
): void {
  const { file, kind, content } = read
  const { privateKey } = content
  const algorithms = kind === 'pem' ? content.algorithms : [content.algorithm]
  const knot = kind === 'pem' ? options.listed.find(({ id }) => id === content.knotId) : undefined
  const known = drafts.find((draft) => algorithms.includes(draft.algorithm) && isPairOf(draft, privateKey))
  const draft = known ?? newDraft(file, privateKey, { ...options, algorithms, knot, others: drafts.length })
  if (draft.privateKey !== undefined && !draft.files.includes(file)) {
    fail(file, {
      found: `the private key ${keyTagOf(draft.dnskey)} again, which ${draft.files.at(-1)} holds`,
      expected: 'it once',
    })
  }
  draft.privateKey = privateKey
  draft.knot = knot
  if (kind === 'private') draft.times = content.times
  if (known === undefined) drafts.push(draft)
  else draft.files.push(file)
}

interface DraftOptions extends AssemblyOptions {
  readonly algorithms: readonly number[]
  readonly knot: KnotKey | undefined
  /** How many public keys there are that this private key is not the one of. */
  readonly others: number
}

/** A private key whose DNSKEY record no file holds. */
function newDraft(file: string, privateKey: KeyObject, { algorithms, knot, others, ...options }: DraftOptions): Draft {
  const role = options.role ?? (knot && roleOf(knot.isKsk, knot.isZsk))
  if (role === undefined) {
    const found =
      others === 0
        ? 'a private key without its DNSKEY record'
        : 'a private key that belongs to none of the DNSKEY records'
    const remedy =
      'Give the .key file too, or what `keymgr -j ZONE list` or `pdnsutil export-zone-dnskey` prints; or say what it is with `--role ksk`, `zsk` or `csk`.'
    fail(file, { found, expected: 'both', remedy })
  }
  const algorithm = knot?.algorithm ?? (algorithms.length === 1 ? algorithms[0] : options.algorithm)
  if (algorithm === undefined || !algorithms.includes(algorithm) || !isKeyOf(algorithm, privateKey)) {
    const remedy =
      'RSA keys are of algorithm 8 or 10: say which with `--algorithm`; the DNSKEY record in the zone has it.'
    fail(file, { found: 'a key whose algorithm nothing tells', expected: algorithms.join(' or '), remedy })
  }
  const dnskey = dnskeyRdata(role, algorithm, privateKey)
  return { algorithm, dnskey, ttl: undefined, files: [file], privateKey: undefined, times: {}, knot, state: undefined }
}

function isPairOf({ algorithm, dnskey }: Draft, privateKey: KeyObject): boolean {
  if (!isKeyOf(algorithm, privateKey)) return false
  const octets = algorithmOf(algorithm).publicKey.toOctets(privateKey)
  return Buffer.compare(octets, dnskey.subarray(DNSKEY_HEAD_OCTETS)) === 0
}

function addState(drafts: readonly Draft[], file: string, state: StateFile): void {
  const fitting = drafts.filter(
    ({ algorithm, dnskey }) => algorithm === state.algorithm && keyTagOf(dnskey) === (state.keyTag ?? keyTagOf(dnskey)),
  )
  const [draft] = fitting
  if (draft === undefined || fitting.length > 1) {
    const key = `${state.keyTag ?? 'of an unknown tag'} of algorithm ${state.algorithm}`
    const remedy = 'Give the .key and .private files of the same key too.'
    fail(file, { found: `the state of key ${key}`, expected: 'the state of a key that is given', remedy })
  }
  draft.state = state
  draft.files.push(file)
}

/** ldns-keygen writes the DS record along; one that fits no key tells of a file that is another's. */
function checkDs(drafts: readonly Draft[], file: string, records: readonly KeyRecordLine[], apex: Uint8Array): void {
  for (const { line, type, rdata } of records) {
    const digest = rdata[3]
    if (type !== Type.DS || (digest !== 2 && digest !== 4)) continue
    if (drafts.some(({ dnskey }) => Buffer.compare(dsRdata(apex, dnskey, digest as DsDigest), rdata) === 0)) continue
    const found = `the DS record of key ${(rdata[0]! << 8) | rdata[1]!}`
    fail(file, {
      line,
      found,
      expected: 'that of a key that is given',
      remedy: 'Leave the file out, or give its key too.',
    })
  }
}

/** Public keys of Knot's listing are known by their tag; what it has removed already is gone. */
function addListing(drafts: readonly Draft[], listed: readonly Listed[], now: number): void {
  for (const knot of listed) {
    const byTag = ({ algorithm, dnskey }: Draft) => algorithm === knot.algorithm && keyTagOf(dnskey) === knot.keyTag
    const draft = drafts.find((each) => each.knot?.id === knot.id) ?? drafts.find(byTag)
    if (draft !== undefined) {
      draft.knot = knot
      if (!draft.files.includes(knot.file)) draft.files.push(knot.file)
    } else if ((knot.timers.remove ?? Number.POSITIVE_INFINITY) > now) {
      const remedy = `Give ${knot.id}.pem of the folder "keys" of the KASP database too; of a key that is public only, its DNSKEY record.`
      fail(knot.file, { found: `key ${knot.keyTag}, which no file holds`, expected: 'all keys of the zone', remedy })
    }
  }
}

function refusePublicOnly(drafts: readonly Draft[]): void {
  const lone = drafts.find(({ privateKey, knot }) => privateKey === undefined && knot?.isPublicOnly !== true)
  if (lone === undefined) return
  const remedy = 'Give its private key too. If it is another signer’s, which keeps that to itself: `--public-only`.'
  fail(lone.files[0]!, { found: `key ${keyTagOf(lone.dnskey)} without its private key`, expected: 'both', remedy })
}

function finish(draft: Draft, wanted: KeyRole | undefined): ForeignKey {
  const { algorithm, dnskey, ttl, privateKey, times, state, knot, files } = draft
  const isSecureEntryPoint = (dnskey[1]! & DnskeyFlag.SecureEntryPoint) !== 0
  const told = state ? roleOf(state.isKsk, state.isZsk) : knot && roleOf(knot.isKsk, knot.isZsk)
  const role = wanted ?? told ?? (isSecureEntryPoint ? 'ksk' : 'zsk')
  if ((role !== 'zsk') !== isSecureEntryPoint || (told !== undefined && told !== role)) {
    const found = `key ${keyTagOf(dnskey)} with the flags ${isSecureEntryPoint ? 257 : 256}${told ? `, a ${told} as its signer says` : ''}`
    fail(files[0]!, {
      found,
      expected: `a ${role}`,
      remedy: 'Leave `--role` out, or give it for the keys that it is true of.',
    })
  }
  return { role, algorithm, keyTag: keyTagOf(dnskey), dnskey, ttl, privateKey, times, state, knot, files }
}

function roleOf(isKsk: boolean, isZsk: boolean): KeyRole {
  return isKsk ? (isZsk ? 'csk' : 'ksk') : 'zsk'
}
