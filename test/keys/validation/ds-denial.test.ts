import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { Class, Type } from '../../../dns/constants.ts'
import { BASE32_HEX } from '../../../dns/encoding.ts'
import type { MessageRecord } from '../../../dns/message.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import { typeBitmapOf } from '../../../dns/rr/fields/bitmap.ts'
import { typeFromText } from '../../../dns/rr/registry.ts'
import type { KeyMaterial } from '../../../keys/key-set.ts'
import { openSigningKey } from '../../../keys/open-signing-key.ts'
import { signRRset } from '../../../keys/signing-input.ts'
import { judgeDsDenial } from '../../../keys/validation/ds-denial.ts'
import { findRRset } from '../../../keys/validation/received-rrset.ts'
import { drawKey } from '../../helpers/keys.ts'

const NOW = 1_795_600_000
const ZONE = wire('com.')
const CHILD = wire('example.com.')

let key: KeyMaterial

beforeAll(async () => {
  key = await drawKey(13)
})

function wire(text: string): Uint8Array {
  return canonicalName(nameFromText(text))
}

function bitmap(types: string): Uint8Array {
  return typeBitmapOf(new Set(types.split(' ').flatMap((text) => typeFromText(text) ?? [])))
}

/** `owner next types`. */
function nsec(owner: string, next: string, types: string): MessageRecord {
  const rdata = Uint8Array.of(...wire(next), ...bitmap(types))
  return { name: wire(owner), type: Type.NSEC, class: Class.In, ttl: 900, rdata }
}

interface Nsec3Options {
  readonly iterations?: number
  readonly salt?: readonly number[]
  readonly flags?: number
  readonly algorithm?: number
}

/** Matches the name, or covers it. */
function nsec3(how: 'matching' | 'covering', of: string, types: string, options: Nsec3Options = {}): MessageRecord {
  const { iterations = 0, salt = [], flags = 0, algorithm = 1 } = options
  let hash: Uint8Array = wire(of)
  for (let i = 0; i <= iterations; i++) hash = createHash('sha1').update(hash).update(Uint8Array.from(salt)).digest()
  const owner = how === 'matching' ? hash : neighbour(hash, -1)
  const head = [algorithm, flags, iterations >> 8, iterations & 255, salt.length, ...salt, 20]
  const rdata = Uint8Array.of(...head, ...neighbour(hash, 1), ...bitmap(types))
  const label = Buffer.from(BASE32_HEX.toText(owner, 0, owner.length).toLowerCase())
  return { name: Uint8Array.of(32, ...label, ...ZONE), type: Type.NSEC3, class: Class.In, ttl: 900, rdata }
}

/** One more or one less, the last octet alone. */
function neighbour(hash: Uint8Array, by: number): Uint8Array {
  const other = Uint8Array.from(hash)
  other[19] = (other[19]! + by) & 255
  return other
}

/** The last of the records is signed from a minute ago on, the one before from two minutes. */
function judge(records: readonly MessageRecord[], apex = ZONE) {
  const authority = records.flatMap((each, index) => {
    const rrset = findRRset([each], each.name, each.type)!
    const validity = { inception: NOW - 60 * (records.length - index), expiration: NOW + 60, signer: apex }
    return [each, { ...each, type: Type.RRSIG, rdata: signRRset(rrset, openSigningKey(key), validity) }]
  })
  return judgeDsDenial(authority, CHILD, { apex, dnskeys: [key.dnskey] }, NOW)
}

describe('NSEC proves', () => {
  it.each<[string, string, readonly [owner: string, next: string, types: string]]>([
    ['unsigned', 'a cut without DS', ['example.com.', 'f.com.', 'NS RRSIG NSEC']],
    ['inside', 'a name without a cut', ['example.com.', 'f.com.', 'TXT RRSIG NSEC']],
    ['inside', 'an empty non-terminal', ['d.com.', 'a.example.com.', 'A RRSIG NSEC']],
    ['absent', 'a gap', ['d.com.', 'f.com.', 'A RRSIG NSEC']],
    ['absent', 'the last gap', ['d.com.', 'com.', 'A RRSIG NSEC']],
    ['absent', 'an absent name, compactly', ['example.com.', '\\000.example.com.', 'RRSIG NSEC NXNAME']],
  ])('%s by %s', (kind, _title, record) => {
    expect(judge([nsec(...record)])).toEqual(kind === 'unsigned' ? { kind, inception: NOW - 60 } : { kind })
  })

  it.each<[string, readonly [owner: string, next: string, types: string]]>([
    ['the record of a cut that has a DS', ['example.com.', 'f.com.', 'NS DS RRSIG NSEC']],
    ["the child's own record", ['example.com.', 'a.example.com.', 'NS SOA RRSIG NSEC']],
    ['an alias', ['example.com.', 'f.com.', 'CNAME RRSIG NSEC']],
    ['a gap elsewhere', ['a.com.', 'b.com.', 'A RRSIG NSEC']],
    ['a gap below a cut above', ['com.', 'f.com.', 'NS RRSIG NSEC']],
    ['a gap below a DNAME', ['com.', 'f.com.', 'DNAME SOA RRSIG NSEC']],
  ])('nothing by %s', (_title, record) => {
    expect(judge([nsec(...record)]).kind).toBe('unproved')
  })
})

describe('NSEC3 proves', () => {
  const apex = (options?: Nsec3Options) => nsec3('matching', 'com.', 'NS SOA RRSIG', options)

  it.each<[string, string, () => MessageRecord[]]>([
    ['unsigned', 'a cut without DS', () => [nsec3('matching', 'example.com.', 'NS')]],
    ['unsigned', 'a gap with opt-out', () => [apex(), nsec3('covering', 'example.com.', 'NS', { flags: 1 })]],
    ['inside', 'a name without a cut', () => [nsec3('matching', 'example.com.', 'TXT RRSIG')]],
    ['absent', 'a gap', () => [apex(), nsec3('covering', 'example.com.', 'NS')]],
    ['unsigned', 'a salt', () => [nsec3('matching', 'example.com.', 'NS', { salt: [1, 2, 3], iterations: 100 })]],
  ])('%s by %s', (kind, _title, records) => {
    // Of two records it is the covering one, the last, that tells: the encloser's may be much older.
    expect(judge(records())).toEqual(kind === 'unsigned' ? { kind, inception: NOW - 60 } : { kind })
  })

  it.each<[string, () => MessageRecord[]]>([
    ['a gap without the encloser', () => [nsec3('covering', 'example.com.', 'NS', { flags: 1 })]],
    ['the encloser without a gap', () => [apex()]],
    ['records with different salts', () => [apex(), nsec3('covering', 'example.com.', 'NS', { flags: 1, salt: [1] })]],
    ['more iterations than are made', () => [nsec3('matching', 'example.com.', 'NS', { iterations: 101 })]],
    ['another hash', () => [nsec3('matching', 'example.com.', 'NS', { algorithm: 2 })]],
    ['flags that nobody knows', () => [nsec3('matching', 'example.com.', 'NS', { flags: 2 })]],
    ['the record of a cut that has a DS', () => [nsec3('matching', 'example.com.', 'NS DS RRSIG')]],
    ['a record of another name', () => [nsec3('matching', 'example.org.', 'NS')]],
  ])('nothing by %s', (_title, records) => {
    expect(judge(records()).kind).toBe('unproved')
  })
})

describe('a proof counts only', () => {
  it('with a signature of the zone', () => {
    const record = nsec('example.com.', 'f.com.', 'NS RRSIG NSEC')
    const zone = { apex: ZONE, dnskeys: [key.dnskey] }
    expect(judgeDsDenial([record], CHILD, zone, NOW)).toMatchObject({ reason: 'has a proof that has no signature' })
    expect(judgeDsDenial([], CHILD, zone, NOW)).toMatchObject({ reason: 'has no proof that there is no DS' })
  })

  it('of the zone that is asked, not of the child', () => {
    expect(judge([nsec('example.com.', 'a.example.com.', 'NS RRSIG NSEC')], CHILD)).toMatchObject({ kind: 'unsigned' })
    const signer = { apex: ZONE, dnskeys: [key.dnskey] }
    const record = nsec('example.com.', 'f.com.', 'NS RRSIG NSEC')
    const rrset = findRRset([record], record.name, Type.NSEC)!
    const validity = { inception: NOW - 60, expiration: NOW + 60, signer: CHILD }
    const rrsig = { ...record, type: Type.RRSIG, rdata: signRRset(rrset, openSigningKey(key), validity) }
    expect(judgeDsDenial([record, rrsig], CHILD, signer, NOW)).toMatchObject({
      reason: 'has a proof that is signed by another zone',
    })
  })
})
