// Writes docs/veil.schema.json, which editors use to complete and check veil.yaml, and docs/hostcheck-report.schema.json, the
// form of a report. `npm run schema` after a change of server/configuration/schema.ts or checker/reports/report-schema.ts;
// tests compare.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensure } from './ensure.mjs'

ensure()
const { describeConfiguration } = await import('../dist/server/configuration/json-schema.js')
const { describeReport } = await import('../dist/checker/reports/report-schema.js')
write('veil.schema.json', describeConfiguration())
write('hostcheck-report.schema.json', describeReport())

function write(name, schema) {
  const path = fileURLToPath(new URL(`../docs/${name}`, import.meta.url))
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`)
}
