import { cite, citeStatus, type Evidence, placeIn } from '../judging/judgement.ts'
import { type Apache, type ApacheSite, apache, apacheSettings } from './apache.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { exists, glob, namesIn } from './paths.ts'
import { type FpmPool, fpmPools, iniFilesOf, type PoolDirective } from './php-fpm.ts'
import { type IniLine, iniLines, isOn, phpSetting, readPhpIni } from './php-ini.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'

/** What runs PHP for the world: a pool of php-fpm, or Apache itself with mod_php, apart for each site that sets something. */
export interface PhpRuntime {
  /** `pool www`, `mod_php 8.2`, `mod_php 8.2 for www.example.com`. */
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

/** Directives of mod_php, those first that a script cannot change. */
const WORDS = ['php_admin_value', 'php_admin_flag', 'php_value', 'php_flag']
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
    return version === undefined || !exists(host.root, path) ? [] : ofSites(host, moduleOf(host, version, path))
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

/** A site that sets directives of PHP is judged by itself, all others together. */
function ofSites(host: Host, module: PhpRuntime): readonly PhpRuntime[] {
  const found = host.get(apache)
  const sites = found?.sites ?? []
  const own = sites.filter((site) => WORDS.some((word) => apacheSettings(found!, site, word).length > 0))
  const apart = own.map((site) => ({
    ...module,
    subject: `${module.subject} for ${site.names[0] ?? site.subject}`,
    php: (name: string) => directiveOfSite(found!, site, name) ?? module.php(name),
  }))
  return own.length > 0 && own.length === sites.length ? apart : [module, ...apart]
}

function directiveOfSite(found: Apache, site: ApacheSite, name: string): PoolDirective | undefined {
  // PHP takes it from php.ini alone when Apache runs it.
  if (name === 'disable_functions') return undefined
  for (const word of WORDS) {
    const node = apacheSettings(found, site, word)
      .filter(({ words }) => words[0] === name)
      .at(-1)
    const value = node?.words[1]
    if (node === undefined || value === undefined) continue
    const isFlag = word.endsWith('_flag')
    return {
      value: isFlag ? (isOn(value) ? '1' : '') : value.replace(/^none$/i, ''),
      at: node.at,
      set: word.startsWith('php_admin') ? 'admin' : 'pool',
    }
  }
  return undefined
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
