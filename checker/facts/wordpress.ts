import { cite, citeStatus, type Evidence, type Place, placeIn } from '../judging/judgement.ts'
import type { Observation } from '../probes/probe.ts'
import { type WpPluginsResult, wpPlugins } from '../probes/wp-plugins.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { exists, glob, normalized } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { wordpressSites } from './wordpress-sites.ts'

/** A folder with a WordPress. */
export interface WordPress {
  readonly folder: string
  readonly version: string | undefined
  readonly at: Place
  /** Folders of plugins: those that are switched on in the database, and those that always run. */
  readonly plugins: string
  readonly mustUse: string
  readonly uploads: string
  /** What wp-config.php defines, words and quotes taken off. */
  readonly defines: ReadonlyMap<string, { readonly value: string; readonly at: Place }>
}

/** Whether a plugin works: only the database tells whether one that is there is switched on. */
export interface PluginState {
  readonly state: 'active' | 'inactive' | 'installed' | 'absent'
  readonly evidence: readonly Evidence[]
}

const FOLDERS = [
  '/var/www/*',
  '/var/www/*/*',
  '/srv/*',
  '/srv/*/*',
  '/home/*/public_html',
  '/home/*/domains/*/public_html',
]
const VERSION_FILE = 'wp-includes/version.php'
const MOST_FILES = 500

/** Every WordPress in the usual folders, and in those that a web server serves. */
export const wordpresses = fact('WordPress', (host): readonly WordPress[] => {
  const found = FOLDERS.flatMap((folder) => glob(host.root, `${folder}/${VERSION_FILE}`))
  const served = wordpressSites(host).map(({ folder }) => `${normalized(folder)}/${VERSION_FILE}`)
  return [...new Set([...found, ...served])]
    .sort()
    .slice(0, MOST_FILES)
    .flatMap((path) => readWordPress(host, path))
})

/** Looks for plugins of these names; what runs always needs no switch. */
export function pluginState(host: Host, site: WordPress, names: readonly string[]): PluginState {
  const always = names.flatMap((name) => [`${site.mustUse}/${name}.php`, `${site.mustUse}/${name}/${name}.php`])
  const must = always.find((path) => exists(host.root, path))
  if (must !== undefined) return { state: 'active', evidence: [statusOf(host, must)] }
  const folder = names.map((name) => `${site.plugins}/${name}`).find((path) => hasCode(host, path))
  const observed = wpSeen(host, site)[0]
  const named = observed?.found.plugins.filter(({ name }) => names.includes(name)) ?? []
  const best = named.find(({ status }) => /^(active|active-network|must-use)$/.test(status)) ?? named[0]
  const seen: Evidence[] =
    observed === undefined
      ? []
      : [
          {
            source: 'probe',
            path: `wp plugin list in ${site.folder}`,
            excerpt: `${best?.name ?? names[0]}: ${best?.status ?? 'not there'}`,
            at: observed.at,
          },
        ]
  if (folder === undefined) return { state: 'absent', evidence: [cite(site.at), ...seen] }
  const evidence = [statusOf(host, folder), ...seen]
  if (observed === undefined) return { state: 'installed', evidence }
  return { state: best === undefined || best.status === 'inactive' ? 'inactive' : 'active', evidence }
}

/** What `wp` said of it, newest first. */
export function wpSeen(host: Host, { folder }: WordPress): readonly Observation<WpPluginsResult>[] {
  return host.observed(wpPlugins).filter(({ target }) => normalized(target) === folder)
}

/** A folder of a plugin with nothing in it runs nothing. */
function hasCode(host: Host, folder: string): boolean {
  return glob(host.root, `${folder}/*.php`).length > 0
}

function statusOf(host: Host, path: string): Evidence {
  const status = host.root.status(path)
  return citeStatus(path, status.outcome === 'found' ? status : undefined)
}

function readWordPress(host: Host, path: string): readonly WordPress[] {
  const file = readIfThere(host.root, path)
  if (file === undefined) return []
  const folder = path.slice(0, -VERSION_FILE.length - 1)
  const line = linesOf(file).find(({ text }) => /^\s*\$wp_version\s*=/.test(text))
  const defines = definesOf(host, folder)
  const content = absolute(defines.get('WP_CONTENT_DIR')?.value, folder) ?? `${folder}/wp-content`
  const uploads = absolute(defines.get('UPLOADS')?.value, folder) ?? `${content}/uploads`
  return [
    {
      folder,
      version: /['"]([\w.-]+)['"]/.exec(line?.text ?? '')?.[1],
      at: placeIn(file, line?.number ?? 1),
      plugins: absolute(defines.get('WP_PLUGIN_DIR')?.value, folder) ?? `${content}/plugins`,
      mustUse: absolute(defines.get('WPMU_PLUGIN_DIR')?.value, folder) ?? `${content}/mu-plugins`,
      uploads,
      defines,
    },
  ]
}

/** wp-config.php lies beside WordPress, or one folder above where that holds no other; Debian's asks for a file of /etc. */
function definesOf(host: Host, folder: string): WordPress['defines'] {
  const above = folder.slice(0, folder.lastIndexOf('/'))
  const beside = `${folder}/wp-config.php`
  const main =
    exists(host.root, beside) || exists(host.root, `${above}/wp-settings.php`) ? beside : `${above}/wp-config.php`
  const debian = folder === '/usr/share/wordpress' ? glob(host.root, '/etc/wordpress/config-*.php') : []
  const defines = new Map<string, { readonly value: string; readonly at: Place }>()
  for (const path of [...debian, main]) {
    const file = readIfThere(host.root, path)
    for (const { text, number } of file === undefined ? [] : linesOf(file, '#/*')) {
      const [, name, value] =
        /^\s*(?:<\?php\s+)?(?:if\s*\([^;]{0,200}\)\s*)?define\s*\(\s*['"](\w+)['"]\s*,([^;]*?)\)\s*;/i.exec(text) ?? []
      // The first counts: PHP refuses to define a constant twice.
      if (name !== undefined && !defines.has(name))
        defines.set(name, { value: wordOf(value!), at: placeIn(file!, number) })
    }
  }
  return defines
}

function wordOf(value: string): string {
  return value.trim().replace(/^['"](.*)['"]$/, '$1')
}

/** A path that a constant holds, in full or after `__DIR__` or `ABSPATH`; undefined for what has to be worked out. */
function absolute(value: string | undefined, folder: string): string | undefined {
  if (value === undefined) return undefined
  if (value.startsWith('/')) return normalized(value)
  const below = /^(?:__DIR__|ABSPATH)\s*\.\s*['"]\/?([^'"]*)$/.exec(value.replace(/['"]$/, ''))?.[1]
  return below === undefined ? undefined : normalized(`${folder}/${below}`)
}
