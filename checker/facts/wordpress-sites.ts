import type { Place } from '../judging/judgement.ts'
import { apache, apacheSetting, apacheSettings } from './apache.ts'
import type { Host } from './host.ts'
import { nginx, nginxSetting } from './nginx.ts'
import { exists } from './paths.ts'

export interface ServedWordPress {
  /** The web server's site: `vhost blog.example.com:443`. */
  readonly subject: string
  readonly folder: string
  readonly at: Place | undefined
}

/** Sites whose folder, or a folder that they show under another path, holds a WordPress. */
export function wordpressSites(host: Host): readonly ServedWordPress[] {
  return [...ofApache(host), ...ofNginx(host)].filter(({ folder }) =>
    exists(host.root, `${folder}/wp-includes/version.php`),
  )
}

function ofApache(host: Host): readonly ServedWordPress[] {
  const found = host.get(apache)
  if (found?.isEnabled !== true) return []
  return found.sites.flatMap((site) => {
    const root = apacheSetting(found, site, 'documentroot')
    const folders = [
      ...(root === undefined ? [] : [{ folder: root.words[0] ?? '', at: root.at }]),
      ...apacheSettings(found, site, 'alias').map(({ words, at }) => ({ folder: words[1] ?? '', at })),
    ]
    return folders.map(({ folder, at }) => ({ subject: site.subject, folder: folder.replace(/\/+$/, ''), at }))
  })
}

function ofNginx(host: Host): readonly ServedWordPress[] {
  const found = host.get(nginx)
  if (found?.isEnabled !== true) return []
  return found.servers.flatMap((server) => {
    const levels = [server.levels, ...server.locations.map((location) => location.levels)]
    const roots = levels.flatMap((each) => [nginxSetting(each, 'root'), nginxSetting(each, 'alias')])
    const folders = new Map(roots.flatMap((node) => (node === undefined ? [] : [[node.words[0] ?? '', node.at]])))
    return [...folders].map(([folder, at]) => ({ subject: server.subject, folder: folder.replace(/\/+$/, ''), at }))
  })
}
