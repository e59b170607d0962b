import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { takeChanges } from '../../../guard/detection/incident-report.ts'
import { WORDS } from '../../../guard/detection/words.ts'
import { Trait } from '../../../guard/query-event.ts'
import { createRandom } from '../../helpers/random.ts'
import { type Asked, ask, HOSTS, questionsUntilIncident, readList, START, testDetector, testZone } from './asking.ts'

const OFFICE = testZone('example.com.', HOSTS)
const FIERCE = '/usr/lib/python3/dist-packages/fierce/lists'

/** As the tools ask: which list, of which types, and what they ask first. */
const TOOLS: readonly { tool: string; path: string; types: readonly number[]; first: readonly Asked[] }[] = [
  {
    ...{ tool: 'dnsenum', path: '/usr/share/dnsenum/dns.txt', types: [1] },
    first: [{ name: '@' }, { name: '@', type: 2 }, { name: 'qkzjwvbxptmh' }],
  },
  {
    tool: 'fierce',
    path: `${FIERCE}/default.txt`,
    types: [1],
    first: [{ name: '@', type: 2 }, { name: '53829174650' }],
  },
  {
    ...{ tool: 'gobuster', path: `${FIERCE}/5000.txt`, types: [1, 28] },
    first: [{ name: '6f1c2a34-9b0e-4d7f-8a55-0c9e7d2b4f61' }],
  },
  {
    tool: 'dnsrecon',
    path: '/usr/share/dnsrecon/namelist.txt',
    types: [1, 28],
    first: [{ name: 'ku8Hs0plq2Xz'.toLowerCase() }],
  },
  { tool: 'nmap', path: '/usr/share/nmap/nselib/data/vhosts-default.lst', types: [1, 28], first: [] },
]

const PRESENT = TOOLS.filter(({ tool, path }) => {
  const isPresent = existsSync(path)
  if (!isPresent && process.env.CI === 'true') throw new Error(`${path} is missing: install ${tool}`)
  if (!isPresent) console.log(`SKIPPED: ${tool} is not installed, so no scan with its list is made`)
  return isPresent
})

describe.each(PRESENT)('a scan as $tool makes it', ({ tool, path, types, first }) => {
  const list = readList(path)
  const scan = (names: readonly string[], more: Partial<Asked> = {}): Asked[] => [
    ...first.map((asked) => ({ ...asked, ...more })),
    ...names.flatMap((name) => types.map((type) => ({ name, type, ...more }))),
  ]

  it.each([
    ['in its order', (asked: Asked[]) => asked],
    ['over TCP', (asked: Asked[]) => asked.map((one) => ({ ...one, traits: Trait.Stream | Trait.Proved }))],
    ['one question a second', (asked: Asked[]) => asked.map((one, index) => ({ ...one, at: START + index * 1000 }))],
    ['from many addresses of an IPv6 /64', (asked: Asked[]) => asked.map(fromAnywhere)],
    [
      'with existing names between',
      (asked: Asked[]) => asked.flatMap((one, index) => [one, { name: HOSTS[index % HOSTS.length]! }]),
    ],
  ])('is an incident within 200 questions, %s', (how, change) => {
    const count = questionsUntilIncident(testDetector(), OFFICE, change(scan(list)))
    console.log(`${tool}, ${how}: incident after ${count} questions`)
    expect(count).toBeLessThanOrEqual(200)
  })

  it('is an incident within 200 questions, in any order', () => {
    const counts = Array.from({ length: 10 }, (_, seed) => {
      const random = createRandom(seed + 1)
      const shuffled = list.map((name) => ({ name, key: random.next() })).sort((a, b) => a.key - b.key)
      return questionsUntilIncident(testDetector(), OFFICE, scan(shuffled.map(({ name }) => name))) ?? 9999
    })
    console.log(`${tool}, shuffled: incident after ${Math.min(...counts)} to ${Math.max(...counts)} questions`)
    expect(Math.max(...counts)).toBeLessThanOrEqual(200)
  })

  it.each([
    ['alone', 0],
    ['amid as much harmless traffic', 1],
    ['amid ten times as much', 10],
  ])('is an incident within 1000 questions through 50 resolvers, %s', (how, harmless) => {
    const random = createRandom(7)
    const detector = testDetector()
    let scanned = 0
    const asked = scan(list, { traits: 0 })
    for (; detector.book.open.size === 0 && scanned < Math.min(1000, asked.length); scanned++) {
      for (let index = 0; index < harmless; index++) ask(detector, OFFICE, harmlessQuestion(random))
      ask(detector, OFFICE, { ...asked[scanned]!, source: `198.51.${scanned % 50}.53` })
    }
    const [change] = takeChanges(detector, START)
    console.log(`${tool}, through 50 resolvers, ${how}: incident after ${scanned} questions`)
    expect(change?.incident).toMatchObject({ kind: 'enumeration', isSpread: true, zone: 'example.com.' })
  })
})

it('takes no resolver for the one who asks for twenty names through each of fifty', () => {
  const detector = testDetector()
  for (const [index, name] of WORDS.slice(0, 1000).entries()) {
    ask(detector, OFFICE, { name, source: `198.51.${index % 50}.53`, traits: 0 })
  }
  expect(takeChanges(detector, START)).toMatchObject([{ incident: { isSpread: true, sourceCount: { count: 50 } } }])
})

it.each([
  ['forged packets', false],
  ['who comes by TCP when it is sent there', true],
])('tells what is proved from what anybody could have sent: %s', (_, comesBack) => {
  for (const sources of [1, 50]) {
    const detector = testDetector()
    for (const [index, name] of WORDS.slice(0, 1000).entries()) {
      const source = `198.51.${index % sources}.53`
      ask(detector, OFFICE, { name, source, traits: 0 })
      if (comesBack) ask(detector, OFFICE, { name, source, traits: Trait.Proved | Trait.Stream })
    }
    const [change] = takeChanges(detector, START)
    expect(change!.incident).toMatchObject({ isSpread: sources === 50, isProved: comesBack })
  }
})

it('asks with our own list, so that coverage is told', () => {
  const detector = testDetector()
  for (const [index, name] of WORDS.slice(0, 500).entries()) ask(detector, OFFICE, { name, at: START + index * 50 })
  const [opened] = takeChanges(detector, START + 30_000)
  expect(opened).toMatchObject({ kind: 'opened', incident: { kind: 'enumeration', isSpread: false } })
  expect(opened!.incident.wordList.asked).toBeGreaterThan(450)
  expect(opened!.incident.learned.names).toContain('www.example.com.')
  expect(opened!.incident.sources).toMatchObject([{ address: '192.0.2.7', prefix: '192.0.2.7/32', isProved: false }])
  expect(opened!.incident.evidence[0]!.text).toContain('common host names')
})

function fromAnywhere(asked: Asked, index: number): Asked {
  return { ...asked, source: `2001:db8:1:2::${(index * 7919).toString(16).slice(-4)}` }
}

function harmlessQuestion(random: ReturnType<typeof createRandom>): Asked {
  const source = `198.51.${random.below(50)}.53`
  const name = random.pick(HOSTS)
  return { name: random.chance(0.1) ? `${name}${random.pick(['a', 'x', 'w'])}` : name, source, traits: 0 }
}
