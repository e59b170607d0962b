/*
 * Making and verifying the signatures of a bundle. Verification is by other code than signing: keys/second-opinion.ts.
 */
import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import type { PublishedKey } from '../apex-rrsets.ts'
import { isSignatureValid } from '../second-opinion.ts'
import { rrsigPrefix, signingInput } from '../signing-input.ts'
import { type Bundle, type BundleRequest, type BundleWindow, canonicalRRset, keyOf } from './bundle.ts'
import { timeToText } from './bundle-text.ts'

/** One signature of a bundle, in its place. */
export interface BundleEntry {
  readonly rrset: CanonicalRRset
  readonly window: BundleWindow
  /** RDATA of the signer's DNSKEY record. */
  readonly dnskey: Uint8Array
  readonly keyTag: number
  readonly signature: Uint8Array
}

/** Tags of the KSKs whose signatures the request asks for, ascending. */
export function signersOf({ rrsets }: BundleRequest): number[] {
  return [...new Set(rrsets.flatMap(({ signers }) => signers))].sort((a, b) => a - b)
}

/**
 * Signs all that the request asks for; `keys` has all its signers. `onSigned` is awaited behind each RRset and window. Rejects
 * where one does not hold: then the machine is faulty, and nothing it made must be used.
 */
export async function signBundle(
  request: BundleRequest,
  keys: readonly PublishedKey[],
  signed: number,
  onSigned: () => unknown = () => {},
): Promise<Bundle> {
  const signatures: Uint8Array[][][] = []
  for (const each of request.rrsets) {
    const rrset = canonicalRRset(request, each)
    const signers = each.signers.map((tag) => signerFor(request, tag, keys))
    const byWindow: Uint8Array[][] = []
    for (const window of request.windows) {
      byWindow.push(signers.map((signer) => signOne(rrset, window, signer)))
      await onSigned()
    }
    signatures.push(byWindow)
  }
  return { request, signed, signatures }
}

/** All signatures, one by one: who checks them can do other things in between. */
export function* entriesOf({ request, signatures }: Bundle): Generator<BundleEntry> {
  for (const [index, each] of request.rrsets.entries()) {
    const rrset = canonicalRRset(request, each)
    for (const [at, window] of request.windows.entries()) {
      for (const [which, keyTag] of each.signers.entries()) {
        const { dnskey } = keyOf(request, keyTag)
        yield { rrset, window, dnskey, keyTag, signature: signatures[index]![at]![which]! }
      }
    }
  }
}

/** Why the signature does not hold, a clause; undefined: it does. */
export function faultOf(entry: BundleEntry): string | undefined {
  const { rrset, window, dnskey, keyTag, signature } = entry
  if (isSignatureValid(dnskey, inputOf(entry), signature)) return undefined
  const what = `${typeToText(rrset.type)} of ${rrset.rdatas.length}`
  const when = `${timeToText(window.inception)} to ${timeToText(window.expiration)}`
  return `the signature of ${what} by key ${keyTag} for ${when} does not hold`
}

/** RDATA of the RRSIG record of the signature. */
export function rrsigOf(entry: BundleEntry): Uint8Array {
  return Uint8Array.of(...prefixOf(entry), ...entry.signature)
}

function signerFor(request: BundleRequest, keyTag: number, keys: readonly PublishedKey[]): PublishedKey {
  const { dnskey } = keyOf(request, keyTag)
  const key = keys.find((each) => Buffer.compare(each.dnskey, dnskey) === 0)
  if (key === undefined) throw new RangeError(`the private key of ${keyTag} is not at hand`)
  return key
}

function signOne(rrset: CanonicalRRset, window: BundleWindow, { key, dnskey }: PublishedKey): Uint8Array {
  const signature = new Uint8Array(key.signatureOctets)
  const entry: BundleEntry = { rrset, window, dnskey, keyTag: key.keyTag, signature }
  const input = inputOf(entry)
  key.sign(input, input.length, signature, 0)
  const fault = faultOf(entry)
  if (fault !== undefined) throw new Error(`${fault}: memory or a processor of this machine may be faulty`)
  return signature
}

function inputOf(entry: BundleEntry): Uint8Array {
  return signingInput(prefixOf(entry), entry.rrset)
}

function prefixOf({ rrset, window, dnskey, keyTag }: BundleEntry): Uint8Array {
  return rrsigPrefix(rrset, { ...window, algorithm: dnskey[3]!, keyTag, signer: rrset.owner })
}
