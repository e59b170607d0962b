import { describe, expect, it } from 'vitest'
import type { Control } from '../../../checker/catalogue/control.ts'
import { loadCatalogue } from '../../../checker/catalogue/load-catalogue.ts'
import { LONG } from '../../helpers/long.ts'
import { writeRemediesPage } from './remedies-page.ts'
import { obstacleToTriedTree } from './tried-tree.ts'
import { tryRemedy } from './try-remedy.ts'

/** A Debian as scripts/try-remedies.mjs builds it, and runs this with. */
const BASE = process.env.VEIL_REMEDIES_TREE
const obstacle = BASE === undefined ? undefined : obstacleToTriedTree(process.env.VEIL_REMEDIES_OUTSIDE)
if (obstacle !== undefined) throw new Error(obstacle)
// The network is asked for Debian's packages, and by nobody but that script.
if (LONG && BASE === undefined) console.warn('SKIPPED remedies in a real Debian: npm run remedies:try')

const catalogue = loadCatalogue()

describe.runIf(BASE !== undefined)('the printed remedy', { timeout: 1_800_000 }, () => {
  it.each([...catalogue.values()].map((control): [string, Control] => [control.id, control]))(
    '%s mends what it is for',
    async (_, control) => {
      const result = await tryRemedy(control, catalogue, BASE!)
      if (process.env.VEIL_WRITE_DOCS === '1') writeRemediesPage(result, [...catalogue.keys()])
      expect(result).toMatchObject({
        before: result.expected.before,
        failed: [],
        refused: [],
        last: result.expected.last,
      })
    },
  )
})
