import type { ApacheNode } from '../../facts/apache-reader.ts'
import { apacheFolders, apacheRefusal, overridesAreRead } from '../../facts/apache-refusal.ts'
import type { Host } from '../../facts/host.ts'
import { nginxSetting } from '../../facts/nginx.ts'
import { nginxLocationFor, refusesAll } from '../../facts/nginx-location.ts'
import { exists, normalized } from '../../facts/paths.ts'
import { isOn } from '../../facts/php-ini.ts'
import { type PhpSite, phpSites } from '../../facts/php-sites.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { folderOf, type WebSite, webSites } from '../../facts/web-sites.ts'
import { wordpresses } from '../../facts/wordpress.ts'
import { cite, citeStatus, type Judgement, type Place, placeIn } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'

/** Where visitors, or people in the back office, put files, below a site's folder. */
const UPLOADS = ['wp-content/uploads', 'uploads', 'upload', 'files', 'media', 'sites/default/files', 'storage']

/** Whether a script that somebody uploads is run when it is asked for. */
export function judgeUploads(host: Host): readonly Judgement[] {
  const judged = new Map<string, Judgement>()
  for (const site of host.get(webSites)) {
    const root = folderOf(site)
    const php = root === undefined ? undefined : phpOf(host, site, root.path)
    if (root === undefined || php === undefined || php.runs === 'own') continue
    for (const folder of uploadsBelow(host, root.path)) {
      const shut =
        site.server === 'nginx' ? shutByNginx(host, site, root.path, folder) : shutByApache(host, site, php, folder)
      const judgement = judgeFolder(host, site, folder, shut)
      // Two sites that show one folder: it is as open as the more open one.
      if (judgement !== undefined && judged.get(judgement.subject)?.state !== 'warn') {
        judged.set(judgement.subject, judgement)
      }
    }
  }
  return [...judged.values()]
}

function phpOf(host: Host, site: WebSite, folder: string): PhpSite | undefined {
  const name = site.names[0] ?? site.subject
  return host.get(phpSites).find((each) => each.name === name && normalized(each.folder ?? '/') === folder)
}

function uploadsBelow(host: Host, folder: string): readonly string[] {
  const ofWordPress = host.get(wordpresses).flatMap((each) => (each.folder === folder ? [each.uploads] : []))
  const usual = UPLOADS.map((name) => `${folder}/${name}`)
  return [...new Set([...ofWordPress, ...usual])].filter(
    (path) => path.startsWith(`${folder}/`) && exists(host.root, path),
  )
}

function judgeFolder(host: Host, site: WebSite, folder: string, shut: Place | undefined): Judgement | undefined {
  const status = host.root.status(folder)
  if (status.outcome !== 'found' || status.type !== 'directory') return undefined
  const say = sayOf(`uploads ${folder}`, [citeStatus(folder, status)])
  if (shut !== undefined) {
    return say('pass', 'not-run', 'A script that is uploaded there is not run.', [cite(shut)])
  }
  const reason = 'A script that is uploaded there is run by whoever asks for it: a picture form is then a shell.'
  return {
    ...say('warn', 'uploads-run', reason, site.at === undefined ? [] : [cite(site.at)]),
    remedy: site.server === 'nginx' ? nginxRemedy(site, folder) : apacheRemedy(folder),
  }
}

function shutByNginx(host: Host, site: WebSite & { server: 'nginx' }, root: string, folder: string): Place | undefined {
  const location = nginxLocationFor(host, site.site, `${folder.slice(root.length)}/a.php`)
  if (location === undefined) return site.site.at
  const runs = nginxSetting(location.levels, 'fastcgi_pass') ?? nginxSetting(location.levels, 'proxy_pass')
  return runs === undefined || refusesAll(location) ? location.at : undefined
}

/**
 * A refusal holds for whatever handles the file. `engine off` is a word to mod_php alone: php-fpm never hears it. A handler
 * that a folder takes away comes back, for sections by name (`FilesMatch`) are merged after those by folder.
 */
function shutByApache(
  host: Host,
  site: WebSite & { server: 'Apache' },
  php: PhpSite,
  folder: string,
): Place | undefined {
  const refused = apacheRefusal(host, site.found, site.site, `${folder}/a.php`)
  if (refused !== undefined || php.runs !== 'module') return refused
  const sections = apacheFolders(host, site.found, site.site, folder)
  const off = sections.flatMap(({ inside }) => (inside ?? []).filter((node) => isOff(textOf(node)))).at(-1)
  const file = overridesAreRead(sections) ? readIfThere(host.root, `${folder}/.htaccess`) : undefined
  const line = file === undefined ? undefined : linesOf(file).find(({ text }) => isOff(text))
  return off?.at ?? (line === undefined ? undefined : placeIn(file!, line.number))
}

function textOf({ name, words }: ApacheNode): string {
  return `${name} ${words.join(' ')}`
}

function isOff(text: string): boolean {
  const [, value] = /^\s*php_(?:admin_)?flag\s+engine\s+(\S+)/i.exec(text) ?? []
  return value !== undefined && !isOn(value)
}

function apacheRemedy(folder: string): NonNullable<Judgement['remedy']> {
  const name = `no-scripts${folder.replace(/[^\w-]+/g, '-')}`
  const content = [
    `<Directory ${folder}>`,
    '    AllowOverride None',
    '    <FilesMatch "(?i)\\.ph(?:ar|p\\d?|ps|tml)$">',
    '        Require all denied',
    '    </FilesMatch>',
    '</Directory>',
    '',
  ].join('\n')
  return [
    { file: `/etc/apache2/conf-available/${name}.conf`, content },
    {
      run: `a2enconf ${name} && apachectl configtest && systemctl reload apache2`,
      leads: [{ link: `/etc/apache2/conf-enabled/${name}.conf`, to: `../conf-available/${name}.conf` }],
    },
  ]
}

function nginxRemedy(site: WebSite, folder: string): NonNullable<Judgement['remedy']> {
  const root = folderOf(site)?.path ?? ''
  const path = folder.slice(root.length)
  return [
    {
      tell: `In the server of ${site.names[0] ?? site.subject}, before every other location with an expression: location ~* ^${path}/.*\\.ph(?:ar|p\\d?|ps|tml)(?:/|$) { return 403; }`,
    },
    { run: 'nginx -t && systemctl reload nginx' },
  ]
}
