import { apacheRefusal } from '../../facts/apache-refusal.ts'
import type { Host } from '../../facts/host.ts'
import { nginxLocationFor, refusesAll } from '../../facts/nginx-location.ts'
import { exists } from '../../facts/paths.ts'
import { folderOf, type WebSite, webSites } from '../../facts/web-sites.ts'
import type { WordPress } from '../../facts/wordpress.ts'
import { cite, citeStatus, type Judgement, type Place } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import type { Step } from '../../remedy/step.ts'

/** Whether the world may ask xmlrpc.php, where hundreds of passwords fit into one request; of sites that are served alone. */
export function judgeXmlrpc(host: Host, site: WordPress): readonly Judgement[] {
  const path = `${site.folder}/xmlrpc.php`
  const status = host.root.status(path)
  const serving = host.get(webSites).filter((each) => isServed(site.folder, each))
  if (serving.length === 0 || status.outcome !== 'found') return []
  const say = sayOf(`xmlrpc.php of ${site.folder}`, [citeStatus(path, status)])
  const refusals = serving.map((each) => ({ each, at: refusalOf(host, each, path) }))
  const open = refusals.find(({ at }) => at === undefined)
  if (open === undefined) {
    const cited = refusals.flatMap(({ at }) => (at === undefined ? [] : [cite(at)]))
    return [say('pass', 'xmlrpc-shut', 'The web server lets nobody ask xmlrpc.php.', cited.slice(0, 5))]
  }
  const reason =
    'Everybody may ask xmlrpc.php, which tries passwords by the hundred in one request, and calls other sites.'
  const where = open.each.at === undefined ? [] : [cite(open.each.at)]
  return [{ ...say('warn', 'xmlrpc-open', reason, where), remedy: remedyOf(host, open.each, site.folder) }]
}

function isServed(folder: string, each: WebSite): boolean {
  const root = folderOf(each)?.path
  return root !== undefined && (folder === root || folder.startsWith(`${root}/`))
}

function refusalOf(host: Host, each: WebSite, file: string): Place | undefined {
  if (each.server === 'Apache') return apacheRefusal(host, each.found, each.site, file)
  const location = nginxLocationFor(host, each.site, file.slice(folderOf(each)!.path.length))
  return location !== undefined && refusesAll(location) ? location.at : undefined
}

function remedyOf(host: Host, each: WebSite, folder: string): readonly Step[] {
  const needs = { tell: 'The apps of WordPress for phones, and Jetpack, ask xmlrpc.php: who needs them waives this.' }
  if (each.server === 'nginx') {
    const path = `${folder.slice(folderOf(each)!.path.length)}/xmlrpc.php`
    return [
      needs,
      { tell: `In the server of ${each.names[0] ?? each.subject}: location = ${path} { return 403; }` },
      { run: 'nginx -t && systemctl reload nginx' },
    ]
  }
  const content = '<Files xmlrpc.php>\n    Require all denied\n</Files>\n'
  const available = exists(host.root, '/etc/apache2') ? '/etc/apache2/conf-available' : '/etc/httpd/conf.d'
  return [
    needs,
    { file: `${available}/no-xmlrpc.conf`, content },
    {
      run: 'a2enconf no-xmlrpc && apachectl configtest && systemctl reload apache2',
      leads: [{ link: '/etc/apache2/conf-enabled/no-xmlrpc.conf', to: '../conf-available/no-xmlrpc.conf' }],
    },
  ]
}
