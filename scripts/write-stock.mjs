// Writes test/checker/stock/: a Debian 12 with the packages of packages.txt, installed by mmdebstrap into a folder where no
// daemon starts, collected as a bundle. `node scripts/write-stock.mjs` as root, with Debian's mmdebstrap; it asks the
// network for Debian's archive alone. `--tree FOLDER` collects a tree that was made before, `--keep FOLDER` keeps the new one.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensure } from './ensure.mjs'
import { buildStock, STOCK_FOLDER, STOCK_TIME } from './stock-tree.mjs'

/** Nothing runs there, so all that there is can be said to be all, but for /usr, which is large. */
const WHOLE = 'boot dev home media mnt opt proc root run srv sys tmp var'.split(' ')

const { values } = parseArgs({ options: { tree: { type: 'string' }, keep: { type: 'string' } } })
const tree = values.tree ?? values.keep ?? join(mkdtempSync(join(tmpdir(), 'stock-')), 'tree')
if (values.tree === undefined) build()
ensure()
await collect()
if (values.tree === undefined && values.keep === undefined) rmSync(join(tree, '..'), { recursive: true, force: true })

function build() {
  const status = buildStock(tree)
  if (status !== 0) process.exit(status)
}

async function collect() {
  const { createTreeRoot } = await import('../dist/checker/root/tree-root.js')
  const { collectBundle } = await import('../dist/checker/root/collect-bundle.js')
  const { writeBundle } = await import('../dist/checker/root/bundle.js')
  const { MANIFEST, LEFT_OUT } = await import('../dist/checker/root/manifest.js')
  const label = 'Debian 12 as its packages install'
  const whole = WHOLE.map((name) => ({ pattern: `/${name}/**`, content: 'status' }))
  const wanted = [...MANIFEST, ...whole]
  const bundle = collectBundle(createTreeRoot(tree, label), { label, at: STOCK_TIME, wanted, leftOut: LEFT_OUT })
  const entries = new Map([...bundle.entries].map(([path, entry]) => [path, settled(path, entry)]))
  const octets = writeBundle({ ...bundle, entries })
  writeFileSync(join(STOCK_FOLDER, 'debian-12.bundle.gz'), octets)
  writeFileSync(join(STOCK_FOLDER, 'versions.txt'), versions())
  process.stdout.write(`${entries.size} paths, ${octets.length} octets\n`)
}

/** Times that are later than the tree's become its own; descriptions of packages are left out, for nothing reads them. */
function settled(path, entry) {
  const modified = entry.modified > STOCK_TIME ? { modified: STOCK_TIME } : {}
  if (path !== '/var/lib/dpkg/status' || entry.octets === undefined) return { ...entry, ...modified }
  const text = Buffer.from(entry.octets).toString('utf8')
  const octets = Buffer.from(text.replace(/^(?:Description|Homepage|Tag):.*\n(?: .*\n)*/gm, ''))
  return { ...entry, ...modified, octets, size: octets.length }
}

function versions() {
  const { stdout } = spawnSync('dpkg-query', [
    '--admindir',
    join(tree, 'var/lib/dpkg'),
    '-W',
    '-f',
    `\${Package} \${Version}\\n`,
  ])
  return `# Every package of the stock tree, collected ${new Date().toISOString().slice(0, 10)}.\n${stdout}`
}
