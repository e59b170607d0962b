import { describe, expect, it } from 'vitest'
import { createRateLimitTable } from '../../guard/rate-limit-table.ts'
import { createRateLimiter, DEFAULT_RATE_LIMITS, isExempt, type RateLimiter } from '../../guard/rate-limiter.ts'
import { Decision, Verdict } from '../../guard/verdict.ts'
import { parseAddress, parsePrefix } from '../../server/address.ts'
import { ask, decideFor, limiter, offender, seeded } from '../helpers/rate-limits.ts'

describe('time', () => {
  const exhausted = (): RateLimiter => {
    const guard = limiter()
    ask(guard, Verdict.Absent, 1000, [0, 10_000])
    expect(decideFor(guard, Verdict.Absent, offender, 10_000)).toBe(Decision.Truncate)
    return guard
  }

  it('forgives within a second or two who holds still, however long the flood was', () => {
    expect(ask(exhausted(), Verdict.Absent, 100, [10_900, 10_910])).toBe(0)
    expect(ask(exhausted(), Verdict.Absent, 10_000, [12_000, 12_010])).toBeGreaterThanOrEqual(30)
    expect(ask(exhausted(), Verdict.Absent, 10_000, [40_000, 40_020])).toBeGreaterThanOrEqual(72)
  })

  it.each([100_000, 1e9, 6e10])('survives a gap of %d ms', (gap) => {
    expect(ask(exhausted(), Verdict.Absent, 40, [gap, gap + 10_000])).toBe(400)
  })

  it('that goes back neither frees nor freezes', () => {
    const guard = exhausted()
    expect(decideFor(guard, Verdict.Absent, offender, 1000)).not.toBe(Decision.Answer)
    ask(guard, Verdict.Absent, 10, [1000, 6000])
    expect(ask(guard, Verdict.Absent, 40, [6000, 16_000])).toBe(400)
  })

  it('runs for days without losing precision', () => {
    const guard = limiter()
    for (let now = 0; now < 3 * 86_400_000; now += 1000) decideFor(guard, Verdict.Found, offender, now)
    const days = 3 * 86_400_000
    expect(ask(guard, Verdict.Found, 195, [days, days + 10_000])).toBe(1950)
    ask(guard, Verdict.Found, 210, [days + 10_000, days + 20_000])
    expect(ask(guard, Verdict.Found, 210, [days + 20_000, days + 30_000])).toBe(0)
  })
})

describe('options', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 1 / 2],
    [10, 1 / 10],
  ])('slip %d truncates that share of the limited', (slip, share) => {
    const guard = limiter({ slip, answersPerSecond: { found: 0, absent: 0, error: 0 } })
    let truncated = 0
    for (let query = 0; query < 20_000; query++) {
      if (decideFor(guard, Verdict.Found, offender, query) === Decision.Truncate) truncated++
    }
    expect(Math.abs(truncated / 20_000 - share)).toBeLessThan(share === 0 || share === 1 ? 1e-9 : 0.02)
  })

  it('tells in log-only mode too what the limits say', () => {
    const [guard, logging] = [limiter(), limiter({ logOnly: true })]
    for (const each of [guard, logging]) expect(ask(each, Verdict.Found, 2000, [0, 10_000])).toBeLessThan(800)
    expect(ask(logging, Verdict.Found, 2000, [10_000, 20_000])).toBe(ask(guard, Verdict.Found, 2000, [10_000, 20_000]))
  })

  it('knows who is exempt', () => {
    const guard = limiter({ exempt: [parsePrefix('198.51.100.64/30')!, parsePrefix('2001:db8::/32')!] })
    expect(isExempt(guard, offender, 0)).toBe(true)
    expect(isExempt(guard, parseAddress('2001:db8:7::9')!, 0)).toBe(true)
    expect(isExempt(guard, parseAddress('198.51.100.68')!, 0)).toBe(false)
    expect(isExempt(limiter(), offender, 0)).toBe(false)
  })

  it('takes any table size', () => {
    for (const tableSize of [1, 8, 9, 1000, 65536]) {
      expect(ask(limiter({ tableSize }), Verdict.Found, 100, [0, 2000])).toBe(200)
    }
    expect(limiter({ tableSize: 1000 }).words.byteLength).toBe(8 * 1024)
  })
})

describe('workers that share a table', () => {
  it('give a client one budget, though their clocks differ within a batch', () => {
    const table = createRateLimitTable(DEFAULT_RATE_LIMITS.tableSize, seeded(1))
    const [ahead, behind] = [1, 2].map((seed) => createRateLimiter(DEFAULT_RATE_LIMITS, seeded(seed), table))
    let answered = 0
    for (let now = 0; now < 10_000; now++) {
      for (let query = 0; query < 32; query++) {
        if (decideFor(ahead!, Verdict.Absent, offender, now) === Decision.Answer) answered++
        if (decideFor(behind!, Verdict.Absent, offender, now - 1) === Decision.Answer) answered++
      }
    }
    expect(answered).toBeLessThan(50 * 4)
  })

  it('go on after their clock has wrapped, and on a table that was never used', () => {
    const wrap = 2 ** 31 * 32
    const guard = limiter()
    for (const start of [wrap - 5000, wrap + 20_000_000, 2 * wrap - 5000]) {
      expect(ask(guard, Verdict.Absent, 1000, [start, start + 10_000])).toBeLessThan(50 * 4)
      expect(ask(guard, Verdict.Absent, 50, [start + 20_000, start + 30_000])).toBe(500)
    }
  })
})

describe('concealment', () => {
  it('decides alike for all verdicts of a class, so limits tell no more than the class', () => {
    const classes = [
      [Verdict.Found, Verdict.Wildcard, Verdict.Nodata, Verdict.Referral, Verdict.Decoy],
      [Verdict.Refused, Verdict.Malformed],
    ]
    for (const verdicts of classes) {
      const plain = limiter()
      const mixed = limiter()
      const random = seeded(3)
      for (let query = 0; query < 20_000; query++) {
        const verdict = verdicts[(random() >>> 1) % verdicts.length]!
        const now = query >> 1
        expect(decideFor(mixed, verdict, offender, now)).toBe(decideFor(plain, verdicts[0]!, offender, now))
      }
    }
  })

  it('repeats itself for the same secret and the same queries', () => {
    const run = (): number[] => {
      const guard = limiter()
      const source = offender.slice()
      return Array.from({ length: 5000 }, (_, query) => {
        source[15] = query % 3
        return decideFor(guard, Verdict.Absent, source, query)
      })
    }
    expect(run()).toEqual(run())
  })
})

describe('memory', () => {
  it('stays what it was, and decisions allocate nothing', () => {
    const guard = limiter({ exempt: [parsePrefix('10.0.0.0/8')!] })
    const random = seeded(5)
    const source = offender.slice()
    const run = (queries: number, from: number): void => {
      for (let query = 0; query < queries; query++) {
        const word = random()
        source[13] = word
        source[14] = word >> 8
        source[15] = word >> 16
        decideFor(guard, (query % 7) as Verdict, source, from + Math.floor(query / 20), query % 5 === 0)
      }
    }
    run(400_000, 0)
    const before = process.memoryUsage()
    run(1_000_000, 100_000)
    const after = process.memoryUsage()
    expect(after.heapUsed - before.heapUsed).toBeLessThan(500_000)
    expect(after.arrayBuffers - before.arrayBuffers).toBe(0)
  })
})
