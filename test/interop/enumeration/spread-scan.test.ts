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
/** Questions in all, from whichever resolver. */
const MOST_UNNOTICED = 1_000

it.runIf(process.env.CI === 'true')('has all it needs to scan through many resolvers', () => {
  expect(obstacle).toBeUndefined()
})

describe.runIf(obstacle === undefined)('a scan through fifty resolvers (replica)', () => {
  it.each([
    { list: 'a list of its own', words: wordList() },
    { list: 'the list of the guard, in any order', words: shuffled(WORDS) },
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

function shuffled(words: readonly string[]): readonly string[] {
  const random = createRandom(7)
  return random.some(words, words.length)
}
