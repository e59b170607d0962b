// `npm run remedies:try [-- ID…]`: runs the printed commands of remedies, word for word, in a real Debian, and writes what came
// of it into docs/hostcheck-remedies.md. As root, with Debian's mmdebstrap. It asks the network for Debian's archive alone, and
// only to build that Debian; `--tree FOLDER` keeps it there, and takes it from there where it is.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildStock } from './stock-tree.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What remedies install beside the stock tree, and what they install anew: nothing has a network when they are tried. */
const FETCHED = [
  ...['s-nail', 'libnginx-mod-http-headers-more-filter', 'libnginx-mod-http-modsecurity'],
  ...['crowdsec', 'crowdsec-firewall-bouncer'],
]
const FETCHED_ANEW = ['modsecurity-crs']
const FETCH = 'chroot "$1" apt-get -y --download-only -o APT::Keep-Downloaded-Packages=true'
const HOOKS = [
  // What is installed later is as on any Debian, but no daemon starts.
  'rm "$1/etc/apt/apt.conf.d/99mmdebstrap"',
  `printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d" && chmod 0755 "$1/usr/sbin/policy-rc.d"`,
  `${FETCH} install ${FETCHED.join(' ')}`,
  `${FETCH} --reinstall install ${FETCHED_ANEW.join(' ')}`,
]

const { values, positionals } = parseArgs({ options: { tree: { type: 'string' } }, allowPositionals: true })
const own = values.tree === undefined ? mkdtempSync(join(tmpdir(), 'remedies-')) : undefined
const tree = resolve(values.tree ?? join(own, 'tree'))
process.exitCode = existsSync(join(tree, 'etc')) ? 0 : buildStock(tree, options())
if (process.exitCode === 0) process.exitCode = tryRemedies()
if (own !== undefined) rmSync(own, { recursive: true, force: true })

function options() {
  return ['--skip=cleanup/apt/cache', ...HOOKS.map((hook) => `--customize-hook=${hook}`)]
}

/** In mounts of their own, so that nothing stays behind, whatever happens. */
function tryRemedies() {
  const environment = {
    VEIL_REMEDIES_TREE: tree,
    VEIL_REMEDIES_OUTSIDE: readlinkSync('/proc/self/ns/mnt'),
    VEIL_WRITE_DOCS: '1',
  }
  const { status } = spawnSync(
    'unshare',
    [
      ...['--mount', process.execPath, join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run'],
      'test/interop/hostcheck/remedies.test.ts',
      ...['--reporter=verbose', '--testTimeout=1800000', '--hookTimeout=600000'],
      ...(positionals.length === 0 ? [] : ['-t', `(${positionals.join('|')}) `]),
    ],
    { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...environment } },
  )
  return status ?? 1
}
