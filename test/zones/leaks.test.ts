import { describe, expect, it } from 'vitest'
import type { FileProblem } from '../../zones/file-problem.ts'
import { lintLeaks, type ZoneLeaks } from '../../zones/leaks/lint.ts'
import type { LeakLevels, LintedZone, View } from '../../zones/leaks/rule.ts'
import { LEAK_RULES } from '../../zones/leaks/rules.ts'
import { type ReadZone, readZone } from '../../zones/master-file/read.ts'
import { project } from '../../zones/projection.ts'
import { wireName } from '../helpers/zone.ts'

const BASE = `$TTL 300
@ SOA ns1 host 1 2 3 4 5
@ NS ns1
ns1 A 192.0.2.1
`
const BOTH = [4, 6] as const
const PUBLIC: View = {
  name: 'public',
  isOpen: true,
  isExposed: true,
  addresses: [],
  hosts: [],
  families: { clients: BOTH, listen: BOTH },
}
const INTERNAL: View = { ...PUBLIC, name: 'internal', isOpen: false, isExposed: false }
const VIEWS = [INTERNAL, PUBLIC]

/** A zone as two views see it. */
interface Files {
  readonly apex?: string
  /** Behind SOA and NS. */
  readonly base?: string
  /** Of view internal. */
  readonly overlay?: string
  readonly views?: readonly string[]
  /** What is hidden from view public. */
  readonly hide?: readonly string[]
}

function zoneOf({ apex = 'example.com', base = '', overlay = '', views = ['internal', 'public'], hide }: Files) {
  const read = (text: string, kind: 'base' | 'overlay'): ReadZone =>
    readZone({ apex: wireName(apex), path: `${kind}.zone`, readFile: () => Buffer.from(text), kind })
  const [all, more] = [read(BASE + base, 'base'), read(`$TTL 300\n${overlay}`, 'overlay')]
  const rules = (hide ?? []).map((name) => ({ name: wireName(name), subtree: false, types: undefined }))
  const projections = views.map((view) => {
    const isInternal = view === 'internal'
    return [view, project(all.table, isInternal ? more.table : undefined, isInternal ? [] : rules).projection] as const
  })
  return {
    apex: wireName(apex),
    file: 'base.zone',
    hide: rules.length === 0 ? {} : { public: rules },
    projections: new Map(projections),
    waivers: [...all.remarks, ...more.remarks],
  } satisfies LintedZone
}

function lint(files: Files | readonly Files[], views = VIEWS, levels: LeakLevels = {}): ZoneLeaks {
  const zones = [files].flat().map(zoneOf)
  const leaks = lintLeaks(zones, views, levels)
  return { problems: leaks.flatMap(({ problems }) => problems), waived: leaks.flatMap(({ waived }) => waived) }
}

/** `error hidden-name 5`: level, rule and line of each finding. */
function brief({ problems }: ZoneLeaks): string[] {
  return problems.map(({ severity, rule, line }: FileProblem) => `${severity} ${rule} ${line}`)
}

const DB = 'db A 203.0.113.9\n'

describe('each rule finds what it is for, and nothing in what resembles it', () => {
  const CASES: Record<string, { leaks: (Files | Files[])[]; fine: (Files | Files[])[]; views?: View[] }> = {
    'hidden-name': {
      leaks: [
        ...['CNAME db', 'MX 1 DB', 'SRV 0 0 1 db', 'DNAME db', 'NS db', 'PTR db', 'HTTPS 1 db', 'SVCB 0 db'].map(
          (record) => ({ base: `x ${record}\n`, overlay: DB }),
        ),
        { base: 'x NAPTR 1 1 "s" "x" "" db\n', overlay: DB },
        { base: 'x RP me.db db\n', overlay: DB },
        [{ base: 'x CNAME a.corp.example.net.\n' }, { apex: 'corp.example.net', views: ['internal'] }],
      ],
      fine: [
        { base: 'x CNAME www\nwww A 192.0.2.2\n', overlay: DB },
        { overlay: `${DB}x MX 1 db\n` },
        { base: 'x CNAME db\ny.db A 192.0.2.3\n', overlay: DB },
        { base: 'x CNAME db.example.net.\n', overlay: DB },
      ],
    },
    'hidden-name-in-text': {
      leaks: [
        'TXT "v=spf1 include:db.example.com -all"',
        'TXT "v=spf1 a:db.example.com mx:db.example.com -all"',
        'TXT "v=spf1 redirect=db.example.com"',
        'TXT "v=spf1 exists:db.example.com -all"',
        'TXT "v=DMARC1; p=none; rua=mailto:a@db.example.com; ruf=mailto:b@db.example.com"',
        'SPF "v=spf1 include:db.exam" "ple.com -all"',
        'CAA 0 iodef "https://db.example.com/x"',
        'URI 1 1 "https://db.example.com:8443/"',
        'NAPTR 1 1 "u" "sip+E2U" "!^.*$!sip:x@db.example.com!" .',
        'HINFO "db.example.com" "x"',
      ].map((record) => ({ base: `x ${record}\n`, overlay: DB })),
      fine: ['TXT "www.example.com"', 'TXT "db.example.org and db"', 'TXT "xdb.example.com"'].map((record) => ({
        base: `x ${record}\n`,
        overlay: DB,
      })),
    },
    'private-address': {
      leaks: [
        ...['10.1.2.3', '172.31.0.1', '192.168.0.1', '100.64.0.1', '169.254.1.1'].map((a) => ({ base: `x A ${a}\n` })),
        ...['fd00::1', 'fe80::1', '::ffff:10.0.0.1', '64:ff9b::10.0.0.1'].map((a) => ({ base: `x AAAA ${a}\n` })),
        { base: 'x HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1,10.0.0.1\n' },
        { base: 'x SVCB 1 . ipv6hint=fd00::1\n' },
        { base: 'x APL 1:10.0.0.0/8\n' },
        { base: 'x IPSECKEY 10 1 2 10.0.0.1 AQ==\n' },
        { base: 'x AMTRELAY 10 0 2 fd00::1\n' },
        { base: 'sub NS ns.sub\nns.sub A 10.0.0.1\n' },
      ],
      fine: [
        ...['192.0.2.1', '198.51.100.1', '172.32.0.1', '100.128.0.1', '11.0.0.1'].map((a) => ({ base: `x A ${a}\n` })),
        { base: 'x AAAA 2001:db8::1\nx HTTPS 1 . ipv4hint=192.0.2.1\n' },
        { overlay: 'x A 10.0.0.1\n' },
      ],
    },
    'private-address-in-text': {
      leaks: [
        { base: '@ TXT "v=spf1 ip4:10.0.0.0/8 -all"\n' },
        { base: '@ TXT "v=spf1 ip6:fd00::/8 -all"\n' },
        { base: 'x TXT "http://192.168.1.1:8080/"\n' },
        { base: 'x A 127.0.0.1\n' },
      ],
      fine: [
        { base: '@ TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"\nx TXT "10.0.0 and 1.10.0.0.1 and ::"\n' },
        { base: 'localhost A 127.0.0.1\nlocalhost AAAA ::1\n' },
      ],
    },
    'hidden-address': {
      leaks: [
        { base: '@ TXT "v=spf1 ip4:203.0.113.9 -all"\n', overlay: DB },
        { base: 'x HTTPS 1 . ipv4hint=203.0.113.9\n', overlay: DB },
      ],
      fine: [{ base: '@ TXT "v=spf1 ip4:203.0.113.9 -all"\nmail A 203.0.113.9\n', overlay: DB }],
    },
    'client-address': {
      views: [{ ...INTERNAL, hosts: [Uint8Array.of(203, 0, 113, 7)] }, PUBLIC],
      leaks: [{ base: 'gw A 203.0.113.7\n' }, { base: '@ TXT "v=spf1 ip4:203.0.113.7 -all"\n' }],
      fine: [{ base: 'gw A 203.0.113.8\n' }, { overlay: 'gw A 203.0.113.7\n' }],
    },
    'reverse-of-hidden-host': {
      leaks: [
        [{ overlay: DB }, { apex: '113.0.203.in-addr.arpa', base: '9 PTR host9.example.net.\n' }],
        [
          { overlay: 'db AAAA 2001:db8::1\n' },
          { apex: '8.b.d.0.1.0.0.2.ip6.arpa', base: `1${'.0'.repeat(23)} PTR x.example.net.\n` },
        ],
      ],
      fine: [[{ overlay: DB }, { apex: '113.0.203.in-addr.arpa', base: '8 PTR host8.example.net.\n' }]],
    },
    'private-reverse-zone': {
      leaks: [
        '10.in-addr.arpa',
        '2.1.10.in-addr.arpa',
        '31.172.in-addr.arpa',
        '168.192.in-addr.arpa',
        'd.f.ip6.arpa',
      ].map((apex) => ({ apex })),
      fine: [
        { apex: '10.in-addr.arpa', views: ['internal'] },
        ...['110.in-addr.arpa', '32.172.in-addr.arpa', '2.0.192.in-addr.arpa', 'd.0.1.0.0.2.ip6.arpa'].map((apex) => ({
          apex,
        })),
      ],
    },
    'service-of-hidden-host': {
      leaks: ['_acme-challenge.db TXT "x"', '_443._tcp.db TLSA 3 1 1 00', '_dmarc.db TXT "v=DMARC1"'].map((record) => ({
        base: `${record}\n`,
        overlay: DB,
      })),
      fine: [
        { base: '_acme-challenge.www TXT "x"\nwww A 192.0.2.2\n', overlay: DB },
        { base: '_acme-challenge TXT "x"\n_imaps._tcp SRV 0 1 993 ns1\n', overlay: DB },
      ],
    },
    'orchestrator-text': {
      leaks: [
        {
          base: 'a-db TXT "heritage=external-dns,external-dns/owner=k,external-dns/resource=ingress/prod/db"\n',
          overlay: DB,
        },
      ],
      fine: [{ base: 'x TXT "our heritage=external-dns is long"\n', overlay: DB }],
    },
    'wildcard-hole': {
      leaks: [{ base: '* A 192.0.2.2\nx TXT ""\n', overlay: 'x A 192.0.2.3\n' }],
      fine: [
        { base: '* A 192.0.2.2\n_dmarc TXT "v=DMARC1"\n', overlay: 'y A 192.0.2.3\n' },
        { base: '* A 192.0.2.2\nx CNAME ns1\n', overlay: 'x A 192.0.2.3\n' },
        { base: 'x TXT ""\n', overlay: 'x A 192.0.2.3\n' },
      ],
    },
    'wildcard-over-hidden': {
      leaks: [{ base: '* A 192.0.2.2\n', overlay: 'a.b A 192.0.2.3\nc A 192.0.2.3\n' }],
      fine: [
        { base: '* A 192.0.2.2\n' },
        { base: '* A 192.0.2.2\nx.b A 192.0.2.2\n', overlay: 'a.b A 192.0.2.3\n' },
        { base: '*.w A 192.0.2.2\n', overlay: 'c A 192.0.2.3\n' },
      ],
    },
    'internal-looking-name': {
      leaks: ['db', 'db2', 'ldap', 'dc01', 'vpn-admin', 'jenkins', 'esxi-12'].map((name) => ({
        base: `${name} A 192.0.2.2\n`,
      })),
      fine: ['www', 'mail', 'dbase', 'ns1', 'git', 'webdc'].map((name) => ({ base: `${name} A 192.0.2.2\n` })),
    },
    'hiding-fails-open': { leaks: [{ base: 'x A 192.0.2.2\n', hide: ['x.example.com'] }], fine: [{}] },
    'unused-waiver': {
      leaks: [
        '; veil: allow private-address "why not"',
        '; veil: allow private-adress "why not"',
        '; veil: allow private-address',
        '; veil: permit private-address "x"',
        ';veil:',
      ].map((waiver) => ({ base: `x A 192.0.2.2 ${waiver}\n` })),
      fine: [
        { base: 'x A 10.0.0.1 ; veil: allow private-address "x"\n' },
        { base: 'x A 192.0.2.2 ; a veil: over it\ny TXT "; veil: x"\n' },
      ],
    },
  }

  it('and every rule is tried', () => {
    const tried = [...Object.keys(CASES), 'uneven-families']
    expect(tried.sort()).toEqual(LEAK_RULES.map(({ id }) => id).sort())
  })

  for (const [rule, { leaks, fine, views }] of Object.entries(CASES)) {
    it.each(leaks.map((files) => [files] as const))(`${rule}: %j`, (files) => {
      expect(brief(lint(files, views)).filter((line) => line.includes(` ${rule} `))).not.toEqual([])
    })

    it.each(fine.map((files) => [files] as const))(`no ${rule}: %j`, (files) => {
      expect(brief(lint(files, views)).filter((line) => line.includes(` ${rule} `))).toEqual([])
    })
  }
})

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
