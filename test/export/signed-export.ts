import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import type { KeyMaterial } from '../../keys/key-set.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { signRRset } from '../../keys/signing-input.ts'
import { createExportCount, exportZone } from '../../zones/export/export-zone.ts'
import type { ChainKind, Sign } from '../../zones/export/exported.ts'
import type { DigestHash } from '../../zones/export/zone-digest.ts'
import type { Projection } from '../../zones/projection.ts'
import { fileSerial } from '../../zones/projection-digest.ts'

/** Keys of a zone, and what stands of them at its apex. */
export interface ExportKeys {
  readonly ksks: readonly KeyMaterial[]
  readonly zsks: readonly KeyMaterial[]
}

/** A new KSK and ZSK of each algorithm. */
export function makeKeys(algorithms: readonly number[]): ExportKeys {
  return {
    ksks: algorithms.map((algorithm) => makeKey(algorithm, 257)),
    zsks: algorithms.map((algorithm) => makeKey(algorithm, 256)),
  }
}

export interface SignedOptions {
  readonly chain: ChainKind
  readonly keys: ExportKeys
  readonly digests?: readonly DigestHash[]
  /** Unix seconds; by default around now. */
  readonly inception?: number
  readonly expiration?: number
  readonly serial?: number
}

/** The whole export as text. */
export function signedText(projection: Projection, options: SignedOptions): string {
  const { chain, keys, digests = [1], serial = fileSerial(projection) } = options
  const now = Math.floor(Date.now() / 1000)
  const { inception = now - 3600, expiration = now + 14 * 86_400 } = options
  const sign = signWith(keys, { inception, expiration, signer: projection.apex })
  const dnskeys = [...keys.ksks, ...keys.zsks].map(({ dnskey }) => dnskey).sort(Buffer.compare)
  const apexRRsets = [
    { type: Type.DNSKEY, ttl: 3600, rdatas: dnskeys },
    { type: Type.CDNSKEY, ttl: 3600, rdatas: keys.ksks.map(({ dnskey }) => dnskey).sort(Buffer.compare) },
    { type: Type.CDS, ttl: 3600, rdatas: keys.ksks.map((key) => cdsOf(projection.apex, key)).sort(Buffer.compare) },
  ]
  const settings = { signing: { chain, sign, apexRRsets }, digests }
  return [...exportZone({ projection, serial }, settings, createExportCount())].join('')
}

/** Signs the key set and what speaks of it with the KSKs, all else with the ZSKs. */
function signWith(keys: ExportKeys, validity: Parameters<typeof signRRset>[2]): Sign {
  const [ksks, zsks] = [keys.ksks.map(openSigningKey), keys.zsks.map(openSigningKey)]
  const byKsk = new Set<number>([Type.DNSKEY, Type.CDS, Type.CDNSKEY])
  return (rrset) => (byKsk.has(rrset.type) ? ksks : zsks).map((key) => signRRset(rrset, key, validity))
}

function makeKey(algorithm: number, flags: number): KeyMaterial {
  const { publicKey, privateKey } = keyPair(algorithm)
  const dnskey = Uint8Array.from([flags >> 8, flags & 0xff, 3, algorithm, ...publicOctets(algorithm, publicKey)])
  return { algorithm, keyTag: keyTagOf(dnskey), dnskey, privateKey }
}

function keyPair(algorithm: number): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 15) return generateKeyPairSync('ed25519')
  if (algorithm === 13 || algorithm === 14) {
    return generateKeyPairSync('ec', { namedCurve: algorithm === 13 ? 'P-256' : 'P-384' })
  }
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

function publicOctets(algorithm: number, key: KeyObject): Uint8Array {
  const { x, y, n, e } = key.export({ format: 'jwk' })
  const octets = (text: string | undefined) => Buffer.from(text!, 'base64url')
  if (algorithm === 15) return octets(x)
  if (algorithm === 13 || algorithm === 14) return Buffer.concat([octets(x), octets(y)])
  return Buffer.concat([Buffer.of(octets(e).length), octets(e), octets(n)])
}

/** RFC 4034 appendix B, written once more, apart from the code under test. */
export function keyTagOf(dnskey: Uint8Array): number {
  let sum = 0
  dnskey.forEach((octet, i) => {
    sum += i % 2 === 0 ? octet << 8 : octet
  })
  return (sum + (sum >> 16)) & 0xffff
}

/** Digest type 2 (RFC 4509). */
function cdsOf(apex: Uint8Array, { dnskey, keyTag, algorithm }: KeyMaterial): Uint8Array {
  const digest = createHash('sha256').update(apex).update(dnskey).digest()
  return Uint8Array.from([keyTag >> 8, keyTag & 0xff, algorithm, 2, ...digest])
}
