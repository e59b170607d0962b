import type { Host } from '../../facts/host.ts'
import { type Jail, type JailEntry, type JailWalk, jailShell, passedOver } from '../../facts/jailkit.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { groups, letsIn } from '../../facts/users.ts'
import { cite, citeFile, citeStatus, type Evidence, type State } from '../../judging/judgement.ts'
import { asExpression, quoted } from '../../remedy/shell.ts'
import type { Step } from '../../remedy/step.ts'

/** Something that is wrong with a jail. */
export interface JailProblem {
  readonly state: State
  readonly cause: string
  /** Stands in the reason. */
  readonly says: string
  readonly evidence: Evidence
  readonly remedy: readonly Step[]
}

/** Devices that do no harm, and that programs want. */
const HARMLESS_DEVICES = /^dev\/(?:null|zero|full|random|urandom|tty|ptmx|pts\/.*|log|stdin|stdout|stderr)$/
/** Where users keep what is theirs. */
export const OWN_FOLDERS = /^(?:home|tmp|var\/tmp|var\/www|srv|dev\/shm|run|public_html)(?:\/|$)/
const PROGRAMS = /^(?:usr\/)?(?:s?bin|lib(?:64)?)\//
const MOST_COMPARED = 200
const SET_ID = 0o6000
export const WRITABLE_FOR_GROUP = 0o020
export const WRITABLE_FOR_OTHERS = 0o002

/** The jail's own folder, and those above it: who may write there may put another jail in its place. */
export function problemsOfFolder(host: Host, jail: string): readonly JailProblem[] {
  const above = jail.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))
  return above.slice(1).flatMap((path): readonly JailProblem[] => {
    const status = host.root.status(path)
    if (status.outcome === 'absent' && path === jail) {
      const remedy = [{ run: `jk_init -j ${quoted(jail)} jk_lsh` }]
      const says = 'its folder is not there, so nobody gets in'
      return [{ state: 'fail', cause: 'missing', says, evidence: citeStatus(path, undefined), remedy }]
    }
    if (status.outcome !== 'found') return []
    if (status.uid === 0 && (status.mode & (WRITABLE_FOR_GROUP | WRITABLE_FOR_OTHERS)) === 0) return []
    const remedy = [{ chmod: path, mode: '0755', owner: 'root:root' }]
    const says = 'others than root may write to its folder or one above, and put another jail in its place'
    return [{ state: 'fail', cause: 'writable-root', says, evidence: citeStatus(path, status), remedy }]
  })
}

/** Doors inside: programs that give other rights, devices, folders that shut-in users may write to, copies that are old. */
export function problemsInside(host: Host, jail: Jail, { entries }: JailWalk): readonly JailProblem[] {
  return [
    ...entries.flatMap((entry) => setIdProblem(host, jail, entry)),
    ...entries.flatMap(deviceProblem),
    ...entries.flatMap((entry) => writableProblem(host, jail, entry)),
    ...oldCopies(host, jail, entries),
  ]
}

function setIdProblem(host: Host, jail: Jail, { path, status }: JailEntry): readonly JailProblem[] {
  if (status.type !== 'file' || (status.mode & SET_ID) === 0 || (status.mode & 0o111) === 0) return []
  const ignored = ['user', 'group', 'others'].flatMap((who) =>
    passedOver(host, jail.path, `ignoresetuidexecutefor${who}`),
  )
  if (ignored.includes(path)) return []
  const mode = (status.mode & 0o777).toString(8).padStart(4, '0')
  const says = 'a program in it runs with the rights of its owner: root breaks out of any chroot'
  return [{ state: 'fail', cause: 'setuid', says, evidence: citeStatus(path, status), remedy: [{ chmod: path, mode }] }]
}

function deviceProblem({ path, inside, status }: JailEntry): readonly JailProblem[] {
  if (status.type !== 'device' || HARMLESS_DEVICES.test(inside)) return []
  const says = 'there is a device in it through which disks or memory may be read'
  return [{ state: 'fail', cause: 'device', says, evidence: citeStatus(path, status), remedy: [{ remove: path }] }]
}

function writableProblem(host: Host, jail: Jail, { path, inside, status }: JailEntry): readonly JailProblem[] {
  const isOwned = jail.users.some(({ uid }) => uid === status.uid && uid !== 0)
  const forOthers =
    (status.mode & WRITABLE_FOR_OTHERS) !== 0 && !isPassedOver(host, jail, 'ignorewritableforothers', path)
  const forGroup = (status.mode & WRITABLE_FOR_GROUP) !== 0 && !isPassedOver(host, jail, 'ignorewritableforgroup', path)
  if (OWN_FOLDERS.test(inside) || status.type === 'device') return []
  if (!isOwned && !forOthers && !forGroup) return []
  const remedy = [{ chmod: path, mode: status.type === 'directory' ? '0755' : '0644', owner: 'root:root' }]
  const says = 'who is in it may change its own libraries or files of users, and become somebody else there'
  return [{ state: 'fail', cause: 'writable-inside', says, evidence: citeStatus(path, status), remedy }]
}

function isPassedOver(host: Host, jail: Jail, key: string, path: string): boolean {
  return passedOver(host, jail.path, key).some((prefix) => path.startsWith(prefix))
}

/** Updates of the host do not reach copies: jk_update brings them. */
function oldCopies(host: Host, jail: Jail, entries: readonly JailEntry[]): readonly JailProblem[] {
  const programs = entries.filter(({ inside, status }) => status.type === 'file' && PROGRAMS.test(inside))
  for (const { path, inside } of programs.slice(0, MOST_COMPARED)) {
    const [copy, original] = [host.root.digest(path), host.root.digest(`/${inside}`)]
    if (copy.outcome !== 'digested' || original.outcome !== 'digested' || copy.sha256 === original.sha256) continue
    const evidence: Evidence = { source: 'status', path, excerpt: `differs from /${inside}`, sha256: copy.sha256 }
    const says = 'programs in it are not those of the host: updates passed it by'
    return [
      { state: 'warn', cause: 'old-copies', says, evidence, remedy: [{ run: `jk_update -j ${quoted(jail.path)}` }] },
    ]
  }
  return []
}

/** Whether its users end up in it when they log in. */
export function problemsOfUsers(host: Host, jail: Jail): readonly JailProblem[] {
  const inside = readIfThere(host.root, `${jail.path}/etc/passwd`)
  return jail.users.flatMap((user): readonly JailProblem[] => {
    if (letsIn(user.shell)) {
      const says = 'a user whose home says that he is shut in has a shell of the host'
      const remedy = [
        { edit: '/etc/passwd', replace: `^(${asExpression(user.name)}:.*):[^:]*$`, with: '\\1:/usr/sbin/jk_chrootsh' },
      ]
      return [{ state: 'fail', cause: 'not-entered', says, evidence: cite(user.at), remedy }]
    }
    const isThere = inside !== undefined && linesOf(inside).some(({ text }) => text.startsWith(`${user.name}:`))
    if (!user.shell.endsWith('/jk_chrootsh') || isThere) return relaxed(host, user.name, user.gid)
    const says = "a user is not in the jail's own passwd, so that he cannot log in"
    const evidence = inside === undefined ? cite(user.at) : citeFile(inside, 'the user is not in it')
    const remedy = [{ run: `jk_jailuser -j ${quoted(jail.path)} ${quoted(user.name)}` }]
    return [{ state: 'warn', cause: 'user-missing', says, evidence, remedy }]
  })
}

/** `relax_home_…` of the user, his group, or all. */
function relaxed(host: Host, name: string, gid: number): readonly JailProblem[] {
  const sections = host.get(jailShell)
  const group = [...host.get(groups).values()].find((each) => each.gid === gid)?.name
  const section = [name, `group ${group}`, 'DEFAULT'].find((each) => sections.has(each))
  const options = section === undefined ? [] : [...sections.get(section)!]
  const option = options.find(([key, { value }]) => key.startsWith('relax_home_') && /^(1|true|yes)$/i.test(value))
  if (option === undefined) return []
  const remedy = [{ edit: '/etc/jailkit/jk_chrootsh.ini', replace: `^(${option[0]}).*$`, with: '#\\1=0' }]
  const says = 'jk_chrootsh is told to let homes pass that others may write to'
  return [{ state: 'warn', cause: 'relaxed', says, evidence: cite(option[1].at), remedy }]
}
