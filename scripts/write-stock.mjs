// Writes test/checker/stock/: a Debian 12 with the packages of packages.txt, installed by mmdebstrap into a folder where no
// daemon starts, collected as a bundle. `node scripts/write-stock.mjs` as root, with Debian's mmdebstrap; it asks the
// network for Debian's archive alone. `--tree FOLDER` collects a tree that was made before, `--keep FOLDER` keeps the new one.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ensure } from './ensure.mjs'

const FOLDER = fileURLToPath(new URL('../test/checker/stock/', import.meta.url))
/** Whatever a package writes while it is installed is of this time, so that cases can tell how old something is. */
const TIME = Date.parse('2026-11-25T12:00:00Z') / 1000
const MIRRORS = [
  'deb http://deb.debian.org/debian bookworm main',
  'deb http://deb.debian.org/debian bookworm-updates main',
  'deb http://deb.debian.org/debian-security bookworm-security main',
]
/** What packages ask whose answer depends on the machine; all others take their default. */
const ANSWERS = [
  'postfix postfix/main_mailer_type select Internet Site',
  'postfix postfix/mailname string mail.example.com',
  'grub-pc grub-pc/install_devices_empty boolean true',
  'tripwire tripwire/use-sitekey boolean false',
  'tripwire tripwire/use-localkey boolean false',
]
const PRESEED = `printf '%s\\n' ${ANSWERS.map((answer) => `'${answer}'`).join(' ')} | chroot "$1" debconf-set-selections`

/** Nothing runs there, so all that there is can be said to be all, but for /usr, which is large. */
const WHOLE = 'boot dev home media mnt opt proc root run srv sys tmp var'.split(' ')

const { values } = parseArgs({ options: { tree: { type: 'string' }, keep: { type: 'string' } } })
const packages = readFileSync(join(FOLDER, 'packages.txt'), 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .flatMap((line) => line.split(' ').filter((name) => name !== ''))

const tree = values.tree ?? values.keep ?? join(mkdtempSync(join(tmpdir(), 'stock-')), 'tree')
if (values.tree === undefined) build()
ensure()
await collect()
if (values.tree === undefined && values.keep === undefined) rmSync(join(tree, '..'), { recursive: true, force: true })

function build() {
  const { status } = spawnSync(
    'mmdebstrap',
    [
      '--mode=root',
      '--variant=important',
      `--include=${packages.join(',')}`,
      '--aptopt=APT::Install-Recommends "false"',
      '--aptopt=APT::Sandbox::User "root"',
      `--essential-hook=${PRESEED}`,
      '--essential-hook=echo mail.example.com > "$1/etc/hostname"',
      '--skip=cleanup/apt/lists',
      'bookworm',
      tree,
      ...MIRRORS,
    ],
    { stdio: 'inherit', env: { ...process.env, SOURCE_DATE_EPOCH: String(TIME) } },
  )
  if (status !== 0) process.exit(status ?? 1)
}

async function collect() {
  const { createTreeRoot } = await import('../dist/checker/root/tree-root.js')
  const { collectBundle } = await import('../dist/checker/root/collect-bundle.js')
  const { writeBundle } = await import('../dist/checker/root/bundle.js')
  const { MANIFEST, LEFT_OUT } = await import('../dist/checker/root/manifest.js')
  const label = 'Debian 12 as its packages install'
  const whole = WHOLE.map((name) => ({ pattern: `/${name}/**`, content: 'status' }))
  const wanted = [...MANIFEST, ...whole]
  const bundle = collectBundle(createTreeRoot(tree, label), { label, at: TIME, wanted, leftOut: LEFT_OUT })
  const entries = new Map([...bundle.entries].map(([path, entry]) => [path, settled(path, entry)]))
  const octets = writeBundle({ ...bundle, entries })
  writeFileSync(join(FOLDER, 'debian-12.bundle.gz'), octets)
  writeFileSync(join(FOLDER, 'versions.txt'), versions())
  process.stdout.write(`${entries.size} paths, ${octets.length} octets\n`)
}

/** Times that are later than the tree's become its own; descriptions of packages are left out, for nothing reads them. */
function settled(path, entry) {
  const modified = entry.modified > TIME ? { modified: TIME } : {}
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
