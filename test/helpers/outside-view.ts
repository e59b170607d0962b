import { Class, Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import type { MessageRecord } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { signRRset } from '../../keys/signing-input.ts'
import { findRRset, type ReceivedRRset } from '../../keys/validation/received-rrset.ts'
import { verifyRRset } from '../../keys/validation/verify-rrset.ts'
import { bogusness } from '../keys/rollover/caches.ts'
import { createValidator, keySetText, namesText } from '../keys/rollover/validator.ts'
import { readBlock } from './key-ring.ts'

/** Seconds: how long caches keep what they got. */
export interface CacheTimes {
  readonly ds: number
  readonly keys: number
  readonly data: number
}

/** A generation of an RRset as validators have it, and when it was served; Unix seconds, the end open while it is. */
interface Served {
  readonly what: string
  readonly from: number
  readonly until?: number
}

type RRsets = Readonly<Record<keyof CacheTimes, readonly Served[]>>

/**
 * Everybody who asks and validates: what was served is in some cache for its TTL, in any combination. What signed what is
 * found out by the second implementation from the records themselves, not by what the keys' states say.
 */
export interface OutsideView {
  /** The server answers so from now on. */
  serve(set: KeySetDescriptor, now: number): void
  /** The server answers nothing more. */
  end(now: number): void
  /** The parent has these DS records from now on, RDATA. */
  delegate(ds: readonly Uint8Array[], now: number): void
  /** Why somebody takes the zone for bogus now; undefined: nobody can. */
  fault(now: number): string | undefined
  /** Another one that has seen the same. */
  clone(): OutsideView
}

const validator = createValidator()

export function createOutsideView(
  zone: string,
  times: CacheTimes,
  start: RRsets = { ds: [{ what: '', from: 0 }], keys: [], data: [] },
): OutsideView {
  let served = start
  const apex = nameFromText(zone)
  const change = (name: keyof RRsets, what: string, now: number): void => {
    const last = served[name].at(-1)
    if (last?.what === what && last.until === undefined) return
    const ended = served[name].map((each) => (each.until === undefined ? { ...each, until: now } : each))
    served = { ...served, [name]: [...ended.filter(({ until }) => until! + times[name] > now), { what, from: now }] }
  }
  const held = (name: keyof RRsets, now: number): (readonly [string, number])[] =>
    served[name]
      // Where there is no DS nothing is validated.
      .filter(
        ({ what, until }) => (until === undefined || until + times[name] > now) && !(name === 'ds' && what === ''),
      )
      .map(({ what }) => [what, 1] as const)
  return {
    serve: (set, now) => {
      change('keys', keySetOf(apex, set, now), now)
      change('data', dataOf(apex, set, now), now)
    },
    end: (now) => {
      const close = (list: readonly Served[]) => list.map((each) => ({ until: now, ...each }))
      served = { ...served, keys: close(served.keys), data: close(served.data) }
    },
    delegate: (ds, now) =>
      change('ds', namesText(ds.map((rdata) => nameOf(rdata[2]!, (rdata[0]! << 8) | rdata[1]!))), now),
    fault: (now) =>
      bogusness({ ds: held('ds', now), keySets: held('keys', now), data: held('data', now), asked: [] }, validator),
    clone: () => createOutsideView(zone, times, served),
  }
}

/** The keys of the DNSKEY RRset, and those of them whose signatures of it hold. */
function keySetOf(apex: Uint8Array, { apexRRsets }: KeySetDescriptor, now: number): string {
  const found = apexRRsets.find(({ type }) => type === Type.DNSKEY)
  if (found === undefined) return keySetText([], [])
  const { block, signatures } = found
  const current = signatures.findLast(({ from }) => from <= now) ?? signatures[0]!
  const records = [...readBlock(block), ...readBlock(current.block)]
  const rrset = findRRset(
    records.map((record): MessageRecord => ({ ...record, name: apex, class: Class.In })),
    apex,
    Type.DNSKEY,
  )!
  return keySetText(rrset.rdatas.map(nameOfKey), signersOf(rrset, rrset.rdatas, apex, now))
}

/** The keys whose signatures of the zone's data hold. */
function dataOf(apex: Uint8Array, { signers, isUnsigned }: KeySetDescriptor, now: number): string {
  if (isUnsigned) return ''
  const sample = { owner: apex, type: Type.TXT, ttl: 60, rdatas: [Uint8Array.of(1, 65)] }
  const validity = { inception: now - 60, expiration: now + 3600, signer: apex }
  const rrsigs = signers.map((material) => signRRset(sample, openSigningKey(material), validity))
  const records = [
    { type: Type.TXT, rdata: sample.rdatas[0]! },
    ...rrsigs.map((rdata) => ({ type: Type.RRSIG, rdata })),
  ].map((each): MessageRecord => ({ ...each, name: apex, class: Class.In, ttl: 60 }))
  const rrset = findRRset(records, apex, Type.TXT)!
  return namesText(
    signersOf(
      rrset,
      signers.map(({ dnskey }) => dnskey),
      apex,
      now,
    ),
  )
}

function signersOf(rrset: ReceivedRRset, dnskeys: readonly Uint8Array[], apex: Uint8Array, now: number): string[] {
  return dnskeys
    .filter((dnskey) => verifyRRset(rrset, { apex, dnskeys: [dnskey] }, now).kind === 'valid')
    .map(nameOfKey)
}

function nameOfKey(dnskey: Uint8Array): string {
  return nameOf(dnskey[3]!, keyTagOf(dnskey))
}

function nameOf(algorithm: number, keyTag: number): string {
  return `key${algorithm}.${keyTag}`
}
