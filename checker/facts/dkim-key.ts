import { createPublicKey, type KeyObject } from 'node:crypto'
import { txtOf } from './spf.ts'
import type { ZoneRecord } from './veil-zones.ts'

/** A TXT record of `selector._domainkey` (RFC 6376 §3.6.1), by tag. */
export function dkimTags(record: ZoneRecord): ReadonlyMap<string, string> {
  return new Map(
    txtOf(record)
      .split(';')
      .flatMap((tag) => {
        const cut = tag.indexOf('=')
        return cut < 0 ? [] : [[tag.slice(0, cut).trim(), tag.slice(cut + 1).replace(/\s+/g, '')] as const]
      }),
  )
}

/** The public half that stands in a key's file once it is redacted, or beside it; undefined where there is none. */
export function publicHalfIn(text: string): KeyObject | undefined {
  const pem = /-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----/.exec(text)?.[0]
  try {
    return pem === undefined ? undefined : createPublicKey(pem)
  } catch {
    return undefined
  }
}

/** Whether `p=` holds this key: RSA as SubjectPublicKeyInfo or PKCS #1, Ed25519 as its 32 octets (RFC 8463 §4). */
export function isPublished(key: KeyObject, base64: string): boolean {
  const published = Buffer.from(base64, 'base64')
  const spki = key.export({ type: 'spki', format: 'der' })
  if (published.equals(spki)) return true
  if (key.asymmetricKeyType === 'rsa') return published.equals(key.export({ type: 'pkcs1', format: 'der' }))
  return key.asymmetricKeyType === 'ed25519' && published.equals(spki.subarray(-32))
}

/** Bits of an RSA key; undefined for others, which are all long enough. */
export function rsaBits(key: KeyObject): number | undefined {
  return key.asymmetricKeyType === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined
}
