import { describe, expect, it } from 'vitest'
import { createSipHash } from '../../dns/sip-hash.ts'
import {
  bakeCookie,
  type Client,
  type CookieJar,
  CookieState,
  checkCookie,
  createCookieJar,
  hashCookie,
} from '../../guard/cookies.ts'
import { addressOctets } from '../helpers/answering.ts'

function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'))
}

function clientAt(address: string): Client {
  return { source: addressOctets(address), sourceStart: 0 }
}

describe('the vectors of RFC 9018, appendix A', () => {
  const SECRET = 'e5e973e5a6b2a43f48e7dc849e37bfcf'
  const OTHER = '203.0.113.203'
  const IPV6 = '2001:db8:220:1:59de:d0f4:8769:82b8'
  it.each([
    ['A.1', SECRET, '198.51.100.100', '2464c4abcf10c957010000005cf79f111f8130c3eee29480'],
    ['A.2', SECRET, '198.51.100.100', '2464c4abcf10c957010000005cf7a871d4a564a1442aca77'],
    ['A.3, sent', SECRET, OTHER, 'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5'],
    ['A.3, renewed', SECRET, OTHER, 'fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e'],
    ['A.4, sent', 'dd3bdf9344b678b185a6f5cb60fca715', IPV6, '22681ab97d52c298010000005cf7c57926556bd0934c72f8'],
    ['A.4, renewed', '445536bcd2513298075a5d379663c962', IPV6, '22681ab97d52c298010000005cf7c609a6bb79d16625507a'],
  ])('%s', (_, secret, address, cookie) => {
    const jar: CookieJar = { ...createCookieJar(hex(secret)), current: createSipHash(hex(secret)) }
    hashCookie(jar, hex(cookie), addressOctets(address), 0)
    expect(Buffer.from(jar.current.hash.buffer).toString('hex')).toBe(cookie.slice(32))
  })
})

describe('a cookie', () => {
  const NOW = 1_800_000_000
  const secret = hex('000102030405060708090a0b0c0d0e0f')
  const client = clientAt('192.0.2.7')

  function baked(at = NOW, who = client): Uint8Array {
    const cookie = new Uint8Array(24).fill(7, 0, 8)
    bakeCookie(createCookieJar(secret), cookie, who, at)
    return cookie
  }

  const check = (cookie: Uint8Array, at = NOW, who = client) => checkCookie(createCookieJar(secret), cookie, who, at)

  it('holds for an hour, and another is due after half of one', () => {
    expect([0, 1800, -300].map((age) => check(baked(), NOW + age))).toEqual([1, 1, 1].fill(CookieState.Valid))
    expect([1801, 3600].map((age) => check(baked(), NOW + age))).toEqual([CookieState.Due, CookieState.Due])
    expect([3601, -301, 86_400, 2 ** 31].map((age) => check(baked(), NOW + age))).toEqual([0, 0, 0, 0])
  })

  it('holds for its client at its address, and in its view alone', () => {
    for (let at = 0; at < 24; at++) expect(check(baked().with(at, baked()[at]! ^ 1))).toBe(CookieState.Invalid)
    for (const other of ['192.0.2.8', '2001:db8::7', '::c000:207']) {
      expect(check(baked(), NOW, clientAt(other))).toBe(CookieState.Invalid)
    }
    expect(checkCookie(createCookieJar(secret.with(0, 1)), baked(), client, NOW)).toBe(CookieState.Invalid)
    expect(check(baked(NOW, clientAt('2001:db8::7')), NOW, clientAt('2001:db8::7'))).toBe(CookieState.Valid)
  })

  it('is made with another key every twelve days, and holds across the change', () => {
    const change = Math.ceil(NOW / 2 ** 20) * 2 ** 20
    const jar = createCookieJar(secret)
    const keys = [change - 1, change].map((made) => {
      const cookie = new Uint8Array(24)
      bakeCookie(jar, cookie, client, made)
      const key = jar.current.key.join()
      expect(checkCookie(jar, cookie, client, change + 60)).toBe(CookieState.Valid)
      return key
    })
    expect(new Set(keys).size).toBe(2)
  })

  it('goes on when the seconds wrap in 2106', () => {
    const wrap = 2 ** 32
    for (const made of [wrap - 60, wrap + 10]) expect(check(baked(made), wrap + 60)).toBe(CookieState.Valid)
  })
})
