import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Flag } from '../../../dns/constants.ts'
import { LONG } from '../../helpers/long.ts'
import { RESOLVER_NAMES, type ResolverOptions, resolverKnows } from '../../helpers/resolvers.ts'
import { deniedFirst } from './asking.ts'
import { controlByKnot, liveFamilies } from './families.ts'
import { familyQuestions } from './family-questions.ts'
import { isExcused } from './peculiarities.ts'
import { obstaclesAloud } from './preconditions.ts'
import type { Exchange } from './relay.ts'
import { openUniverse, type Universe } from './universe.ts'
import { disagreements } from './validate.ts'
import { openResolver } from './validators.ts'

const SEED = Number(process.env.VEIL_SEED ?? 3)
const RSA_SHA256 = 8

interface Setting {
  readonly title: string
  readonly options: Partial<ResolverOptions>
  /** For the long tests only. */
  readonly isRare?: boolean
  /** That the setting had effect, by what the server was asked. */
  evidence(exchanges: readonly Exchange[]): void
}

const SETTINGS: readonly Setting[] = [
  {
    title: '512 octets over UDP',
    options: { udpSize: 512 },
    evidence: (exchanges) => {
      const truncated = exchanges.filter(
        ({ answer, transport }) => transport === 'udp' && (answer[2]! & TC_OCTET) !== 0,
      )
      expect(truncated.length).toBeGreaterThan(10)
      for (const { answer } of overUdp(exchanges)) expect(answer.length).toBeLessThanOrEqual(512)
      expect(exchanges.filter(({ transport }) => transport === 'tcp').length).toBeGreaterThan(10)
    },
  },
  {
    title: '4096 octets over UDP',
    isRare: true,
    options: { udpSize: 4096 },
    evidence: (exchanges) => {
      for (const { answer } of overUdp(exchanges)) expect(answer.length).toBeLessThanOrEqual(4096)
    },
  },
  {
    title: 'nothing but TCP',
    options: { tcpOnly: true },
    evidence: (exchanges) => expect(overUdp(exchanges).length).toBe(0),
  },
  {
    title: 'questions in random case (0x20)',
    options: { randomCase: true },
    evidence: (exchanges) => {
      const mixed = exchanges.filter(({ query }) => /[a-z].*[A-Z]|[A-Z].*[a-z]/s.test(questionText(query)))
      expect(mixed.length).toBeGreaterThan(exchanges.length / 2)
      for (const { query, answer } of exchanges) expect(questionText(answer)).toBe(questionText(query))
    },
  },
  {
    title: 'strict QNAME minimisation (RFC 9156)',
    options: { strictMinimisation: true },
    evidence: (exchanges) => expect(exchanges.length).toBeGreaterThan(50),
  },
]

const obstacles = await obstaclesAloud('Tests with resolvers of many settings')

const WORLDS = [
  ...(LONG ? [controlByKnot()] : []),
  {
    server: 'Veil',
    families: [...liveFamilies(), ...(LONG ? liveFamilies([RSA_SHA256]) : [])],
    title: 'zones signed by Veil',
  } as const,
]

describe.skipIf(obstacles.length > 0).each(WORLDS)('$title', ({ server, families }) => {
  let universe: Universe
  beforeAll(async () => {
    universe = await openUniverse(server, families)
  }, 180_000)
  afterAll(() => universe?.stop())

  const cases = SETTINGS.filter(({ isRare }) => LONG || isRare !== true).flatMap((setting) =>
    RESOLVER_NAMES.filter((name) =>
      Object.keys(setting.options).every((key) => resolverKnows(name, key as keyof ResolverOptions)),
    ).map((name) => [setting.title, name, setting] as const),
  )
  test.each(cases)('%s: %s', async (_title, name, { options, evidence }) => {
    const exchanges: Exchange[] = []
    universe.relays.families.through = (exchange) => {
      exchanges.push(exchange)
      return exchange.answer
    }
    const resolver = await openResolver(name, { ...universe.root, ...options })
    try {
      for (const { apex, signing } of families) {
        const all = familyQuestions(apex, signing).filter((each) => !isExcused(each, name, server, signing))
        const compact = signing.denial === 'compact'
        expect(await disagreements(resolver.ask, deniedFirst(all, SEED), { compact })).toEqual([])
      }
      evidence(exchanges)
    } finally {
      await resolver.stop()
    }
  })
})

/** The TC bit in the third octet of a message. */
const TC_OCTET = Flag.TC >> 8

function overUdp(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.filter(({ transport }) => transport === 'udp')
}

/** QNAME on the wire, as Latin-1. */
function questionText(message: Uint8Array): string {
  const end = 12 + message.subarray(12).indexOf(0)
  return Buffer.from(message.subarray(12, end)).toString('latin1')
}
