// Runs after the compiler: removes what was compiled from sources that are gone, brings the catalogue of controls beside its
// readers, makes the commands executable and notes what dist/ was built from.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { stampBuild } from './build-stamp.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiled = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.js'),
)
for (const path of compiled) {
  if (!existsSync(join(root, path.replace(/\.js$/, '.ts')))) rmSync(join(root, 'dist', path))
}
writeCatalogue()
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
for (const command of Object.values(bin)) chmodSync(join(root, command), 0o755)
stampBuild(root)

/** The catalogue beside its readers, as JSON: reading YAML would take longer than judging by it. */
function writeCatalogue() {
  const catalogue = join('checker', 'catalogue')
  rmSync(join(root, 'dist', catalogue, 'controls'), { recursive: true, force: true })
  mkdirSync(join(root, 'dist', catalogue, 'controls'), { recursive: true })
  const files = readdirSync(join(root, catalogue), { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((each) => each.endsWith('.yaml'))) {
    const value = parse(readFileSync(join(root, catalogue, file), 'utf8'))
    writeFileSync(join(root, 'dist', catalogue, file.replace(/yaml$/, 'json')), JSON.stringify(value))
  }
}
