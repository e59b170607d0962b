import { bakeCookie, CLIENT_COOKIE_OCTETS, COOKIE_OCTETS, CookieState, checkCookie } from '../../guard/cookies.ts'
import { isMappedIPv4, wordAt } from '../../guard/prefix-trie.ts'
import { ANYBODY, CLIENT_SLOTS } from '../../keys/signing-budget.ts'
import type { AnswerContext } from './context.ts'
import { type Exchange, Transport } from './exchange.ts'

/** Tells what the client of this view has proved of itself. Where there are no cookies the question has none either. */
export function judgeClient({ query, generation, unixSeconds }: AnswerContext, exchange: Exchange, view: number): void {
  query.isProved = exchange.transport === Transport.Stream
  query.isCookieDue = true
  query.isCookieBad = false
  if (query.cookieOctets === 0) return
  const jar = view < 0 ? undefined : generation.views[view]!.cookies
  if (jar === undefined) query.cookieOctets = 0
  else if (query.cookieOctets > CLIENT_COOKIE_OCTETS) {
    query.isCookieBad = true
    if (query.cookieOctets !== COOKIE_OCTETS) return
    const state = checkCookie(jar, query.cookie, exchange, unixSeconds)
    if (state === CookieState.Invalid) return
    query.isProved = true
    query.isCookieBad = false
    query.isCookieDue = state === CookieState.Due
  }
}

/** Makes the cookie that the answer is to carry, where the client's own will not do (RFC 9018 §4.3). */
export function renewCookie(context: AnswerContext, exchange: Exchange, view: number): void {
  const { query, generation, unixSeconds } = context
  if (query.cookieOctets === 0 || !query.isCookieDue) return
  bakeCookie(generation.views[view]!.cookies!, query.cookie, exchange, unixSeconds)
}

/** Whose part of the budget for signatures is touched: an IPv4 address or an IPv6 /64 that is proved, by hash. */
export function signingClient({ query, generation }: AnswerContext, { source, sourceStart }: Exchange): number {
  if (!query.isProved) return ANYBODY
  const first = isMappedIPv4(source, sourceStart) ? sourceStart + 12 : sourceStart
  const hash = Math.imul(wordAt(source, first) ^ generation.labelSeed, 0x7feb352d)
  const second = first === sourceStart ? wordAt(source, first + 4) : 0
  const mixed = Math.imul(hash ^ (hash >>> 15) ^ second, 0x846ca68b)
  return (mixed ^ (mixed >>> 16)) & (CLIENT_SLOTS - 1)
}
