import { describe, expect, it } from 'vitest'
import { createRateLimitTable } from '../../guard/rate-limit-table.ts'
import { createRateLimiter, DEFAULT_RATE_LIMITS, decide, type RateLimiter } from '../../guard/rate-limiter.ts'
import { Decision, Verdict } from '../../guard/verdict.ts'
import { parseAddress, parsePrefix } from '../../server/address.ts'

/** A generator of 32-bit words (xorshift), so that each run repeats. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  }
}

function limiter(changes: Partial<typeof DEFAULT_RATE_LIMITS> = {}): RateLimiter {
  return createRateLimiter({ ...DEFAULT_RATE_LIMITS, ...changes }, seeded(4711))
}

const innocent = parseAddress('192.0.2.1')!
const offender = parseAddress('198.51.100.66')!

/** Asks so many times a second from `from` to `to` (ms) and counts what is answered. */
function ask(
  guard: RateLimiter,
  verdict: Verdict,
  rate: number,
  [from, to]: readonly [number, number],
  source: (index: number) => Uint8Array = () => offender,
): number {
  let answered = 0
  for (let index = 0; from + (index * 1000) / rate < to; index++) {
    const now = Math.floor(from + (index * 1000) / rate)
    if (decide(guard, verdict, source(index), 0, now) === Decision.Answer) answered++
  }
  return answered
}

describe('budgets', () => {
  it.each([
    ['found', Verdict.Found, 200],
    ['absent', Verdict.Absent, 50],
    ['error', Verdict.Refused, 20],
  ])('never limits a client within its budget of %s', (_, verdict, budget) => {
    expect(ask(limiter(), verdict, budget, [0, 60_000])).toBe(budget * 60)
  })

  it.each([
    ['found', Verdict.Found, 200],
    ['absent', Verdict.Absent, 50],
    ['error', Verdict.Malformed, 20],
  ])('limits a client over its budget of %s to the budget', (_, verdict, budget) => {
    const guard = limiter()
    const burst = ask(guard, verdict, budget * 20, [0, 5000])
    expect(burst).toBeLessThan(budget * 8)
    const answered = ask(guard, verdict, budget * 20, [5000, 25_000])
    expect(answered).toBeGreaterThan(budget * 20 * 0.97)
    expect(answered).toBeLessThan(budget * 20 * 1.03)
  })

  it('keeps answering for names that exist while the absent ones are starved', () => {
    const guard = limiter()
    let guessed = 0
    for (let now = 0; now < 20_000; now += 20) {
      for (let guess = 0; guess < 20; guess++) {
        if (decide(guard, Verdict.Absent, innocent, 0, now) === Decision.Answer) guessed++
      }
      for (const verdict of [Verdict.Found, Verdict.Nodata]) {
        expect(decide(guard, verdict, innocent, 0, now)).toBe(Decision.Answer)
      }
    }
    expect(guessed).toBeLessThan(20 * 50 * 1.1 + 2 * 50)
  })

  it('gives wider prefixes multiples: /24 eight, /20 thirty-two', () => {
    const within = (octets: number, bits: number) => (index: number) => {
      const source = offender.slice()
      for (let at = 15; at > octets; at--) source[at] = Math.imul(index, 0x9e3779b1) >>> (8 * (at - 12))
      if (bits > 0)
        source[octets] =
          (offender[octets]! & (0xff00 >> (8 - bits))) | (Math.imul(index, 0x85ebca6b) >>> (24 + 8 - bits))
      return source
    }
    const network = limiter()
    ask(network, Verdict.Found, 8000, [0, 10_000], within(14, 0))
    const in24 = ask(network, Verdict.Found, 8000, [10_000, 20_000], within(14, 0)) / 10
    expect(in24 / 1600).toBeCloseTo(1, 1)
    const wide = limiter()
    ask(wide, Verdict.Found, 20_000, [0, 10_000], within(14, 4))
    const in20 = ask(wide, Verdict.Found, 20_000, [10_000, 20_000], within(14, 4)) / 10
    expect(in20 / 6400).toBeCloseTo(1, 1)
  })

  it('takes an IPv6 /64 for one client and the next /64 for another', () => {
    const guard = limiter()
    const host = (index: number) =>
      Uint8Array.from([...parseAddress('2001:db8:1:1::')!.subarray(0, 8), ...int64(index)])
    ask(guard, Verdict.Found, 4000, [0, 10_000], host)
    expect(ask(guard, Verdict.Found, 4000, [10_000, 20_000], host) / 2000).toBeCloseTo(1, 1)
    expect(ask(guard, Verdict.Found, 180, [20_000, 30_000], () => parseAddress('2001:db8:1:2::1')!)).toBe(1800)
  })

  it('count for all workers together that share a table', () => {
    const table = createRateLimitTable(DEFAULT_RATE_LIMITS.tableSize, seeded(1))
    const workers = [2, 3, 4].map((seed) => createRateLimiter(DEFAULT_RATE_LIMITS, seeded(seed), table))
    let answered = 0
    for (let now = 0; now < 15_000; now++) {
      for (const worker of workers) {
        if (decide(worker, Verdict.Found, offender, 0, now) === Decision.Answer && now >= 5000) answered++
      }
    }
    expect(answered / 2000).toBeCloseTo(1, 1)
  })

  it('answers nothing of a class whose budget is 0, and everything of an enormous one', () => {
    const none = limiter({ answersPerSecond: { found: 200, absent: 50, error: 0 } })
    expect(ask(none, Verdict.Refused, 10, [0, 10_000])).toBe(0)
    const all = limiter({ answersPerSecond: { found: 1e9, absent: 1e9, error: 1e9 } })
    expect(ask(all, Verdict.Found, 100_000, [0, 10_000])).toBe(1_000_000)
  })
})

describe('a flood of forged sources', () => {
  it('neither limits an innocent client nor frees an offender', () => {
    const guard = limiter({ tableSize: 2048 })
    const random = seeded(99)
    const forged = offender.slice()
    let ofInnocent = 0
    let ofOffender = 0
    for (let now = 0; now < 15_000; now++) {
      for (let packet = 0; packet < 40; packet++) {
        new DataView(forged.buffer).setInt32(12, random())
        decide(guard, Verdict.Found, forged, 0, now)
      }
      if (now % 10 === 0 && decide(guard, Verdict.Found, innocent, 0, now) === Decision.Answer) ofInnocent++
      for (let packet = 0; packet < 2; packet++) {
        if (decide(guard, Verdict.Absent, offender, 0, now) === Decision.Answer && now >= 5000) ofOffender++
      }
    }
    expect(ofInnocent).toBe(1500)
    expect(ofOffender).toBeLessThan(50 * 10 * 1.05)
  })

  it('that names one victim costs the victim its own budget only', () => {
    const guard = limiter()
    ask(guard, Verdict.Found, 5000, [0, 10_000], () => offender)
    const neighbour = parseAddress('198.51.100.67')!
    expect(ask(guard, Verdict.Found, 150, [10_000, 20_000], () => neighbour)).toBe(1500)
  })
})

describe('time', () => {
  const exhausted = (): RateLimiter => {
    const guard = limiter()
    ask(guard, Verdict.Absent, 1000, [0, 10_000])
    expect(decide(guard, Verdict.Absent, offender, 0, 10_000)).not.toBe(Decision.Answer)
    return guard
  }

  it('forgives half within a second, everything within a while', () => {
    expect(ask(exhausted(), Verdict.Absent, 10_000, [11_000, 11_010])).toBeGreaterThanOrEqual(35)
    expect(ask(exhausted(), Verdict.Absent, 10_000, [11_000, 11_010])).toBeLessThan(40)
    expect(ask(exhausted(), Verdict.Absent, 10_000, [40_000, 40_020])).toBeGreaterThanOrEqual(72)
  })

  it.each([100_000, 1e9, 6e10])('survives a gap of %d ms', (gap) => {
    expect(ask(exhausted(), Verdict.Absent, 40, [gap, gap + 10_000])).toBe(400)
  })

  it('that goes back neither frees nor freezes', () => {
    const guard = exhausted()
    expect(decide(guard, Verdict.Absent, offender, 0, 1000)).not.toBe(Decision.Answer)
    expect(ask(guard, Verdict.Absent, 1000, [1000, 11_000]) / 500).toBeCloseTo(1, 1)
  })

  it('runs for days without losing precision', () => {
    const guard = limiter()
    for (let now = 0; now < 3 * 86_400_000; now += 1000) decide(guard, Verdict.Found, offender, 0, now)
    const days = 3 * 86_400_000
    ask(guard, Verdict.Found, 2000, [days, days + 5000])
    expect(ask(guard, Verdict.Found, 2000, [days + 5000, days + 15_000]) / 2000).toBeCloseTo(1, 1)
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
      if (decide(guard, Verdict.Found, offender, 0, query) === Decision.Truncate) truncated++
    }
    expect(Math.abs(truncated / 20_000 - share)).toBeLessThan(share === 0 || share === 1 ? 1e-9 : 0.02)
  })

  it('tells in log-only mode too what the limits say', () => {
    const [guard, logging] = [limiter(), limiter({ logOnly: true })]
    for (const each of [guard, logging]) expect(ask(each, Verdict.Found, 2000, [0, 10_000])).toBeLessThan(2500)
    expect(ask(logging, Verdict.Found, 2000, [10_000, 20_000])).toBe(ask(guard, Verdict.Found, 2000, [10_000, 20_000]))
  })

  it('never limits an exempt prefix', () => {
    const guard = limiter({ exempt: [parsePrefix('198.51.100.64/30')!, parsePrefix('2001:db8::/32')!] })
    expect(ask(guard, Verdict.Refused, 2000, [0, 5000])).toBe(10_000)
    expect(ask(guard, Verdict.Refused, 2000, [0, 5000], () => parseAddress('2001:db8:7::9')!)).toBe(10_000)
    expect(ask(guard, Verdict.Refused, 2000, [0, 5000], () => parseAddress('198.51.100.68')!)).toBeLessThan(200)
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
        if (decide(ahead!, Verdict.Absent, offender, 0, now) === Decision.Answer) answered++
        if (decide(behind!, Verdict.Absent, offender, 0, now - 1) === Decision.Answer) answered++
      }
    }
    expect(answered).toBeLessThan(50 * 10 * 1.3)
  })

  it('go on after their clock has wrapped, and on a table that was never used', () => {
    const wrap = 2 ** 31 * 32
    const guard = limiter()
    for (const start of [wrap - 5000, wrap + 20_000_000, 2 * wrap - 5000]) {
      expect(ask(guard, Verdict.Absent, 1000, [start, start + 10_000])).toBeLessThan(50 * 10 * 1.5)
      expect(ask(guard, Verdict.Absent, 50, [start + 20_000, start + 30_000])).toBe(500)
    }
  })
})

describe('concealment', () => {
  it('decides alike for all verdicts of a class, so limits tell no more than the class', () => {
    const classes = [
      [Verdict.Found, Verdict.Wildcard, Verdict.Nodata, Verdict.Referral],
      [Verdict.Refused, Verdict.Malformed],
    ]
    for (const verdicts of classes) {
      const plain = limiter()
      const mixed = limiter()
      const random = seeded(3)
      for (let query = 0; query < 20_000; query++) {
        const verdict = verdicts[(random() >>> 1) % verdicts.length]!
        const now = query >> 1
        expect(decide(mixed, verdict, offender, 0, now)).toBe(decide(plain, verdicts[0]!, offender, 0, now))
      }
    }
  })

  it('repeats itself for the same secret and the same queries', () => {
    const run = (): number[] => {
      const guard = limiter()
      const source = offender.slice()
      return Array.from({ length: 5000 }, (_, query) => {
        source[15] = query % 3
        return decide(guard, Verdict.Absent, source, 0, query)
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
        decide(guard, (query % 7) as Verdict, source, 0, from + Math.floor(query / 20))
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

function int64(value: number): Uint8Array {
  const octets = new Uint8Array(8)
  new DataView(octets.buffer).setBigUint64(0, (BigInt(value) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn)
  return octets
}
