import type { Status } from '../root/root.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { type IniSections, readIniFiles } from './ini.ts'
import { exists, namesIn, normalized } from './paths.ts'
import { type User, users } from './users.ts'

/** A folder that users, or what they run, are shut into. */
export interface Jail {
  readonly path: string
  /** Users whose home says that they live there: `/srv/jail/./home/anna`. */
  readonly users: readonly User[]
}

export interface JailEntry {
  readonly path: string
  /** Inside the jail: `home/anna`. */
  readonly inside: string
  readonly status: Status
}

export interface JailWalk {
  readonly entries: readonly JailEntry[]
  /** The jail holds more than was looked at. */
  readonly isCut: boolean
}

const MOST_ENTRIES = 30_000
const MOST_DEPTH = 16

/** Jails of jailkit: those that homes in /etc/passwd name, and those of jk_check.ini that are there. */
export const jails = fact('jailkit', (host): readonly Jail[] => {
  const found = new Map<string, User[]>()
  for (const user of host.get(users).values()) {
    const cut = user.home.indexOf('/./')
    if (cut < 1) continue
    const path = normalized(user.home.slice(0, cut))
    const living = found.get(path)
    if (living === undefined) found.set(path, [user])
    else living.push(user)
  }
  for (const section of host.get(jailChecks).keys()) {
    const path = normalized(section)
    if (section.startsWith('/') && path !== '/' && !found.has(path) && exists(host.root, path)) found.set(path, [])
  }
  return [...found].map(([path, living]) => ({ path, users: living }))
})

/** What jk_check is told to pass over, by jail. */
const jailChecks = fact('jk_check', (host): IniSections => readIniFiles(host.root, ['/etc/jailkit/jk_check.ini']))

/** What jk_chrootsh lets pass that it would refuse otherwise. */
export const jailShell = fact(
  'jk_chrootsh',
  (host): IniSections => readIniFiles(host.root, ['/etc/jailkit/jk_chrootsh.ini']),
)

/** Paths of a list in jk_check.ini. */
export function passedOver(host: Host, jail: string, key: string): readonly string[] {
  const sections = host.get(jailChecks)
  const options = sections.get(jail) ?? sections.get(`${jail}/`)
  return (options?.get(key)?.value ?? '')
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
}

/** Everything in a jail, links not followed, what jk_check is to pass over in all left out. */
export function walkJail(host: Host, jail: string): JailWalk {
  const ignored = passedOver(host, jail, 'ignorepatheverywhere')
  const entries: JailEntry[] = []
  const waiting = [{ folder: jail, depth: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const name of namesIn(host.root, next.folder)) {
      const path = `${next.folder}/${name}`
      if (ignored.some((prefix) => path.startsWith(prefix)) || host.root.link(path) !== undefined) continue
      const status = host.root.status(path)
      if (status.outcome !== 'found') continue
      if (entries.length >= MOST_ENTRIES) return { entries, isCut: true }
      entries.push({ path, inside: path.slice(jail.length + 1), status })
      if (status.type !== 'directory') continue
      if (next.depth >= MOST_DEPTH) return { entries, isCut: true }
      waiting.push({ folder: path, depth: next.depth + 1 })
    }
  }
  return { entries, isCut: false }
}
