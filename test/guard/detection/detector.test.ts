import { describe, expect, it } from 'vitest'
import { detectorOctets } from '../../../guard/detection/detector.ts'
import { addDistinct, countDistinct, createDistinct, spread } from '../../../guard/detection/distinct.ts'
import { QUIET_MS, takeChanges } from '../../../guard/detection/incident-report.ts'
import { createTypoIndex, isTypo } from '../../../guard/detection/typo-index.ts'
import { WORDS } from '../../../guard/detection/words.ts'
import { decodeXid } from '../../../guard/detection/xid.ts'
import { Trait } from '../../../guard/query-event.ts'
import { createRandom } from '../../helpers/random.ts'
import { type Asked, ask, HOSTS, questionsUntilIncident, START, testDetector, testZone } from './asking.ts'

const OFFICE = testZone('example.com.', HOSTS)
const REVERSE = testZone(
  '2.0.192.in-addr.arpa.',
  Array.from({ length: 60 }, (_, index) => `${index * 4}`),
)
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const random = createRandom(3)
const letters = (count: number) => Array.from({ length: count }, () => random.pick([...LETTERS])).join('')

describe('what is no guessing', () => {
  it.each([
    ['typing mistakes', () => ({ name: random.pick(['wwww', 'mial', 'blogg', 'statu', 'webmal', 'lgoin', 'dics']) })],
    ['what Chromium makes up', () => ({ name: random.chance(0.6) ? letters(7 + random.below(9)) : 'www' })],
    ['a search list behind complete names', () => ({ name: `${random.pick(WORDS)}.${letters(5)}.corp` })],
    ['services and policies', () => ({ name: `_${random.pick(WORDS)}._tcp`, type: 33 })],
    ['what programs look for', () => ({ name: random.pick(['wpad', 'isatap', 'autodiscover', 'lyncdiscover']) })],
    ['mail, delegations and keys', () => ({ name: random.pick(WORDS), type: random.pick([2, 15, 43, 48, 6]) })],
    ['the same absent names for ever', () => ({ name: `${random.pick(['old', 'gone', 'retired'])}server` })],
    ['a few words again and again', () => ({ name: random.pick(['test', 'dev', 'intra', 'erp', 'sap']) })],
  ])('%s: no incident after 20,000 questions of one source', (_, question: () => Asked) => {
    const detector = testDetector()
    for (let count = 0; count < 20_000; count++) ask(detector, OFFICE, { ...question(), traits: 0 })
    expect(takeChanges(detector, START)).toEqual([])
  })

  it('words now and then among what exists: no incident', () => {
    const detector = testDetector()
    for (const name of WORDS.slice(0, 400)) {
      for (let count = 0; count < 250; count++) ask(detector, OFFICE, { name: random.pick(HOSTS), traits: 0 })
      ask(detector, OFFICE, { name, traits: 0 })
    }
    expect(takeChanges(detector, START)).toEqual([])
  })
})

describe('other incidents', () => {
  it('a flood of random names is one, and no enumeration', () => {
    const detector = testDetector()
    for (let count = 0; count < 5000; count++) {
      const source = `198.51.${random.below(100)}.${random.below(200)}`
      ask(detector, OFFICE, { name: letters(6 + random.below(8)), source, traits: 0, at: START + count })
      if (count % 10 === 0) ask(detector, OFFICE, { name: 'www', source, traits: 0, at: START + count })
    }
    const changes = takeChanges(detector, START + 5000)
    expect(changes).toMatchObject([{ kind: 'opened', incident: { kind: 'flood', isSpread: true } }])
    expect(changes[0]!.incident.sources.length).toBe(20)
  })

  it.each(['192.0.2.77', '2001:db8:0:1::77'])(
    'what was proved is not told of a neighbour in whose name somebody asks: %s',
    (neighbour) => {
      const detector = testDetector()
      for (const [index, name] of WORDS.slice(0, 200).entries()) {
        const source = neighbour.replace('77', `${1 + (index % 20)}`)
        ask(detector, OFFICE, { name, source, traits: Trait.Proved })
        ask(detector, OFFICE, { name: `${letters(3)}-${name}`, source: neighbour, traits: 0 })
      }
      const told = takeChanges(detector, START).flatMap(({ incident }) => incident.sources)
      expect(told.filter(({ isProved }) => isProved)).toHaveLength(1)
      expect(told.filter(({ isProved, address }) => isProved && address === neighbour)).toEqual([])
    },
  )

  it('an enumeration is seen in the midst of a flood', () => {
    const detector = testDetector()
    let scanned = 0
    for (; scanned < 500 && detector.book.open.size === 0; scanned++) {
      ask(detector, OFFICE, { name: WORDS[scanned * 5]!, source: `203.0.${scanned % 50}.1`, traits: 0 })
      for (let count = 0; count < 3; count++) {
        ask(detector, OFFICE, { name: letters(12), source: `198.51.${random.below(250)}.9`, traits: 0 })
      }
    }
    expect(takeChanges(detector, START).map(({ incident }) => incident.kind)).toContain('enumeration')
  })

  it('a sweep over addresses is one, in order or nearly so; lookups here and there are none', () => {
    const sweep = Array.from({ length: 256 }, (_, index) => ({ name: `${index ^ 1}`, type: 12 }))
    const count = questionsUntilIncident(testDetector(), REVERSE, sweep)
    console.log(`reverse sweep: incident after ${count} questions`)
    expect(count).toBeLessThanOrEqual(200)
    const scattered = Array.from({ length: 5000 }, () => ({
      name: `${random.below(256)}`,
      type: 12,
      source: `198.51.100.${random.below(40)}`,
    }))
    expect(questionsUntilIncident(testDetector(), REVERSE, scattered)).toBeUndefined()
  })

  it('walking is one after two questions that only walkers ask', () => {
    const detector = testDetector()
    const walk: Asked[] = [
      { name: 'www', type: 1 },
      { name: 'mail', type: 47 },
      { name: '\\000.www' },
      { name: '\\000.\\000.www' },
    ]
    expect(questionsUntilIncident(detector, OFFICE, walk)).toBe(3)
    expect(takeChanges(detector, START)).toMatchObject([{ incident: { kind: 'walk', isSpread: false } }])
  })

  it('a transfer that is asked for is one, and what follows from the same source is another', () => {
    const detector = testDetector()
    ask(detector, OFFICE, { name: '@', type: 252, traits: Trait.Stream | Trait.Proved })
    for (const name of WORDS.slice(0, 100)) ask(detector, OFFICE, { name })
    const changes = takeChanges(detector, START)
    expect(changes.map(({ incident }) => incident.kind)).toEqual(['transfer-attempt', 'enumeration'])
    expect(changes.map(({ incident }) => incident.sources[0]!.isProved)).toEqual([true, false])
  })
})

describe('who is behind it', () => {
  it('is proved where the proved questions alone are evidence enough, and not by one among forged ones', () => {
    const [proved, mixed] = [testDetector(), testDetector()]
    for (const [index, name] of WORDS.slice(0, 100).entries()) {
      ask(proved, OFFICE, { name, traits: Trait.Proved })
      ask(mixed, OFFICE, { name, traits: index % 20 === 0 ? Trait.Proved : 0 })
    }
    expect(takeChanges(proved, START)[0]!.incident.sources[0]!.isProved).toBe(true)
    expect(takeChanges(mixed, START)[0]!.incident.sources[0]!.isProved).toBe(false)
  })

  it('is not forgotten while a flood of forged sources comes by', () => {
    const detector = testDetector()
    let asked = 0
    while (detector.book.open.size === 0 && asked < 200) {
      ask(detector, OFFICE, { name: WORDS[asked * 7]! })
      asked++
      for (let count = 0; count < 2000; count++) {
        const source = `${1 + random.below(200)}.${random.below(256)}.${random.below(256)}.${random.below(256)}`
        ask(detector, OFFICE, { name: letters(12), source, traits: 0 })
      }
      if (detector.book.open.size > 0) break
    }
    const enumerations = () => [...detector.book.open.values()].filter(({ kind }) => kind === 'enumeration')
    for (; enumerations().length === 0 && asked < 200; asked++) ask(detector, OFFICE, { name: WORDS[asked * 7]! })
    expect(asked).toBeLessThan(60)
    expect(enumerations()).toHaveLength(1)
  })

  it('is told by the tool that shows in its probes', () => {
    const detector = testDetector()
    ask(detector, OFFICE, { name: '6f1c2a34-9b0e-4d7f-8a55-0c9e7d2b4f61' })
    for (const name of WORDS.slice(0, 100)) for (const type of [1, 28]) ask(detector, OFFICE, { name, type })
    expect(takeChanges(detector, START)[0]!.incident.tool?.name).toBe('gobuster')
  })

  it('shows as one machine through many resolvers, where probes are xids', () => {
    const detector = testDetector()
    const xid = (counter: number) => encodeXid([START / 1000, 4], [0x60f486, 3], [0xe428, 2], [counter, 3])
    for (let probe = 0; probe < 12; probe++)
      ask(detector, OFFICE, { name: xid(probe), source: `198.51.${probe}.53`, traits: 0 })
    for (const [index, name] of WORDS.slice(0, 600).entries()) {
      ask(detector, OFFICE, { name, source: `198.51.${index % 50}.53`, traits: 0 })
    }
    const [change] = takeChanges(detector, START)
    expect(change!.incident).toMatchObject({ isSpread: true, tool: { name: 'dnsx, subfinder or shuffledns' } })
    expect(change!.incident.evidence.map(({ text }) => text)).toContain(
      'probes were drawn by one program, through 12 addresses: machine 60f486, process 58408',
    )
  })

  it('reads xids', () => {
    // The example of github.com/rs/xid.
    const octets = new TextEncoder().encode('9m4e2mr0ui3e8a215n4g')
    expect(decodeXid(octets, 0)).toEqual({
      time: 1300816219,
      machine: 0x60f486,
      process: 0xe428,
      counter: 4271561,
    })
  })
})

describe('the life of an incident', () => {
  it('is told when it opens, when it grows, and when it was quiet for a while; then it may open again', () => {
    const detector = testDetector()
    const scan = (from: number, at: number) => {
      for (const name of WORDS.slice(from, from + 100)) ask(detector, OFFICE, { name, at })
    }
    scan(0, START)
    expect(takeChanges(detector, START).map(({ kind }) => kind)).toEqual(['opened'])
    scan(100, START + 1000)
    expect(takeChanges(detector, START + 1000)).toEqual([])
    const [update] = takeChanges(detector, START + 10_000)
    expect(update).toMatchObject({ kind: 'updated', incident: { id: '20261125-1', reopened: 0 } })
    const [end] = takeChanges(detector, START + 1000 + QUIET_MS)
    expect(end).toMatchObject({ kind: 'ended', incident: { end: START + 1000 } })
    expect(end!.incident.absentNames.count).toBeGreaterThan(150)
    scan(0, START + 2 * QUIET_MS)
    const [again] = takeChanges(detector, START + 2 * QUIET_MS)
    expect(again).toMatchObject({ kind: 'opened', incident: { id: '20261125-1', reopened: 1 } })
  })

  it('counts what events stand for, and says that it is an estimate', () => {
    const detector = testDetector()
    for (const name of WORDS.slice(0, 60)) ask(detector, OFFICE, { name, weight: 10 })
    expect(takeChanges(detector, START)[0]!.incident).toMatchObject({
      // Less two that exist: before the first suspicion nothing was remembered.
      queries: { count: 580, isEstimate: true },
      absentNames: { isEstimate: true },
    })
  })
})

/** 12 octets, out of numbers of so many octets each, in base32hex. */
function encodeXid(...parts: readonly (readonly [number: number, octets: number])[]): string {
  const hex = parts.map(([number, octets]) => number.toString(16).padStart(octets * 2, '0')).join('')
  const bits = [...hex].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')
  return (bits.padEnd(100, '0').match(/.{5}/g) ?? []).map((five) => Number.parseInt(five, 2).toString(32)).join('')
}

it('counts distinct things exactly, then within a tenth', () => {
  const few = createDistinct()
  for (let count = 0; count < 400; count++) addDistinct(few, spread(count % 200))
  expect(countDistinct(few)).toEqual({ count: 200, isEstimate: false })
  const many = createDistinct()
  for (let count = 0; count < 100_000; count++) addDistinct(many, spread(count))
  expect(countDistinct(many).isEstimate).toBe(true)
  expect(Math.abs(countDistinct(many).count / 100_000 - 1)).toBeLessThan(0.1)
})

it('knows what is one mistake away, and that a number is none', () => {
  const octets = (text: string) => new TextEncoder().encode(text)
  const index = createTypoIndex(['webmail', 'www', 'vpn'].map(octets))
  const typos = ['webmail', 'wbmail', 'webmaill', 'webnail', 'wembail', 'ww', 'wwww', 'vnp']
  const others = ['webmail2', 'mail', 'vpn1', 'website', 'staging']
  const isNear = (label: string) => isTypo(index, octets(label), 0, label.length)
  expect(typos.filter((label) => !isNear(label))).toEqual([])
  expect(others.filter(isNear)).toEqual([])
})

it('takes so much memory, and no more', () => {
  const octets = detectorOctets(testDetector())
  console.log(`tables of the detectors: ${octets} octets`)
  expect(octets).toBeLessThan(12 * 1024 * 1024)
})
