import type { Host } from '../../facts/host.ts'
import { type IniSections, readIniFiles } from '../../facts/ini.ts'
import type { Jail, JailEntry, JailWalk } from '../../facts/jailkit.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { groups, type User } from '../../facts/users.ts'
import { cite, citeFile, citeStatus } from '../../judging/judgement.ts'
import { quoted } from '../../remedy/shell.ts'
import { type JailProblem, OWN_FOLDERS, WRITABLE_FOR_GROUP, WRITABLE_FOR_OTHERS } from './jail-problems.ts'

/** Programs that start any other, or read and write any file, when their words ask for it. */
const OPENERS =
  /^(?:(?:ba|da|z|k|c|tc|fi|mk)?sh|rbash|busybox|env|perl[\d.]*|python[\d.]*|php[\d.]*|ruby[\d.]*|node(?:js)?|lua[\d.]*|awk|gawk|mawk|find|xargs|vim?|nano|ed|less|more|man|tar|ssh|sudo|su|nohup|timeout|watch|script|screen|tmux)$/

/** Files that have a name outside of the jail, too: what happens to one in the jail happens to the host. */
export function hardLinkProblems(host: Host, jail: Jail, { entries, isCut }: JailWalk): readonly JailProblem[] {
  if (isCut) return []
  const names = new Map<string, number>()
  for (const { status } of entries) {
    if (status.links !== undefined) names.set(status.links.file, (names.get(status.links.file) ?? 0) + 1)
  }
  return entries
    .filter(({ status }) => status.links !== undefined && status.links.count > names.get(status.links.file)!)
    .map((entry) => hardLinkProblem(host, jail, entry))
}

function hardLinkProblem(host: Host, jail: Jail, { path, inside, status }: JailEntry): JailProblem {
  const isHis = jail.users.some(({ uid }) => uid === status.uid && uid !== 0)
  const isWritable = isHis || (status.mode & (WRITABLE_FOR_GROUP | WRITABLE_FOR_OTHERS)) !== 0
  const original = host.root.status(`/${inside}`)
  const isOriginal = original.outcome === 'found' && original.links?.file === status.links?.file
  const evidence = citeStatus(
    path,
    status,
    isOriginal ? `the same file as /${inside}` : 'has a name outside of the jail',
  )
  const copy = quoted(`${path}.copy`)
  const remedy = [{ run: `cp -a ${quoted(path)} ${copy} && mv ${copy} ${quoted(path)}` }]
  return isWritable
    ? {
        state: 'fail',
        cause: 'hard-link-writable',
        says: 'a file in it is one of the host by another name, and who is in it may write to it',
        evidence,
        remedy,
      }
    : {
        state: 'warn',
        cause: 'hard-link',
        says: 'a file in it is one of the host by another name: what is changed there, its mode too, is changed here',
        evidence,
        remedy,
      }
}

/** What jk_lsh, which runs named programs alone, lets users of the jail run. */
export function limitedShellProblems(host: Host, jail: Jail): readonly JailProblem[] {
  const inside = readIfThere(host.root, `${jail.path}/etc/passwd`)
  if (inside === undefined) return []
  const limited = new Set(
    linesOf(inside)
      .filter(({ text }) => text.trimEnd().endsWith('/jk_lsh'))
      .map(({ text }) => text.split(':')[0]!),
  )
  const path = `${jail.path}/etc/jailkit/jk_lsh.ini`
  const sections = limited.size === 0 ? new Map() : readIniFiles(host.root, [path])
  return jail.users.filter(({ name }) => limited.has(name)).flatMap((user) => shellProblem(host, user, path, sections))
}

function shellProblem(host: Host, user: User, path: string, sections: IniSections): readonly JailProblem[] {
  const group = [...host.get(groups).values()].find(({ gid }) => gid === user.gid)?.name
  const section = [user.name, `group ${group}`, 'DEFAULT'].find((each) => sections.has(each))
  if (section === undefined) {
    const file = readIfThere(host.root, path)
    const evidence = file === undefined ? citeStatus(path, undefined) : citeFile(file, `nothing about ${user.name}`)
    const content = `[DEFAULT]\nexecutables = /usr/lib/openssh/sftp-server\npaths = /usr/lib/openssh\n`
    const says = 'its limited shell is told of no program for a user, so that he cannot log in'
    return [{ state: 'warn', cause: 'shell-refuses', says, evidence, remedy: [{ file: path, content }] }]
  }
  const set = sections.get(section)!.get('executables')
  const programs = (set?.value ?? '').split(',').map((word) => word.trim())
  const own = programs.find((program) => OWN_FOLDERS.test(program.replace(/^\/+/, '')))
  const remedy = [{ tell: `Take it out of executables in ${path}: a limited shell is for copying files and the like.` }]
  if (own !== undefined) {
    const says = 'its limited shell starts a program from a folder that its users write to'
    return [{ state: 'fail', cause: 'shell-runs-own', says, evidence: cite(set!.at), remedy }]
  }
  if (!programs.some((program) => OPENERS.test(program.slice(program.lastIndexOf('/') + 1)))) return []
  const says = 'its limited shell may start a program that starts any other'
  return [{ state: 'warn', cause: 'shell-open', says, evidence: cite(set!.at), remedy }]
}
