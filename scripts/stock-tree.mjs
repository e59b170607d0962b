// How the stock tree is installed: what write-stock.mjs collects, and what try-remedies.mjs tries remedies in. As root, with
// Debian's mmdebstrap; it asks the network for Debian's archive alone.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const STOCK_FOLDER = fileURLToPath(new URL('../test/checker/stock/', import.meta.url))
/** Whatever a package writes while it is installed is of this time, so that cases can tell how old something is. */
export const STOCK_TIME = Date.parse('2026-11-25T12:00:00Z') / 1000
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

/** Installs it into a folder that is empty or not there; gives mmdebstrap's exit code. */
export function buildStock(tree, more = []) {
  const packages = readFileSync(join(STOCK_FOLDER, 'packages.txt'), 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .flatMap((line) => line.split(' ').filter((name) => name !== ''))
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
      ...more,
      'bookworm',
      tree,
      ...MIRRORS,
    ],
    { stdio: 'inherit', env: { ...process.env, SOURCE_DATE_EPOCH: String(STOCK_TIME) } },
  )
  return status ?? 1
}
