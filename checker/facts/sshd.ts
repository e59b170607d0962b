import { fitsPattern } from '../declarations/wildcards.ts'
import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { createIncludes, type Includes } from './includes.ts'
import { exists, glob, relativeTo } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { systemd } from './systemd.ts'
import { groups, type User } from './users.ts'

/** A keyword of sshd_config(5) with its words. */
export interface SshdLine {
  readonly keyword: string
  readonly value: string
  /** Words of the `Match` that it stands under; undefined where it holds for all. */
  readonly match: string | undefined
  readonly at: Place
}

const MAIN = '/etc/ssh/sshd_config'

/** Lines of sshd's configuration with what it includes in place; undefined where no ssh server is started. */
export const sshd = fact('sshd', (host): readonly SshdLine[] | undefined => {
  const units = host.get(systemd)
  const isStarted = ['ssh', 'sshd'].some(
    (name) => units.isEnabled(`${name}.service`) || units.isEnabled(`${name}.socket`),
  )
  if (!exists(host.root, MAIN) || !isStarted) return undefined
  const lines: SshdLine[] = []
  readFile(host, MAIN, undefined, createIncludes(), lines)
  return lines
})

/**
 * What a keyword comes to for a user wherever he comes from: the first of the blocks that are about him or his groups, else
 * the first outside of blocks. Blocks that ask for an address, too, hold for a part of his logins alone, and count for nothing.
 */
export function sshdSetting(host: Host, keyword: string, user: User): SshdLine | undefined {
  const named = (host.get(sshd) ?? []).filter((line) => line.keyword === keyword.toLowerCase())
  const own = named.find(({ match }) => match !== undefined && isMeant(host, match, user))
  return own ?? named.find(({ match }) => match === undefined)
}

/** Whether AllowUsers and its like let the user in, wherever he comes from. */
export function sshdAdmits(host: Host, user: User): boolean {
  const memberOf = groupsOf(host, user)
  const listed = (keyword: string, names: readonly string[]): boolean | undefined => {
    const words = wordsOf(sshdSetting(host, keyword, user)?.value ?? '').map((word) => word.split('@')[0]!)
    return words.length === 0 ? undefined : names.some((name) => fitsList(words, name))
  }
  if (listed('DenyUsers', [user.name]) === true || listed('DenyGroups', memberOf) === true) return false
  return listed('AllowUsers', [user.name]) !== false && listed('AllowGroups', memberOf) !== false
}

/** A `Match` holds to the end of its file, and not in the file that includes it. */
function readFile(host: Host, path: string, outer: string | undefined, includes: Includes, lines: SshdLine[]): void {
  includes.within(path, () => {
    const file = readIfThere(host.root, path)
    if (file === undefined) return
    let match = outer
    for (const { text, number } of linesOf(file)) {
      const [, keyword, value = ''] = /^\s*(\w+)(?:\s*=\s*|\s+|$)(.*)$/.exec(text) ?? []
      if (keyword === undefined) continue
      const name = keyword.toLowerCase()
      if (name === 'match') match = outer === undefined ? value : `${outer} ${value}`
      else if (name === 'include') {
        for (const each of wordsOf(value).flatMap((word) => glob(host.root, relativeTo('/etc/ssh', word)))) {
          readFile(host, each, match, includes, lines)
        }
      } else lines.push({ keyword: name, value: wordsOf(value).join(' '), match, at: placeIn(file, number) })
    }
  })
}

/** Words, quotes taken off; a comment may stand behind. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|#.*|([^\s"]+)/g)].flatMap(([, quoted, plain]) => quoted ?? plain ?? [])
}

function isMeant(host: Host, match: string, user: User): boolean {
  const words = wordsOf(match.replaceAll('=', ' '))
  for (let at = 0; at < words.length; at += 2) {
    const [criterion, patterns = ''] = [words[at]!.toLowerCase(), words[at + 1]]
    if (criterion === 'all') at--
    else if (criterion === 'user') {
      if (!fitsList(patterns.split(','), user.name)) return false
    } else if (criterion === 'group') {
      if (!groupsOf(host, user).some((name) => fitsList(patterns.split(','), name))) return false
    } else return false
  }
  return words.length > 0
}

function groupsOf(host: Host, user: User): readonly string[] {
  return [...host.get(groups).values()]
    .filter(({ gid, members }) => gid === user.gid || members.includes(user.name))
    .map(({ name }) => name)
}

/** A list of patterns (ssh_config(5), PATTERNS): one with `!` in front shuts out whatever the others take in. */
function fitsList(patterns: readonly string[], name: string): boolean {
  const denied = patterns.filter((pattern) => pattern.startsWith('!'))
  if (denied.some((pattern) => fitsPattern(name, pattern.slice(1)))) return false
  return patterns.some((pattern) => !pattern.startsWith('!') && fitsPattern(name, pattern))
}
