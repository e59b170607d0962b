import { createHash, createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import { Type } from '../../dns/constants.ts'
import { BASE32_HEX } from '../../dns/encoding.ts'
import { canonicalName, nameFromText, nameToText } from '../../dns/name.ts'
import { canonicalRdata, rdataFromText, rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText, typeToText } from '../../dns/rr/registry.ts'
import { tokensOf } from '../../dns/rr/tokens.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { rrsigPrefix, signingInput, signRRset } from '../../keys/signing-input.ts'
import { createDenial, DenialMode, Proof, WildcardStyle } from '../../zones/denial/denial.ts'
import { deny } from '../../zones/denial/deny.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import { subjectOf } from '../../zones/denial/records.ts'
import { nsec3Chain } from '../../zones/export/nsec3-chain.ts'
import { nsec3Hash as nsec3HashOf } from '../../zones/presigned/nsec3-hash.ts'
import { labelledName, zoneImage } from '../helpers/zone.ts'
import * as examples from './rfc-examples.ts'

interface ExampleRecord {
  readonly owner: Uint8Array
  readonly type: number
  readonly ttl: number
  readonly rdata: Uint8Array
}

interface Signature {
  readonly owner: Uint8Array
  readonly rdata: Uint8Array
  readonly typeCovered: number
  readonly algorithm: number
  readonly ttl: number
  readonly expiration: number
  readonly inception: number
  readonly keyTag: number
  readonly signer: Uint8Array
  /** Where the signature begins in the RDATA. */
  readonly prefixLength: number
}

const SIGNED = [
  ['RFC 4035 appendices A and B', examples.RFC4035],
  ['RFC 5155 appendices A and B', examples.RFC5155],
  ['RFC 5702 §6', examples.RFC5702],
  ['RFC 6605 §6', examples.RFC6605],
  ['RFC 8080 §6.1', examples.RFC8080],
] as const

describe.each(SIGNED)('the signatures of %s', (_, text) => {
  const records = readRecords(text)
  const signatures = records.filter(({ type }) => type === Type.RRSIG).map(readSignature)
  const cases = signatures.map((signature) => [describeSignature(signature), signature] as const)

  it('are all there', () => {
    expect(cases.length).toBeGreaterThan(1)
  })

  it.each(cases)('%s: the fields are those of our prefix, octet for octet', (_, signature) => {
    const prefix = rrsigPrefix(coveredBy(signature, records), signature)
    expect(prefix).toEqual(signature.rdata.slice(0, signature.prefixLength))
  })

  it.each(cases)('%s: is one over our input, and over nothing else', (_, signature) => {
    const covered = coveredBy(signature, records)
    const input = signingInput(rrsigPrefix(covered, signature), covered)
    const key = keyOf(signature, records)
    expect(verifies(signature, key, input)).toBe(true)
    for (const at of [0, 3, signature.prefixLength, input.length - 1]) {
      const changed = input.slice()
      changed[at]! ^= 1
      expect(verifies(signature, key, changed)).toBe(false)
    }
  })
})

describe('RFC 8080 §6.1', () => {
  const records = readRecords(examples.RFC8080)
  const signatures = records.filter(({ type }) => type === Type.RRSIG).map(readSignature)

  it.each(signatures.map((signature) => [signature.keyTag, signature] as const))(
    'the key %i makes the very signature, for Ed25519 is deterministic',
    (keyTag, signature) => {
      const seed = Buffer.from(examples.RFC8080_PRIVATE_KEYS.get(keyTag)!, 'base64')
      const dnskey = keyOf(signature, records)
      const key = openSigningKey({ algorithm: 15, keyTag, dnskey, privateKey: ed25519PrivateKey(seed, dnskey) })
      expect(signRRset(coveredBy(signature, records), key, signature)).toEqual(signature.rdata)
    },
  )
})

describe('the DS records', () => {
  const cases = [examples.RFC4034_DS, examples.RFC6605, examples.RFC8080].flatMap((text) => {
    const records = readRecords(text)
    return records
      .filter(({ type }) => type === Type.DS)
      .map((ds) => [`${nameToText(ds.owner)} ${rdataToText(Type.DS, ds.rdata).slice(0, 14)}`, ds, records] as const)
  })

  it.each(cases)('%s… has the tag and the digest of its key', (_, ds, records) => {
    const keyTag = (ds.rdata[0]! << 8) | ds.rdata[1]!
    const dnskey = records.find(({ type, rdata }) => type === Type.DNSKEY && keyTagOf(rdata) === keyTag)!
    const digest = createHash({ 1: 'sha1', 2: 'sha256', 4: 'sha384' }[ds.rdata[3]!]!)
    expect(digest.update(dnskey.owner).update(dnskey.rdata).digest()).toEqual(Buffer.from(ds.rdata.subarray(4)))
  })
})

describe('RFC 5155 appendix A', () => {
  const PARAMETERS = { iterations: 12, salt: Buffer.from('aabbccdd', 'hex') }

  it.each(examples.RFC5155_HASHES)('the hash of %s is %s', (name, hash) => {
    expect(BASE32_HEX.toText(nsec3HashOf(wire(name), PARAMETERS), 0, 20).toLowerCase()).toBe(hash)
  })

  it('the order of the hashes is that of the chain', () => {
    const hashes = examples.RFC5155_HASHES.map(([, hash]) => hash).sort()
    const chain = readRecords(examples.RFC5155).filter(({ type }) => type === Type.NSEC3)
    for (const { owner, rdata } of chain) {
      const own = nameToText(owner).slice(0, 32)
      const next = rdataToText(Type.NSEC3, rdata).split(' ')[4]!.toLowerCase()
      expect(next).toBe(hashes[(hashes.indexOf(own) + 1) % hashes.length])
    }
  })
})

describe('our own NSEC3 chain', () => {
  it('hashes as RFC 5155 §5 does, without iterations and salt', () => {
    const apex = wire('example')
    const members = ['example', 'a.example', 'x.y.w.example'].map((name) => ({
      owner: wire(name),
      types: new Set([1]),
    }))
    const owners = [...nsec3Chain(apex, members)].map(({ owner }) => nameToText(owner))
    const names = ['example', 'a.example', 'w.example', 'y.w.example', 'x.y.w.example']
    const expected = names.map((name) => createHash('sha1').update(wire(name)).digest())
    expect(owners).toEqual(
      expected.sort(Buffer.compare).map((hash) => `${BASE32_HEX.toText(hash, 0, hash.length).toLowerCase()}.example.`),
    )
  })
})

describe('RFC 9824 §3.1', () => {
  it('the NSEC record of a name that does not exist is ours', () => {
    const example = readRecords(examples.RFC9824)[0]!
    const image = zoneImage('example.com', '@ 3600 SOA ns hostmaster 1 2 3 4 3600\n@ 3600 NS ns\nns 3600 A 192.0.2.1')
    const zone = {
      image,
      mode: DenialMode.Compact,
      wildcards: WildcardStyle.Flat,
      apexTypes: [],
      hash: nsec3Hash,
      cellSeed: 0,
      makesNames: false,
    }
    const denial = createDenial()
    deny(zone, Proof.Absent, subjectOf(image, labelledName(example.owner), 0), denial)
    expect(denial.count).toBe(1)
    const { type, prefixLength, suffix, rdata, rdataLength } = denial.records[0]!
    expect({ type, prefixLength, suffix }).toEqual({ type: Type.NSEC, prefixLength: 0, suffix: 0 })
    expect(rdata.slice(0, rdataLength)).toEqual(example.rdata)
  })
})

function readRecords(text: string): ExampleRecord[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [owner, ttl, , type, ...rdata] = line.split(' ')
      const code = typeFromText(type!)!
      return {
        owner: wire(owner!),
        ttl: Number(ttl),
        type: code,
        rdata: rdataFromText(code, tokensOf(rdata.join(' '))),
      }
    })
}

function wire(name: string): Uint8Array {
  return canonicalName(nameFromText(name.endsWith('.') ? name : `${name}.`))
}

function readSignature({ owner, rdata }: ExampleRecord): Signature {
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.length)
  const signer = wire(nameToText(rdata, 18))
  return {
    owner,
    rdata,
    typeCovered: view.getUint16(0),
    algorithm: rdata[2]!,
    ttl: view.getUint32(4),
    expiration: view.getUint32(8),
    inception: view.getUint32(12),
    keyTag: view.getUint16(16),
    signer,
    prefixLength: 18 + signer.length,
  }
}

function describeSignature({ owner, typeCovered, keyTag }: Signature): string {
  return `${nameToText(owner)} ${typeToText(typeCovered)} by ${keyTag}`
}

function coveredBy({ owner, typeCovered }: Signature, records: readonly ExampleRecord[]): CanonicalRRset {
  const covered = records.filter(({ type, owner: other }) => type === typeCovered && Buffer.compare(other, owner) === 0)
  const rdatas = covered.map(({ rdata }) => canonicalRdata(typeCovered, rdata)).sort(Buffer.compare)
  return { owner, type: typeCovered, ttl: covered[0]!.ttl, rdatas }
}

/** RDATA of the DNSKEY that made the signature. */
function keyOf({ keyTag, signer }: Signature, records: readonly ExampleRecord[]): Uint8Array {
  const found = records.filter(
    ({ type, owner, rdata }) =>
      type === Type.DNSKEY && Buffer.compare(owner, signer) === 0 && keyTagOf(rdata) === keyTag,
  )
  expect(found.length).toBe(1)
  return found[0]!.rdata
}

/** RFC 4034 appendix B. */
function keyTagOf(dnskey: Uint8Array): number {
  const sum = dnskey.reduce((total, octet, i) => total + (i % 2 === 0 ? octet * 256 : octet), 0)
  return (sum + Math.floor(sum / 65_536)) % 65_536
}

/** By OpenSSL, with the form of the keys and signatures that each algorithm's RFC gives; SHA-1 as no validator should. */
function verifies({ algorithm, rdata, prefixLength }: Signature, dnskey: Uint8Array, input: Uint8Array): boolean {
  const digest = { 5: 'sha1', 7: 'sha1', 8: 'sha256', 10: 'sha512', 13: 'sha256', 14: 'sha384' }[algorithm]
  const key = publicKey(dnskey)
  const signature = rdata.subarray(prefixLength)
  return verify(digest, input, { key, dsaEncoding: 'ieee-p1363' }, signature)
}

function publicKey(dnskey: Uint8Array): KeyObject {
  const octets = Buffer.from(dnskey.subarray(4))
  const algorithm = dnskey[3]!
  const text = (part: Buffer) => part.toString('base64url')
  if (algorithm === 15) return publicKeyOf({ kty: 'OKP', crv: 'Ed25519', x: text(octets) })
  if (algorithm === 13 || algorithm === 14) {
    const half = octets.length / 2
    const crv = algorithm === 13 ? 'P-256' : 'P-384'
    return publicKeyOf({ kty: 'EC', crv, x: text(octets.subarray(0, half)), y: text(octets.subarray(half)) })
  }
  // RFC 3110 §2: the length of the exponent, in one octet here.
  const end = 1 + octets[0]!
  return publicKeyOf({ kty: 'RSA', e: text(octets.subarray(1, end)), n: text(octets.subarray(end)) })
}

function publicKeyOf(key: Record<string, string>): KeyObject {
  return createPublicKey({ key, format: 'jwk' })
}

function ed25519PrivateKey(seed: Buffer, dnskey: Uint8Array): KeyObject {
  const x = Buffer.from(dnskey.subarray(4)).toString('base64url')
  return createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', d: seed.toString('base64url'), x }, format: 'jwk' })
}
