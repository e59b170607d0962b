import type { Host } from '../../facts/host.ts'
import { normalized } from '../../facts/paths.ts'
import { sshd, sshdAdmits, sshdSetting } from '../../facts/sshd.ts'
import { letsIn, type User, users } from '../../facts/users.ts'
import { folderOf, webSites } from '../../facts/web-sites.ts'
import { cite, citeStatus, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import { quoted } from '../../remedy/shell.ts'
import { doorIn } from './door-in.ts'

/** The first uid of people (adduser.conf(5)), and the first that is nobody's. */
const [FIRST_PERSON, NOBODY] = [1000, 65_534]
const WRITABLE_FOR_OTHERS = 0o022
/** More than one host has. */
const [MOST_USERS, MOST_FOLDERS] = [5000, 5000]

interface Folder {
  readonly path: string
  readonly evidence: Evidence
}

/** Owners of sites who log in by ssh: each sees a root folder of his own, or the files of all. */
export function judgeShells(host: Host): readonly Judgement[] {
  if (host.get(sshd) === undefined) return []
  const sites = host.get(webSites).flatMap((site) => folderOf(site) ?? [])
  const folders = new Map(sites.map(({ path, at }) => [path, { path, evidence: cite(at) }]))
  const looked = [...folders.values()]
    .slice(0, MOST_FOLDERS)
    .map((folder) => ({ ...folder, owner: ownerOf(host, folder) }))
  return [...host.get(users).values()]
    .filter(({ uid }) => uid >= FIRST_PERSON && uid < NOBODY)
    .slice(0, MOST_USERS)
    .flatMap((user) => {
      const own = looked.filter((folder) => isHis(folder, user))
      return own.length === 0 || !mayEnter(host, user) ? [] : [judgeUser(host, user, own, folders.size > own.length)]
    })
}

function ownerOf(host: Host, { path }: Folder): number | undefined {
  const status = host.root.status(path)
  return status.outcome === 'found' ? status.uid : undefined
}

function isHis({ path, owner }: Folder & { readonly owner: number | undefined }, user: User): boolean {
  const home = normalized(user.home)
  return (home !== '/' && (path === home || path.startsWith(`${home}/`))) || owner === user.uid
}

/** jailkit's shell is ISO-JAIL-01's; one that lets nobody in still lets sftp through where that is sshd's own. */
function mayEnter(host: Host, user: User): boolean {
  const hasFiles = sshdSetting(host, 'ForceCommand', user)?.value.startsWith('internal-sftp') === true
  return (letsIn(user.shell) || (hasFiles && !user.shell.endsWith('/jk_chrootsh'))) && sshdAdmits(host, user)
}

function judgeUser(host: Host, user: User, own: readonly Folder[], hasOthers: boolean): Judgement {
  const set = sshdSetting(host, 'ChrootDirectory', user)
  const evidence = [cite(user.at), ...(set === undefined ? [] : [cite(set.at)]), own[0]!.evidence]
  const say = sayOf(`shell of ${user.name}`, evidence)
  const remedy = remedyOf(user.name, own[0]!.path)
  const remedied = (judgement: Judgement): Judgement => ({ ...judgement, remedy })
  const folder = set === undefined || /^none$/i.test(set.value) ? '/' : normalized(expanded(set.value, user))
  if (folder === '/') {
    return remedied(
      hasOthers
        ? say(
            'fail',
            'shell-on-host',
            'Who logs in for one site looks around on the whole host, and in the other sites.',
          )
        : say('warn', 'shell-on-host', 'Who logs in for the site looks around on the whole host.'),
    )
  }
  const refused = refusedBy(host, folder)
  if (refused !== undefined) {
    const reason = 'A root folder is set that others than root may change, or that is not there: sshd lets nobody in.'
    return remedied(say('warn', 'shell-refused', reason, [refused]))
  }
  const door = doorIn(host, folder)
  if (door !== undefined) {
    const reason = 'Logins see a root folder of their own, but something of the host is mounted inside for writing.'
    return remedied(say('warn', 'shell-door', reason, [door]))
  }
  return say('pass', 'shell-own-root', 'Who logs in for the site sees nothing but a root folder of his own.')
}

/** Tokens of ChrootDirectory (sshd_config(5)). */
function expanded(value: string, { name, uid, home }: User): string {
  const tokens: Readonly<Record<string, string>> = { '%%': '%', '%h': home, '%u': name, '%U': String(uid) }
  return value.replace(/%[%huU]/g, (token) => tokens[token]!)
}

/** sshd wants every folder on the way to belong to root, and nobody else to write there. */
function refusedBy(host: Host, folder: string): Evidence | undefined {
  const parts = folder.split('/')
  for (let depth = 2; depth <= parts.length; depth++) {
    const path = parts.slice(0, depth).join('/')
    const status = host.root.status(path)
    if (status.outcome === 'absent') return citeStatus(path, undefined)
    if (status.outcome === 'found' && (status.uid !== 0 || (status.mode & WRITABLE_FOR_OTHERS) !== 0)) {
      return citeStatus(path, status)
    }
  }
  return undefined
}

function remedyOf(user: string, site: string): NonNullable<Judgement['remedy']> {
  const login = `/srv/logins/${user}`
  const lines = [`Match User ${user}`, '    ChrootDirectory /srv/logins/%u', '    ForceCommand internal-sftp']
  return [
    {
      tell: 'Who needs more than copying files gets a jail with a shell in it instead (ISO-JAIL-01); this is for files alone.',
    },
    ...['/srv/logins', login, `${login}/site`].map((folder) => ({ folder, mode: '0755', owner: 'root:root' })),
    { append: '/etc/fstab', lines: [`${site} ${login}/site none bind,nosuid,nodev,noexec 0 0`] },
    { run: `mount ${quoted(`${login}/site`)}` },
    {
      file: `/etc/ssh/sshd_config.d/${user}.conf`,
      content: `${[...lines, '    AllowTcpForwarding no', '    X11Forwarding no'].join('\n')}\n`,
    },
    { run: 'sshd -t && systemctl reload ssh' },
  ]
}
