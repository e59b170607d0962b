import { describe, expect, it } from 'vitest'
import { formatProblem } from '../../../zones/file-problem.ts'
import { bringsSignatures } from '../../../zones/presigned/brings-signatures.ts'
import { firstExpiration } from '../../../zones/presigned/check-times.ts'
import {
  NOW,
  PLAIN,
  presignedProjection,
  problemsOf,
  readLines,
  signedLines,
  TWO_ALGORITHMS,
  textsOf,
} from './presigned-zone.ts'

const DAY = 86_400
const CHAINS = ['nsec', 'nsec3'] as const

/** The lines without those that match. */
function without(lines: readonly string[], pattern: RegExp): string[] {
  const kept = lines.filter((line) => !pattern.test(line))
  expect(kept.length).toBeLessThan(lines.length)
  return kept
}

/** The lines with the first that matches changed. */
function changed(lines: readonly string[], pattern: RegExp, by: string): string[] {
  const at = lines.findIndex((line) => pattern.test(line))
  expect(at).toBeGreaterThanOrEqual(0)
  return lines.map((line, index) => (index === at ? line.replace(pattern, by) : line))
}

describe('reading a presigned zone', () => {
  it.each(CHAINS)('keeps its %s chain and signatures, without a word', (chain) => {
    const read = readLines(signedLines(chain))
    expect(read.problems).toEqual([])
    expect(read.signatures.count).toBeGreaterThan(30)
    expect(bringsSignatures(read)).toBe(true)
  })

  it('leaves them out where the zone is not presigned', () => {
    const { problems, signatures } = readLines(signedLines('nsec'), false)
    expect(signatures.count).toBe(0)
    expect(problems.map(formatProblem).join()).toContain('DNSSEC records')
  })

  it('tells zones that bring signatures from others', () => {
    const lines = signedLines('nsec')
    expect(bringsSignatures(readLines(PLAIN.split('\n')))).toBe(false)
    expect(bringsSignatures(readLines(without(lines, /\tDNSKEY\t/)))).toBe(false)
    expect(bringsSignatures(readLines(without(lines, /RRSIG\tDNSKEY/)))).toBe(false)
  })

  it('takes an RRSIG for its RRset whatever its own TTL says, and warns of no TTLs', () => {
    const { problems } = readLines(
      changed(signedLines('nsec'), /^mail\.example\.\t600(\tIN\tRRSIG)/, 'mail.example.\t60$1'),
    )
    expect(problems).toEqual([])
  })
})

describe.each(CHAINS)('a zone with %s', (chain) => {
  const lines = signedLines(chain)

  it('is fine as it was signed', () => {
    expect(textsOf(lines)).toEqual([])
  })

  it('must have a signature over each RRset that is its own', () => {
    const at = lines.findIndex((line) => /^mail\.example\.\t600\tIN\tA/.test(line)) + 1
    expect(textsOf(without(lines, /^mail.*RRSIG\tA /))).toEqual([
      `signed.zone:${at}:1: found mail.example. A without an RRSIG; expected a signature over every RRset of a presigned zone (RFC 4035 §2.2). Have your signer sign the whole zone again. A record that was added by hand afterwards belongs into the unsigned file.`,
    ])
  })

  it('must have one over each record of its chain', () => {
    const pattern = chain === 'nsec' ? /^www.*RRSIG\tNSEC / : new RegExp(`^${firstHash(lines)}.*RRSIG\tNSEC3 `)
    expect(textsOf(without(lines, pattern))).toEqual([expect.stringContaining('without an RRSIG')])
  })

  it.each([
    ['of another signer', /^(mail.*RRSIG\tA .*) example\. /, '$1 other. '],
    ['of a key that is not there', /^(mail.*RRSIG\tA .* )\d+ example\. /, '$11 example. '],
    ['with the labels of a wildcard', /^(mail.*RRSIG\tA 15) 2 /, '$1 1 '],
  ])('must not have them %s', (_what, pattern, by) => {
    expect(textsOf(changed(lines, pattern, by))).toEqual([
      expect.stringContaining('RRSIG over mail.example. A that no validator can use'),
    ])
  })

  it('warns of signatures over nothing', () => {
    const covered = without(lines, /^example\.\t3600\tIN\tMX\t/)
    expect(problemsOf(covered)).toEqual([
      expect.objectContaining({ severity: 'warning', found: 'RRSIG over example. MX, which is not there' }),
    ])
  })

  it('tells once of signatures that have expired, with the date of the first', () => {
    const problems = problemsOf(lines, NOW + 30 * DAY)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatchObject({ severity: 'warning' })
    expect(problems[0]!.found).toMatch(/^\d+ signatures that have expired, the first at 2027-01-29 08:00 UTC over /)
  })

  it('knows when the first of its signatures ends', () => {
    const ends = NOW + 14 * DAY
    expect(firstExpiration(presignedProjection(lines), NOW)).toBe(ends)
    const sooner = lines.map((line) => line.replace(/(mail\S*\t.*RRSIG\tA .* )20270129080000( )/, '$120270120080000$2'))
    expect(sooner).not.toEqual(lines)
    expect(firstExpiration(presignedProjection(sooner), NOW)).toBe(Date.UTC(2027, 0, 20, 8) / 1000)
  })

  it('tells once of signatures that expire soon, and of those that do not hold yet', () => {
    expect(problemsOf(lines, NOW + 12 * DAY).map(({ found }) => found)).toEqual([
      expect.stringMatching(/^\d+ signatures that expire within three days, the first at 2027-01-29 08:00 UTC/),
    ])
    expect(problemsOf(lines, NOW - 3 * DAY).map(({ found }) => found)).toEqual([
      expect.stringMatching(/^\d+ signatures that do not hold yet, the last to begin at 2027-01-14 08:00 UTC/),
    ])
  })

  it('must be signed at all', () => {
    const { length, 0: problem } = problemsOf(PLAIN.split('\n'))
    expect(length).toBe(1)
    expect(problem).toMatchObject({ severity: 'error', found: 'no DNSKEY record at example.' })
    expect(problem?.remedy).toContain('dnssec: presigned')
  })
})

describe('a zone with keys of two algorithms', () => {
  const lines = signedLines('nsec', PLAIN, TWO_ALGORITHMS)

  it('is fine with signatures of both', () => {
    expect(textsOf(lines)).toEqual([])
  })

  it('is warned of once where some RRsets lack one of them', () => {
    expect(problemsOf(without(lines, /^(mail|ns1).*RRSIG\tA 13 /))).toEqual([
      expect.objectContaining({
        severity: 'warning',
        found: 'mail.example. A and 1 other RRset without a signature of algorithm 13',
      }),
    ])
  })
})

describe('a chain of NSEC', () => {
  const lines = signedLines('nsec')

  it('must have a record for each name', () => {
    expect(textsOf(without(lines, /^mail.*\t(NSEC|RRSIG\tNSEC)\b/))).toEqual([
      expect.stringContaining('no NSEC record at mail.example.'),
    ])
  })

  it('must lead to the next name', () => {
    expect(textsOf(changed(lines, /^(mail.*\tNSEC\t)ns1\.example\./, '$1secure.example.'))).toEqual([
      expect.stringContaining('mail.example. NSEC that leads to secure.example.; expected ns1.example.'),
    ])
  })

  it('must close', () => {
    expect(textsOf(changed(lines, /^(www.*\tNSEC\t)example\./, '$1zzz.example.'))).toEqual([
      expect.stringContaining('www.example. NSEC that leads to zzz.example.; expected example.'),
    ])
  })

  it('must not deny what is there', () => {
    expect(textsOf(changed(lines, /^(example.*\tNSEC\t.*) MX/, '$1'))).toEqual([
      expect.stringContaining('example. NSEC that denies MX, which is there'),
    ])
  })

  it('is missed once where it is missing as a whole', () => {
    expect(textsOf(without(lines, /\t(NSEC|RRSIG\tNSEC)\b/))).toEqual([
      expect.stringContaining('neither NSEC nor NSEC3PARAM at example.'),
    ])
  })
})

describe('a chain of NSEC3', () => {
  const lines = signedLines('nsec3')

  it('must close: without one of its records it leads elsewhere', () => {
    expect(textsOf(without(lines, new RegExp(`^${firstHash(lines)}`)))).toEqual([
      expect.stringMatching(/NSEC3 that leads to .*; expected .*, the next hash of the chain/),
    ])
  })

  it('must have a record for each name, empty non-terminals among them', () => {
    const smaller = signedLines('nsec3', PLAIN.replace(/^a\.b\.ent.*\n/m, ''))
    const chain = smaller.filter((line) => /\t(NSEC3|RRSIG\tNSEC3)\b/.test(line))
    const mixed = [...lines.filter((line) => !/\t(NSEC3|RRSIG\tNSEC3)\b/.test(line)), ...chain]
    const found = problemsOf(mixed).map((problem) => problem.found)
    expect(found).toEqual(
      [
        'no NSEC3 record for b.ent.example.',
        'no NSEC3 record for ent.example.',
        'no NSEC3 record for a.b.ent.example.',
      ].map((text) => expect.stringContaining(text)),
    )
  })

  it('is there when NSEC3PARAM says so', () => {
    expect(textsOf(without(lines, /\t(NSEC3|RRSIG\tNSEC3)\t/))).toContainEqual(
      expect.stringContaining('an NSEC3PARAM record without NSEC3 records of its parameters'),
    )
  })

  it.each([
    ['warns of some', 10, 'warning'],
    ['refuses many', 151, 'error'],
  ])('%s iterations (RFC 9276)', (_what, iterations, severity) => {
    const iterated = lines.map((line) => line.replace(/(\tNSEC3(?:PARAM)?\t1 0) 0 -/, `$1 ${iterations} -`))
    const problems = problemsOf(iterated).filter(({ found }) => found.includes('iterations'))
    expect(problems).toEqual([expect.objectContaining({ severity, found: `NSEC3 with ${iterations} iterations` })])
  })
})

function firstHash(lines: readonly string[]): string {
  return lines.find((line) => line.includes('\tNSEC3\t'))!.slice(0, 32)
}
