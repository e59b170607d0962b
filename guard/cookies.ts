import { createSipHash, type SipHash, sipHash } from '../dns/sip-hash.ts'
import { isMappedIPv4, wordAt } from './prefix-trie.ts'

/*
 * Interoperable DNS cookies (RFC 7873, RFC 9018): who sends back what it was given at its address has proved that it hears
 * there. On the wire, behind the client's 8 octets:
 *
 *   8 version, 1   9 reserved, 3 octets   12 when it was made, Unix seconds   16 SipHash-2-4, 8 octets
 *
 * The hash is over client cookie, version, reserved, time and address.
 */
export const CLIENT_COOKIE_OCTETS = 8
/** Of client and server cookie together; the server's part of others is between 8 and 32 octets (RFC 7873 §4). */
export const COOKIE_OCTETS = 24
export const LONGEST_COOKIE_OCTETS = 40

const VERSION = 1
const VERSION_AT = 8
const TIME_AT = 12
const HASH_AT = 16

/** RFC 9018 §4.3: made within the hour, give or take clocks that differ; half an hour old, another is due. */
const OLDEST_SECONDS = 3600
const NEWEST_SECONDS = -300
const RENEWED_AFTER_SECONDS = 1800

/** A key is used for twelve days; a cookie tells by its time which one made it (RFC 7873 §7.1: at most 36 days). */
const KEY_PERIOD_SECONDS = 2 ** 20

/** Makes and checks the cookies of one view. */
export interface CookieJar {
  readonly secret: SipHash
  /** Under the key of the period that was needed last. */
  readonly current: SipHash
  period: number
  /** What is hashed. */
  readonly message: Uint8Array
}

/** What a cookie proves. */
export const CookieState = { Invalid: 0, Valid: 1, /** Valid, but another is due. */ Due: 2 } as const
export type CookieState = (typeof CookieState)[keyof typeof CookieState]

/** `secret` has 16 octets; all keys derive from it. */
export function createCookieJar(secret: Uint8Array): CookieJar {
  return {
    ...{ secret: createSipHash(secret), current: createSipHash(new Uint8Array(16)), period: -1 },
    message: new Uint8Array(32),
  }
}

/**
 * What the cookie of 24 octets proves about the client whose address of 16 octets stands at `sourceStart`. Allocates
 * nothing.
 */
export function checkCookie(
  jar: CookieJar,
  cookie: Uint8Array,
  { source, sourceStart }: Client,
  unixSeconds: number,
): CookieState {
  if (cookie[VERSION_AT] !== VERSION) return CookieState.Invalid
  const made = timeOf(cookie)
  // RFC 1982: the time wraps in 2106.
  const age = (unixSeconds - made) | 0
  if (age > OLDEST_SECONDS || age < NEWEST_SECONDS) return CookieState.Invalid
  useKeyOf(jar, made)
  hashCookie(jar, cookie, source, sourceStart)
  const { hash } = jar.current
  const difference = (littleEndianAt(cookie, HASH_AT) ^ hash[0]!) | (littleEndianAt(cookie, HASH_AT + 4) ^ hash[1]!)
  if (difference !== 0) return CookieState.Invalid
  return age > RENEWED_AFTER_SECONDS ? CookieState.Due : CookieState.Valid
}

/** Writes a server cookie of this moment behind the client's. Allocates nothing. */
export function bakeCookie(
  jar: CookieJar,
  cookie: Uint8Array,
  { source, sourceStart }: Client,
  unixSeconds: number,
): void {
  cookie[VERSION_AT] = VERSION
  for (let at = VERSION_AT + 1; at < TIME_AT; at++) cookie[at] = 0
  for (let index = 0; index < 4; index++) cookie[TIME_AT + index] = unixSeconds >>> (24 - 8 * index)
  useKeyOf(jar, unixSeconds >>> 0)
  hashCookie(jar, cookie, source, sourceStart)
  for (let index = 0; index < 8; index++) cookie[HASH_AT + index] = jar.current.hash[index >> 2]! >>> (8 * (index & 3))
}

/** Where the client's address stands. */
export interface Client {
  readonly source: Uint8Array
  readonly sourceStart: number
}

/** RFC 9018 §4.4, under the key of `jar.current`: all up to the hash, then the address, 4 octets of IPv4 or 16 of IPv6. */
export function hashCookie(jar: CookieJar, cookie: Uint8Array, source: Uint8Array, sourceStart: number): void {
  const { message } = jar
  for (let at = 0; at < HASH_AT; at++) message[at] = cookie[at]!
  const skipped = isMappedIPv4(source, sourceStart) ? 12 : 0
  for (let at = skipped; at < 16; at++) message[HASH_AT + at - skipped] = source[sourceStart + at]!
  sipHash(jar.current, message, 0, HASH_AT + 16 - skipped)
}

/** Derives the key of the period that the time is in. */
function useKeyOf(jar: CookieJar, unixSeconds: number): void {
  const period = Math.floor(unixSeconds / KEY_PERIOD_SECONDS)
  if (period === jar.period) return
  jar.period = period
  const { message, secret, current } = jar
  for (let half = 0; half < 2; half++) {
    for (let index = 0; index < 4; index++) message[index] = period >>> (8 * index)
    message[4] = half
    sipHash(secret, message, 0, 5)
    current.key.set(secret.hash, 2 * half)
  }
}

function timeOf(cookie: Uint8Array): number {
  return wordAt(cookie, TIME_AT) >>> 0
}

function littleEndianAt(octets: Uint8Array, at: number): number {
  return octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24)
}
