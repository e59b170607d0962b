import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { WORDS } from '../../../guard/detection/words.ts'
import { obstacleToOwnNetwork } from '../../helpers/own-network.ts'
import { createRandom } from '../../helpers/random.ts'
import { isVeildBuilt } from '../../helpers/veild.ts'
import { wordList } from './names.ts'
import { CONTESTANTS, stage } from './servers.ts'
import { scanSpread } from './spread-scan.ts'

const obstacle = isVeildBuilt() ? obstacleToOwnNetwork() : 'npm run build'
if (obstacle !== undefined) console.warn(`Scans through many resolvers are left out: ${obstacle}.`)

const RESOLVERS = 50
/** Those that real tools bring. */
const LISTS = ['/usr/share/dnsenum/dns.txt', '/usr/share/dnsrecon/subdomains-top1mil-5000.txt'].filter(existsSync)
/** Questions in all, from whichever resolver. */
const MOST_UNNOTICED = 1_000

it.runIf(process.env.CI === 'true')('has all it needs to scan through many resolvers', () => {
  expect(obstacle).toBeUndefined()
  expect(LISTS.length).toBe(2)
})

describe.runIf(obstacle === undefined)('a scan through fifty resolvers (replica)', () => {
  it.each([
    { list: 'a list of its own', words: wordList() },
    { list: 'the list of the guard, in any order', words: shuffled(WORDS) },
    ...LISTS.map((list) => ({ list, words: wordsOf(list) })),
  ])('is noticed within a thousand questions, with $list', async ({ words }) => {
    const server = await stage(CONTESTANTS[0]!)
    try {
      const noticed = await scanSpread(server.daemon, words, RESOLVERS)
      expect(noticed).toMatchObject({
        incident: { kind: 'enumeration', isSpread: true, zone: 'lab.test.', view: 'public' },
      })
      expect(noticed!.questions).toBeLessThanOrEqual(MOST_UNNOTICED)
      // No resolver did anything out of the ordinary.
      expect(Math.max(...noticed!.incident.sources.map(({ queries }) => queries.count))).toBeLessThan(50)
    } finally {
      await server.stop()
    }
  })
})

function wordsOf(path: string): string[] {
  const words = readFileSync(path, 'utf8').toLowerCase().split(/\s+/)
  return words.filter((word) => /^[a-z0-9-]{1,63}$/.test(word)).slice(0, 1_500)
}

function shuffled(words: readonly string[]): readonly string[] {
  const random = createRandom(7)
  return random.some(words, words.length)
}
