// Writes docs/veil.schema.json, which editors use to complete and check veil.yaml. `npm run schema` after a change of
// server/configuration/schema.ts; a test compares the two.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensure } from './ensure.mjs'

ensure()
const { describeConfiguration } = await import('../dist/server/configuration/json-schema.js')
const path = fileURLToPath(new URL('../docs/veil.schema.json', import.meta.url))
writeFileSync(path, `${JSON.stringify(describeConfiguration(), null, 2)}\n`)
