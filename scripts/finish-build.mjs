// Runs after the compiler: removes what was compiled from sources that are gone, brings the catalogue of controls beside its
// readers, makes the commands executable and notes what dist/ was built from.
import { chmodSync, cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stampBuild } from './build-stamp.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiled = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.js'),
)
for (const path of compiled) {
  if (!existsSync(join(root, path.replace(/\.js$/, '.ts')))) rmSync(join(root, 'dist', path))
}
const catalogue = join('checker', 'catalogue')
rmSync(join(root, 'dist', catalogue, 'controls'), { recursive: true, force: true })
for (const part of ['controls', 'seed-sentences.yaml']) {
  cpSync(join(root, catalogue, part), join(root, 'dist', catalogue, part), { recursive: true })
}
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
for (const command of Object.values(bin)) chmodSync(join(root, command), 0o755)
stampBuild(root)
