import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LONG } from '../../helpers/long.ts'
import { missingPeerPackage, type PeerName } from '../../helpers/peers.ts'
import { missingCommandPackage } from '../../helpers/resolvers.ts'
import { holdUntilNoticed, type Noticed } from './incidents.ts'
import { UNADVERTISED, wordList } from './names.ts'
import { obstaclesToTools } from './obstacles.ts'
import { enumerationReport, type Notice, type Road, type Row } from './report.ts'
import { RESOLVER_ADDRESS, startUnbound } from './resolver.ts'
import { type Haul, letLoose, SCANNERS, type Scanner, scan } from './scan.ts'
import { CONTESTANTS, type Contestant, type Stage, stage } from './servers.ts'

const PEERS: readonly PeerName[] = ['BIND', 'Knot', 'NSD', 'PowerDNS']
const obstacles = obstaclesToTools([
  ...PEERS.map((peer) => missingPeerPackage(peer)),
  missingCommandPackage('pdnsutil', 'pdns-server'),
  missingCommandPackage('kzonesign', 'knot-dnssecutils'),
  missingCommandPackage('unbound', 'unbound'),
])
const canRun = obstacles.length === 0
if (!canRun) console.warn(`The enumeration of zones is left out: ${obstacles.join('; ')}.`)

const WORDS = wordList(LONG ? undefined : 60)
const MOST_SECONDS = LONG ? 60 : 12
/** Enough to be noticed by. */
const FEW_WORDS = wordList(300)
const MOST_UNNOTICED = 200
const MOST_HELD = 400
const QUICK = ['gobuster dns', 'nmap dns-brute', 'amass (replica)', 'puredns (replica)']
const REPORT = join(import.meta.dirname, '../../../docs/enumeration-comparison.md')

/** `npm test` shows that the tools work where they can, and that they do not where they should not. */
const CONTROLS: readonly (readonly [server: string, tool: string, hidden: number])[] = [
  ['NSD, presigned NSEC', 'ldns-walk', 6],
  ['NSD, presigned NSEC', 'gobuster dns', 4],
  ['BIND, views, NSEC3', 'dnsrecon axfr', 0],
]

let folder: string
let wordFile: string
let fewWordsFile: string

it.runIf(process.env.CI === 'true')('has all it needs to enumerate zones', () => {
  expect(obstacles).toEqual([])
})

describe.runIf(canRun)('enumerating a zone', () => {
  const rows: Row[] = []
  const notices: Notice[] = []

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'veil-words-'))
    wordFile = join(folder, 'words')
    writeFileSync(wordFile, `${WORDS.join('\n')}\n`)
    fewWordsFile = join(folder, 'few-words')
    writeFileSync(fewWordsFile, `${FEW_WORDS.join('\n')}\n`)
  })

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
    if (process.env.VEIL_WRITE_DOCS !== undefined && LONG)
      writeFileSync(REPORT, enumerationReport(rows, notices, WORDS))
  })

  const veil = CONTESTANTS[0]!
  // Long runs measure how long each tool takes; in short ones they wait side by side, each for a server of its own.
  const test = LONG ? it : it.concurrent

  test.each(SCANNERS)('$name learns no hidden name of Veil', async (scanner) => {
    const haul = await attack(veil, scanner, 'direct')
    expect(haul.hidden).toEqual([])
    expect(haul.questions).toBeGreaterThan(0)
  })

  test.each(CONTROLS)('of %s %s learns %i hidden names', async (server, tool, hidden) => {
    const haul = await attack(
      CONTESTANTS.find(({ name }) => name === server)!,
      SCANNERS.find(({ name }) => name === tool)!,
      'direct',
    )
    expect(haul.hidden.length).toBe(hidden)
    expect(haul.unadvertised.length).toBeGreaterThan(0)
  })

  test.each(LONG ? SCANNERS : SCANNERS.filter(({ name }) => name === 'gobuster dns'))(
    '$name learns no hidden name of Veil through a resolver',
    async (scanner) => {
      const haul = await attack(veil, scanner, 'unbound')
      expect(haul.hidden).toEqual([])
      expect(haul.unadvertised.length).toBeLessThanOrEqual(UNADVERTISED.length)
    },
  )

  describe.each(LONG ? CONTESTANTS.slice(1) : [])('$name for comparison', (contestant) => {
    it.each(SCANNERS)('by $name', async (scanner) => {
      const [direct] = [await attack(contestant, scanner, 'direct'), await attack(contestant, scanner, 'unbound')]
      expect(direct.questions).toBeGreaterThan(0)
      if (isBruteForce(scanner)) expect(direct.unadvertised.length).toBeGreaterThan(4)
    })
  })

  test.each(LONG ? SCANNERS : SCANNERS.filter(({ name }) => QUICK.includes(name)))(
    'Veil notices $name',
    async (scanner) => {
      const direct = await notice(scanner, 'direct')
      if (LONG) await notice(scanner, 'unbound')
      if (isBruteForce(scanner)) expect(direct?.questions).toBeLessThanOrEqual(MOST_UNNOTICED)
    },
  )

  /** Each tool finds a server that has just been started: one that another has asked may be tired of questions. */
  async function attack(contestant: Contestant, scanner: Scanner, road: Road): Promise<Haul> {
    const server = await stage(contestant)
    try {
      const haul = await through(road, server, (address) =>
        scan(scanner, { address, stage: server, words: WORDS, wordFile, mostSeconds: MOST_SECONDS }),
      )
      rows.push({ contestant, road, haul })
      return haul
    } finally {
      await server.stop()
    }
  }

  async function notice(scanner: Scanner, road: Road): Promise<Noticed | undefined> {
    const server = await stage(veil)
    try {
      const noticed = holdUntilNoticed(server, MOST_HELD, isBruteForce(scanner) ? 'enumeration' : undefined)
      await through(road, server, (address) =>
        letLoose(scanner, { address, stage: server, words: FEW_WORDS, wordFile: fewWordsFile, mostSeconds: 30 }),
      )
      notices.push({ tool: scanner.name, road, asked: server.questions(), noticed: noticed() })
      return noticed()
    } finally {
      await server.stop()
    }
  }
})

/** Gives the address at which a tool is to ask: the server's, or that of a resolver that lives as long. */
async function through<Result>(road: Road, server: Stage, work: (address: string) => Promise<Result>): Promise<Result> {
  if (road === 'direct') return work(server.relay.address)
  const resolver = await startUnbound(server.relay.address)
  try {
    return await work(RESOLVER_ADDRESS)
  } finally {
    await resolver.stop()
  }
}

function isBruteForce(scanner: Scanner): boolean {
  return 'run' in scanner || scanner.kind === 'brute force'
}
