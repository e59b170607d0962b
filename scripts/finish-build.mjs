// Runs after the compiler: removes what was compiled from sources that are gone, brings the catalogue of controls beside its
// readers, makes the commands executable and notes what dist/ was built from.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
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
await writeCatalogue()
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
for (const command of Object.values(bin)) chmodSync(join(root, command), 0o755)
stampBuild(root)

/** The catalogue beside its readers, as JSON, checked: reading and checking YAML would take longer than judging by it. */
async function writeCatalogue() {
  const catalogue = join('checker', 'catalogue')
  rmSync(join(root, 'dist', catalogue, 'controls'), { recursive: true, force: true })
  mkdirSync(join(root, 'dist', catalogue, 'controls'), { recursive: true })
  const { checkedControl } = await import('../dist/checker/catalogue/load-catalogue.js')
  const { checkedSentences } = await import('../dist/checker/catalogue/seed-sentences.js')
  const files = readdirSync(join(root, catalogue), { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((each) => each.endsWith('.yaml'))) {
    const value = parse(readFileSync(join(root, catalogue, file), 'utf8'))
    const checked = dirname(file) === 'controls' ? checkedControl(value, file) : checkedSentences(value)
    writeFileSync(join(root, 'dist', catalogue, file.replace(/yaml$/, 'json')), JSON.stringify(checked))
  }
}
