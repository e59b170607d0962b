import { apache } from '../../facts/apache.ts'
import type { Host } from '../../facts/host.ts'
import { glob } from '../../facts/paths.ts'
import type { PhpSite } from '../../facts/php-sites.ts'
import { groups, type User, users } from '../../facts/users.ts'
import { cite, citeStatus, type Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import { quoted } from '../../remedy/shell.ts'
import type { Status } from '../../root/root.ts'

const MOST_FILES = 100
const [WRITABLE_FOR_GROUP, WRITABLE_FOR_OTHERS] = [0o020, 0o002]

/** Whether scripts of a site may write the site's own code: what an attacker brings in then stays. */
export function judgeCode(host: Host, sites: readonly PhpSite[]): readonly Judgement[] {
  const folders = new Map<string, Judgement>()
  for (const site of sites) {
    const user = userOf(host, site)
    const folder = site.folder?.replace(/\/+$/, '') ?? ''
    if (user === undefined || folder === '' || folders.has(folder)) continue
    const judgement = judgeFolder(host, site, folder, user)
    if (judgement !== undefined) folders.set(folder, judgement)
  }
  return [...folders.values()]
}

/** The user whom its scripts run as; undefined for one that the host does not know, and for wrappers with a user of their own. */
function userOf(host: Host, { runs }: PhpSite): User | undefined {
  if (runs === 'own') return undefined
  const ofApache = host
    .get(apache)
    ?.main.filter(({ name }) => name === 'user')
    .at(-1)?.words[0]
  const name = runs === 'module' ? (ofApache ?? 'www-data') : runs.setting('user')?.value
  return name === undefined ? undefined : host.get(users).get(name)
}

function judgeFolder(host: Host, site: PhpSite, folder: string, user: User): Judgement | undefined {
  const own = host.root.status(folder)
  if (own.outcome !== 'found') return undefined
  const scripts = glob(host.root, `${folder}/*.php`).slice(0, MOST_FILES)
  const statuses = [own, ...scripts.flatMap((path) => foundAt(host, path))]
  const memberOf = gidsOf(host, user)
  const open = statuses.find((status) => mayWrite(user, memberOf, status))
  const say = sayOf(`code of ${site.name}`, [cite(site.at)])
  if (open === undefined) {
    const reason = 'Its scripts cannot write where its code lies.'
    return say('pass', 'kept', reason, [citeStatus(folder, own)])
  }
  const reason = `${user.name}, whom its scripts run as, may write the site's own code: what an attacker brings in stays, and runs for everybody.`
  return { ...say('warn', 'writable-code', reason, [citeStatus(open.path, open)]), remedy: remedyOf(folder) }
}

function foundAt(host: Host, path: string): readonly Status[] {
  const status = host.root.status(path)
  return status.outcome === 'found' ? [status] : []
}

function gidsOf(host: Host, user: User): ReadonlySet<number> {
  const named = [...host.get(groups).values()].filter(({ members }) => members.includes(user.name))
  return new Set([user.gid, ...named.map(({ gid }) => gid)])
}

/** Who owns it may give himself the right to. */
function mayWrite(user: User, memberOf: ReadonlySet<number>, { mode, uid, gid }: Status): boolean {
  const isOpen = (mode & WRITABLE_FOR_OTHERS) !== 0 || (memberOf.has(gid) && (mode & WRITABLE_FOR_GROUP) !== 0)
  return uid === user.uid || isOpen
}

function remedyOf(folder: string): NonNullable<Judgement['remedy']> {
  return [
    {
      tell: `Say which folders below ${folder} the site has to write (uploads, caches): those alone stay with its user, and run no PHP (PHP-03).`,
    },
    {
      run: `chown -R root:root ${quoted(folder)} && chmod -R go-w ${quoted(folder)}`,
      leads: [{ chmod: folder, mode: '0755', owner: 'root:root' }],
    },
  ]
}
