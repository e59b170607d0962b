import { cite, citeStatus, type Evidence, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { exists, glob, namesIn } from './paths.ts'
import { type FpmPool, fpmPools, iniFilesOf, type PoolDirective } from './php-fpm.ts'
import { type IniLine, iniLines, phpSetting, readPhpIni } from './php-ini.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

/** What runs PHP for the world: a pool of php-fpm, or Apache itself with mod_php. */
export interface PhpRuntime {
  /** `pool www`, `mod_php 8.2`. */
  readonly subject: string
  readonly version: string
  readonly sapi: 'fpm' | 'apache2'
  readonly unit: string
  readonly evidence: Evidence
  readonly php: (name: string) => PoolDirective
  /** Processes at most, and what says so. */
  readonly workers: { readonly most: number; readonly evidence: Evidence }
  /** Undefined for mod_php. */
  readonly pool: FpmPool | undefined
}

/** Apache's own default for prefork (ServerLimit). */
const APACHE_WORKERS = 256

/** Everything that runs PHP for requests; the command line, which only its user's own work goes through, does not count. */
export const phpRuntimes = fact('PHP', (host): readonly PhpRuntime[] => [
  ...host.get(fpmPools).map(runtimeOf),
  ...modulesOf(host),
])

/** Files that a site brings along, and that PHP reads for each request below their folder. */
export const userInis = fact(
  '.user.ini',
  (host): readonly { readonly path: string; readonly lines: readonly IniLine[] }[] =>
    SITE_FOLDERS.flatMap((folder) => glob(host.root, `${folder}/.user.ini`)).map((path) => ({
      path,
      lines: iniLines(host.root, path),
    })),
)

const SITE_FOLDERS = [
  '/var/www/*',
  '/var/www/*/*',
  '/srv/*',
  '/srv/*/*',
  '/home/*/public_html',
  '/home/*/*/public_html',
]

function runtimeOf(pool: FpmPool): PhpRuntime {
  const children = pool.setting('pm.max_children')
  const { subject, version, unit, php } = pool
  return {
    subject,
    version,
    sapi: 'fpm',
    unit,
    evidence: cite(pool.at),
    php,
    workers: { most: Number(children?.value ?? 0), evidence: cite(children?.at ?? pool.at) },
    pool,
  }
}

function modulesOf(host: Host): readonly PhpRuntime[] {
  if (!host.get(systemd).isEnabled('apache2')) return []
  return namesIn(host.root, '/etc/apache2/mods-enabled').flatMap((name) => {
    const version = /^php([\d.]+)\.load$/.exec(name)?.[1]
    const path = `/etc/apache2/mods-enabled/${name}`
    return version === undefined || !exists(host.root, path) ? [] : [moduleOf(host, version, path)]
  })
}

function moduleOf(host: Host, version: string, path: string): PhpRuntime {
  const ini = readPhpIni(host.root, iniFilesOf(host, `/etc/php/${version}/apache2`))
  const status = host.root.status(path)
  const evidence = citeStatus(path, status.outcome === 'found' ? status : undefined, 'Apache loads PHP')
  return {
    subject: `mod_php ${version}`,
    version,
    sapi: 'apache2',
    unit: 'apache2.service',
    evidence,
    php: (name) => {
      const found = phpSetting(ini, name) ?? { value: '', at: undefined }
      return { ...found, set: found.at === undefined ? 'compiled' : 'ini' }
    },
    workers: apacheWorkers(host) ?? { most: APACHE_WORKERS, evidence },
    pool: undefined,
  }
}

function apacheWorkers(host: Host): PhpRuntime['workers'] | undefined {
  for (const path of glob(host.root, '/etc/apache2/mods-enabled/mpm_*.conf')) {
    const file = readIfThere(host.root, path)
    for (const { text, number } of file === undefined ? [] : linesOf(file)) {
      const most = /^\s*(?:MaxRequestWorkers|MaxClients)\s+(\d{1,6})/i.exec(text)?.[1]
      if (most !== undefined) return { most: Number(most), evidence: cite(placeIn(file!, number)) }
    }
  }
  return undefined
}
