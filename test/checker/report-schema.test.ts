import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { describeReport } from '../../checker/reports/report-schema.ts'

it('is what docs/hostcheck-report.schema.json says (mend with: npm run schema)', () => {
  const file = new URL('../../docs/hostcheck-report.schema.json', import.meta.url)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(describeReport())))
})
