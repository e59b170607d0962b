import { describe, expect, it } from 'vitest'
import { NOTHING_DECLARED } from '../../checker/declarations/declarations.ts'
import { type DeclarationsReading, readDeclarations } from '../../checker/declarations/read-declarations.ts'
import { declarationsReference } from '../../checker/declarations/reference.ts'
import { fitsPattern } from '../../checker/declarations/wildcards.ts'
import { NOON } from './run.ts'

const known = { controls: new Set(['LOG-01', 'DDS-01', 'EXP-04']), now: NOON }

function reading(text: string): DeclarationsReading {
  return readDeclarations(text, 'hostcheck.yaml', known)
}

function problemsOf(text: string): string[] {
  const result = reading(text)
  if (result.outcome === 'accepted') return []
  return result.problems.map(({ line, column, found, expected }) => `${line}:${column} ${found}; ${expected}`)
}

describe('hostcheck.yaml', () => {
  it('declares nothing where it is empty', () => {
    expect(reading('')).toMatchObject({ outcome: 'accepted', file: { declared: NOTHING_DECLARED, waivers: [] } })
  })

  it('is read as it stands in the manual', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(declarationsReference())![1]!
    expect(reading(example)).toMatchObject({
      outcome: 'accepted',
      file: {
        declared: { profile: 'medium', sites: [{ proxied: true }, { name: 'jenkins.example.com', internal: true }] },
        waivers: [{ control: 'EXP-04', subject: '*staging*', at: { file: 'hostcheck.yaml', line: 9 } }],
        attestations: [{ control: 'DDS-01', subject: '*', on: 1_795_564_800 }],
      },
    })
  })

  it.each([
    ['profil: small', '1:1 the unknown key "profil"; one of'],
    ['profile: tiny', '1:10 "tiny"; small, medium or large'],
    ['public-ports: [99999/tcp]', '1:16 "99999/tcp"; a port and its protocol'],
    ['opt-in: [LOG-1]', '1:10 "LOG-1", which is no control; the id of a control'],
    ['reboots: [{ at: yesterday, by: a, reason: b }]', '1:17 "yesterday"; a day and a time of day'],
    ['waivers: [{ control: LOG-01, reason: r, expires: 2027-01-01 }]', '1:11 nothing at the key "owner"; a person'],
    ['waivers: [{ control: LOG-01, reason: r, owner: o, expires: 2026-02-30 }]', '1:60 "2026-02-30"; a day'],
    ['waivers: [{ control: LOG-01, reason: r, owner: o, expires: 2028-01-01 }]', '1:60 "2028-01-01", more than a year'],
    [
      'attestations: [{ control: DDS-01, statement: s, by: b, on: 2026-11-26, expires: 2027-01-01 }]',
      '1:60 "2026-11-26", which is yet to come; a day that has begun',
    ],
    ['a: b: c', '1:4 YAML that does not parse'],
  ])('tells where %j is wrong', (text, problem) => {
    const problems = problemsOf(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })

  it('is what docs/hostcheck-declarations.md says (mend with: npx vitest run test/checker/declarations.test.ts -u)', async () => {
    await expect(declarationsReference()).toMatchFileSnapshot('../../docs/hostcheck-declarations.md')
  })
})

describe('a pattern of subjects', () => {
  it.each([
    ['jail sshd', 'jail sshd', true],
    ['jail sshd', 'jail *', true],
    ['jail sshd', '*', true],
    ['', '*', true],
    ['vhost a.example.com', 'vhost ?.example.com', true],
    ['vhost ab.example.com', 'vhost ?.example.com', false],
    ['a.b', 'a?b', true],
    ['axb', 'a.b', false],
    ['abcabd', '*abd', true],
  ])('%j and %j: %j', (subject, pattern, fits) => {
    expect(fitsPattern(subject, pattern)).toBe(fits)
  })

  it('takes no time that grows faster than the two texts', () => {
    const started = performance.now()
    expect(fitsPattern('a'.repeat(2000), `${'*a'.repeat(500)}b`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})
