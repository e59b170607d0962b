import { describe, expect, it } from 'vitest'
import { loadCatalogue } from '../../checker/catalogue/load-catalogue.ts'
import { controlsReference } from '../../checker/reports/controls-reference.ts'

describe('docs/hostcheck-controls.md', () => {
  it('is made from the catalogue (mend with: npx vitest run test/checker/controls-reference.test.ts -u)', async () => {
    await expect(controlsReference(loadCatalogue().values())).toMatchFileSnapshot('../../docs/hostcheck-controls.md')
  })
})
