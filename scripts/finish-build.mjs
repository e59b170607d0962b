// Runs after the compiler: makes the commands executable and notes what dist/ was built from.
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stampBuild } from './build-stamp.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
for (const command of Object.values(bin)) chmodSync(join(root, command), 0o755)
stampBuild(root)
