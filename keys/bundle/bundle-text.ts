/*
 * Requests and bundles as files: JSON that a person can read.
 */
import { createHash } from 'node:crypto'
import { Type } from '../../dns/constants.ts'
import type { Bundle, BundleKey, BundleRequest, BundleRRset, BundleType } from './bundle.ts'

/** What `format` says of either. */
export const BUNDLE_FORMATS = { request: 'veil-key-bundle-request', bundle: 'veil-key-bundle' } as const
export const BUNDLE_VERSION = 1

/** The names of the types in files. */
export const BUNDLE_TYPES = { DNSKEY: Type.DNSKEY, CDS: Type.CDS, CDNSKEY: Type.CDNSKEY } as const

/** The request as a document; `about` is for people, and nothing follows from it. */
export function requestToDocument(request: BundleRequest, about: readonly string[] = []): object {
  return {
    ...{ format: BUNDLE_FORMATS.request, version: BUNDLE_VERSION },
    ...partsOf(request, about),
    rrsets: request.rrsets.map(rrsetToDocument),
  }
}

/** The bundle as a document, as `requestToDocument`. */
export function bundleToDocument({ request, signed, signatures }: Bundle, about: readonly string[] = []): object {
  return {
    ...{ format: BUNDLE_FORMATS.bundle, version: BUNDLE_VERSION },
    ...partsOf(request, about),
    signed: timeToText(signed),
    rrsets: request.rrsets.map((rrset, index) => ({
      ...rrsetToDocument(rrset),
      signatures: signatures[index]!.map((window) => window.map(octetsToText)),
    })),
  }
}

/** SHA-256 of what a request asks for, in hexadecimal: who made one knows it again. */
export function digestOfRequest(request: BundleRequest): string {
  return createHash('sha256')
    .update(documentToText(requestToDocument(request)))
    .digest('hex')
}

/** A document as text, indented, with a newline at its end. */
export function documentToText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

/** Unix seconds as ISO 8601, in UTC, without fractions. */
export function timeToText(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace('.000', '')
}

function partsOf({ zone, made, ttl, keys, windows }: BundleRequest, about: readonly string[]): object {
  return {
    ...(about.length > 0 && { about }),
    ...{ zone, made: timeToText(made), ttl },
    keys: keys.map(keyToDocument),
    windows: windows.map(({ inception, expiration }) => ({
      ...{ inception: timeToText(inception), expiration: timeToText(expiration) },
    })),
  }
}

function keyToDocument({ keyTag, role, dnskey, planned }: BundleKey): object {
  const flags = (dnskey[0]! << 8) | dnskey[1]!
  return {
    ...{ keyTag, role, dnskey: `${flags} ${dnskey[2]} ${dnskey[3]} ${octetsToText(dnskey.subarray(4))}` },
    ...(planned !== undefined && { planned: timeToText(planned) }),
  }
}

function rrsetToDocument({ type, keys, signers }: BundleRRset): object {
  return { type: nameOfType(type), keys, signers }
}

function nameOfType(type: BundleType): string {
  return Object.entries(BUNDLE_TYPES).find(([, number]) => number === type)![0]
}

function octetsToText(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64')
}
