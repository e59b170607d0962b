import { describe, expect, it } from 'vitest'
import { brief, DB, INTERNAL, lint, PUBLIC, VIEWS } from '../helpers/leaks.ts'

describe('what is told', () => {
  it('is place, finding, what was expected and how to mend it', () => {
    expect(lint({ base: 'x MX 1 db\n', overlay: DB }).problems).toEqual([
      {
        severity: 'error',
        rule: 'hidden-name',
        file: 'base.zone',
        line: 5,
        column: 1,
        found: 'db.example.com. in the MX record of x.example.com., which view public sees',
        expected: 'no record there to name what only view internal has',
        remedy: 'Move the record to the overlay of view internal, or give view public another one.',
      },
    ])
  })

  it('is at most 20 findings of a rule', () => {
    const base = Array.from({ length: 50 }, (_, i) => `x${i} MX 1 db\n`).join('')
    expect(lint({ base, overlay: DB }).problems).toHaveLength(20)
  })
})

describe('levels', () => {
  it('are errors for what strangers get, and warnings elsewhere', () => {
    const files = { base: 'x CNAME y\n', views: ['internal', 'public'], overlay: 'y A 192.0.2.2\n' }
    expect(brief(lint(files))).toEqual(['error hidden-name 5'])
    const branch = { ...INTERNAL, name: 'public' }
    expect(brief(lint(files, [INTERNAL, branch]))).toEqual(['warning hidden-name 5'])
    const laboratory = { ...PUBLIC, isExposed: false }
    expect(brief(lint(files, [INTERNAL, laboratory]))).toEqual(['warning hidden-name 5'])
  })

  it('are warnings for a private address where there is one view', () => {
    const files = { base: 'x A 10.0.0.1\ndb A 192.0.2.2\n', views: ['public'] }
    expect(brief(lint(files, [PUBLIC]))).toEqual(['warning private-address 5'])
  })

  it('are what the operator says', () => {
    const files = { base: 'x MX 1 db\ny A 10.0.0.1\njenkins A 192.0.2.2\n', overlay: DB }
    const levels = { 'hidden-name': 'warning', 'private-address': 'off', 'internal-looking-name': 'error' } as const
    expect(brief(lint(files, VIEWS, levels)).sort()).toEqual(['error internal-looking-name 7', 'warning hidden-name 5'])
    expect(
      brief(lint({ base: 'x A 10.0.0.1\n', views: ['public'] }, [PUBLIC], { 'private-address': 'error' })),
    ).toEqual(['error private-address 5'])
  })
})

describe('waivers', () => {
  const REASON = '; veil: allow private-address "from home, too"'
  it.each([
    `x A 10.0.0.1 ${REASON}\n`,
    `${REASON}\nx A 10.0.0.1\n`,
    `x A ( ${REASON}\n 10.0.0.1 )\n`,
    `x A (\n 10.0.0.1 ${REASON}\n )\n`,
    `; about x\n  ${REASON}\n\n; more\nx A 10.0.0.1\n`,
    'x A 10.0.0.1 ;veil:allow private-address “from home, too”\n',
  ])('stand at their record: %j', (base) => {
    expect(lint({ base })).toMatchObject({
      problems: [],
      waived: [{ rule: 'private-address', reason: 'from home, too' }],
    })
  })

  it('are for one record and one rule', () => {
    expect(brief(lint({ base: `${REASON}\nx A 10.0.0.1\ny A 10.0.0.2\n` }))).toEqual(['error private-address 7'])
    const other = 'x A 10.0.0.1 ; veil: allow hidden-name "x"\n'
    expect(brief(lint({ base: other }))).toEqual(['error private-address 5', 'warning unused-waiver 5'])
  })

  it('say what was meant by a word that is no rule', () => {
    const { problems } = lint({ base: 'x A 192.0.2.2 ; veil: allow private-adress "x"\n' })
    expect(problems).toMatchObject([
      {
        line: 5,
        column: 15,
        found: 'a waiver of "private-adress"',
        remedy: expect.stringContaining('private-address'),
      },
    ])
  })

  it('hold in overlays and for one view only as for all', () => {
    const overlay = `y MX 1 x ${REASON}\n`
    expect(brief(lint({ overlay }))).toEqual(['warning unused-waiver 2'])
  })
})

it('goes through a large zone once: 20,000 names, as many hidden, below a wildcard and in text', () => {
  const lines = (prefix: string, rdata: string) =>
    Array.from({ length: 20_000 }, (_, i) => `${prefix}${i} ${rdata}\n`).join('')
  const base = `* A 192.0.2.2\n${lines('p', 'TXT "see db.example.net at 198.51.100.1"')}`
  const begin = performance.now()
  const { problems } = lint({ base, overlay: lines('h', 'A 203.0.113.9') })
  expect(problems).toMatchObject([{ rule: 'wildcard-over-hidden', found: expect.stringContaining('19999 more') }])
  // By the square it would take minutes.
  expect(performance.now() - begin).toBeLessThan(30_000)
})

describe('names in text', () => {
  const found = (...text: string[]) =>
    brief(lint({ base: `info TXT ${text.map((string) => `"${string}"`).join(' ')}\n`, overlay: DB }))

  it.each([
    'db.example.com',
    'see DB.Example.com.',
    'v=spf1 -include:db.example.com',
    '-db.example.com',
    '--db.example.com/x',
    'foo-.db.example.com',
    'https://db.example.com:8443/',
  ])('are found in %s', (text) => {
    expect(found(text)).toEqual(['error hidden-name-in-text 5'])
  })

  it.each(['xdb.example.com', 'db.example.org', 'db-.example.com', 'db', 'x-db.example.com'])(
    'are not seen in %s',
    (text) => {
      expect(found(text)).toEqual([])
    },
  )

  it.each(['a', 'a-', '_', '-a', 'a.', '.a-', ':', '1.', '1:', 'ip6:', '1'])(
    'cost no time by the square: 30,000 octets of %s',
    (piece) => {
      const begin = performance.now()
      found(...Array(120).fill(piece.repeat(250 / piece.length)))
      expect(performance.now() - begin).toBeLessThan(20_000)
    },
  )
})
