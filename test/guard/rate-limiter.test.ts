import { describe, expect, it } from 'vitest'
import { createRateLimitTable } from '../../guard/rate-limit-table.ts'
import { createRateLimiter, DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { Decision, Verdict } from '../../guard/verdict.ts'
import { parseAddress } from '../../server/address.ts'
import { ask, decideFor, limiter, offender, seeded } from '../helpers/rate-limits.ts'

const innocent = parseAddress('192.0.2.1')!

const BUDGETS = [
  ['found', Verdict.Found, 200],
  ['absent', Verdict.Absent, 50],
  ['error', Verdict.Refused, 20],
] as const

/** Addresses of the prefix of so many bits that the offender is in, one for each index. */
function within(bits: number): (index: number) => Uint8Array {
  return (index) => {
    const source = offender.slice()
    const spread = Math.imul(index, 0x9e3779b1) >>> bits
    for (let at = 12; at < 16; at++) source[at]! ^= spread >>> (8 * (15 - at))
    return source
  }
}

describe('the budget of who has not proved its address', () => {
  it.each(BUDGETS)('is never felt within %s', (_, verdict, budget) => {
    expect(ask(limiter(), verdict, budget, [0, 60_000])).toBe(budget * 60)
  })

  it.each(BUDGETS)('is a burst of %s, and nothing while more is asked for', (_, verdict, budget) => {
    const guard = limiter()
    expect(ask(guard, verdict, budget * 20, [0, 5000])).toBeLessThan(budget * 4)
    expect(ask(guard, verdict, budget * 20, [5000, 25_000])).toBe(0)
    expect(ask(guard, verdict, budget * 1.1, [25_000, 45_000])).toBe(0)
    // Once it keeps to the budget it has it.
    ask(guard, verdict, budget * 0.9, [45_000, 50_000])
    expect(ask(guard, verdict, budget * 0.9, [50_000, 60_000])).toBeGreaterThanOrEqual(budget * 9)
  })

  it('keeps answering for names that exist while the absent ones are starved', () => {
    const guard = limiter()
    let guessed = 0
    for (let now = 0; now < 20_000; now += 20) {
      for (let guess = 0; guess < 20; guess++) {
        if (decideFor(guard, Verdict.Absent, innocent, now) === Decision.Answer) guessed++
      }
      for (const verdict of [Verdict.Found, Verdict.Nodata]) {
        expect(decideFor(guard, verdict, innocent, now)).toBe(Decision.Answer)
      }
    }
    expect(guessed).toBeLessThan(4 * 50)
  })

  it.each([
    [24, 8],
    [20, 32],
  ])('is, for all of an IPv4 /%d, %d times that of one address', (bits, multiple) => {
    const source = within(bits)
    const less = limiter()
    expect(ask(less, Verdict.Found, 190 * multiple, [0, 10_000], { source })).toBe(1900 * multiple)
    const more = limiter()
    ask(more, Verdict.Found, 220 * multiple, [0, 10_000], { source })
    expect(ask(more, Verdict.Found, 220 * multiple, [10_000, 20_000], { source })).toBe(0)
  })

  it.each([
    [128, 1],
    [64, 2],
    [56, 4],
    [48, 16],
  ])('is, for all of an IPv6 /%d, %d times that of one address', (bits, multiple) => {
    const base = parseAddress('2001:db8:1:1::1')!
    const source = (index: number): Uint8Array => {
      const address = base.slice()
      const spread = Uint8Array.from([...int64(index), ...int64(index + 7)])
      for (let at = bits / 8; at < 16; at++) address[at] = spread[at]!
      return address
    }
    const less = limiter()
    expect(ask(less, Verdict.Found, 190 * multiple, [0, 10_000], { source })).toBe(1900 * multiple)
    const more = limiter()
    ask(more, Verdict.Found, 220 * multiple, [0, 10_000], { source })
    expect(ask(more, Verdict.Found, 220 * multiple, [10_000, 20_000], { source })).toBe(0)
    const elsewhere = () => parseAddress('2001:db8:2:1::1')!
    expect(ask(more, Verdict.Found, 180, [20_000, 30_000], { source: elsewhere })).toBe(1800)
  })

  it('is one for all workers together that share a table', () => {
    const table = createRateLimitTable(DEFAULT_RATE_LIMITS.tableSize, seeded(1))
    const workers = [2, 3, 4].map((seed) => createRateLimiter(DEFAULT_RATE_LIMITS, seeded(seed), table))
    let answered = 0
    for (let now = 0; now < 15_000; now += 10) {
      for (const worker of workers) if (decideFor(worker, Verdict.Found, offender, now) === Decision.Answer) answered++
    }
    expect(answered).toBeLessThan(200 * 4)
  })

  it('answers nothing of a class whose budget is 0, and everything of an enormous one', () => {
    const none = limiter({ answersPerSecond: { found: 200, absent: 50, error: 0 } })
    expect(ask(none, Verdict.Refused, 10, [0, 10_000])).toBe(0)
    const all = limiter({ answersPerSecond: { found: 1e9, absent: 1e9, error: 1e9 } })
    expect(ask(all, Verdict.Found, 100_000, [0, 10_000])).toBe(1_000_000)
  })

  it('is a tenth for absent names, and for nothing else, where somebody is starved', () => {
    expect(ask(limiter(), Verdict.Absent, 5, [0, 60_000], { isStarved: true })).toBe(300)
    const guard = limiter()
    expect(ask(guard, Verdict.Absent, 50, [0, 5000], { isStarved: true })).toBeLessThan(20)
    expect(ask(guard, Verdict.Absent, 6, [5000, 60_000], { isStarved: true })).toBe(0)
    for (const [, verdict, budget] of BUDGETS.filter(([name]) => name !== 'absent')) {
      expect(ask(limiter(), verdict, budget, [0, 10_000], { isStarved: true })).toBe(budget * 10)
    }
  })
})

describe('the budget of who has proved its address', () => {
  it('has no end for names that exist', () => {
    expect(ask(limiter(), Verdict.Found, 50_000, [0, 5000], { isProved: true })).toBe(250_000)
    expect(ask(limiter(), Verdict.Wildcard, 50_000, [0, 5000], { isProved: true })).toBe(250_000)
  })

  it.each([
    ['absent', Verdict.Absent, 50],
    ['error', Verdict.Refused, 20],
  ])('is given in full and no more, however many %s ones are asked for', (_, verdict, budget) => {
    const guard = limiter()
    expect(ask(guard, verdict, budget * 20, [0, 5000], { isProved: true })).toBeLessThan(budget * 8)
    const answered = ask(guard, verdict, budget * 20, [5000, 25_000], { isProved: true })
    expect(answered / (budget * 20)).toBeCloseTo(1, 1)
    expect(decideFor(guard, verdict, offender, 25_000, true)).toBe(Decision.Refuse)
  })

  it('is a tenth where it is starved', () => {
    const guard = limiter()
    const who = { isProved: true, isStarved: true }
    ask(guard, Verdict.Absent, 500, [0, 5000], who)
    expect(ask(guard, Verdict.Absent, 500, [5000, 25_000], who) / 100).toBeCloseTo(1, 0)
  })

  it('cannot be used up in its name', () => {
    const guard = limiter()
    for (const verdict of [Verdict.Found, Verdict.Absent, Verdict.Refused]) ask(guard, verdict, 5000, [0, 5000])
    expect(ask(guard, Verdict.Absent, 40, [5000, 15_000], { isProved: true })).toBe(400)
    expect(ask(guard, Verdict.Found, 2000, [5000, 15_000], { isProved: true })).toBe(20_000)
  })
})

describe('a flood of forged sources', () => {
  it.each([
    ['IPv4', 40],
    ['IPv4', 400],
    ['IPv6', 400],
  ])('from all of %s, %d in a millisecond, limits no innocent client', (family, rate) => {
    const guard = limiter()
    const random = seeded(99)
    const forged = family === 'IPv4' ? offender.slice() : parseAddress('2001:db8::1')!
    const own = family === 'IPv4' ? innocent : parseAddress('2001:db8:ffff::1')!
    const view = new DataView(forged.buffer)
    const limited: Verdict[] = []
    for (let now = 0; now < 4000; now++) {
      for (let packet = 0; packet < rate; packet++) {
        if (family === 'IPv4') view.setInt32(12, random())
        else view.setInt32(4, random())
        decideFor(guard, (packet % 7) as Verdict, forged, now)
      }
      if (now % 10 === 0 && decideFor(guard, Verdict.Found, own, now) !== Decision.Answer) limited.push(Verdict.Found)
      if (now % 40 === 0 && decideFor(guard, Verdict.Absent, own, now) !== Decision.Answer) limited.push(Verdict.Absent)
      if (now % 100 === 0 && decideFor(guard, Verdict.Refused, own, now) !== Decision.Answer)
        limited.push(Verdict.Refused)
    }
    expect(limited).toEqual([])
  })

  it('frees no offender', () => {
    const guard = limiter({ tableSize: 2048 })
    const random = seeded(99)
    const forged = offender.slice()
    let ofOffender = 0
    for (let now = 0; now < 15_000; now++) {
      for (let packet = 0; packet < 40; packet++) {
        new DataView(forged.buffer).setInt32(12, random())
        decideFor(guard, Verdict.Found, forged, now)
      }
      for (let packet = 0; packet < 2; packet++) {
        if (decideFor(guard, Verdict.Absent, offender, now) === Decision.Answer && now >= 5000) ofOffender++
      }
    }
    expect(ofOffender).toBe(0)
  })

  it('that names one victim sends it to TCP, never leaves it without an answer, and spares its neighbours', () => {
    const guard = limiter()
    ask(guard, Verdict.Found, 5000, [0, 10_000])
    for (let now = 10_000; now < 11_000; now++) {
      ask(guard, Verdict.Found, 5000, [now, now + 1])
      expect(decideFor(guard, Verdict.Found, offender, now)).toBe(Decision.Truncate)
    }
    const neighbour = parseAddress('198.51.100.67')!
    const limited = limiter()
    ask(limited, Verdict.Found, 1000, [0, 10_000])
    expect(ask(limited, Verdict.Found, 150, [10_000, 20_000], { source: () => neighbour })).toBe(1500)
  })
})

function int64(value: number): Uint8Array {
  const octets = new Uint8Array(8)
  new DataView(octets.buffer).setBigUint64(0, (BigInt(value) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn)
  return octets
}
