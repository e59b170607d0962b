import { createHash, createHmac } from 'node:crypto'
import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { glob, namesIn, relativeTo } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { users } from './users.ts'

export interface SshKey {
  /** `SHA256:…`, as ssh-keygen -l shows it. */
  readonly fingerprint: string
  readonly user: string
  readonly at: Place
}

/** Keys that may log in here (sshd(8), authorized_keys), where sshd looks for them, and authorities whose certificates may. */
export const authorizedKeys = fact('authorized keys', (host): readonly SshKey[] => {
  const files = sshdWords(host.root, 'AuthorizedKeysFile')
  const patterns = [...new Set(['.ssh/authorized_keys', '.ssh/authorized_keys2', ...files])]
  const own = homesOf(host.get(users).values()).flatMap(({ home, user }) =>
    patterns.flatMap((pattern) => keysIn(host.root, pathFor(pattern, home, user), user)),
  )
  const authorities = sshdWords(host.root, 'TrustedUserCAKeys').flatMap((path) => keysIn(host.root, path, 'anybody'))
  return [...new Map([...own, ...authorities].map((key) => [`${key.at.path} ${key.at.line}`, key])).values()]
})

/** Keys whose private half lies here, by the public file beside it. */
export const ownKeys = fact('own ssh keys', (host): readonly SshKey[] =>
  homesOf(host.get(users).values()).flatMap(({ home, user }) =>
    namesIn(host.root, `${home}/.ssh`)
      .filter((name) => /^id_.*\.pub$/.test(name))
      .flatMap((name) => keysIn(host.root, `${home}/.ssh/${name}`, user)),
  ),
)

/** Private keys without their public half beside them: which key each is cannot be told. */
export const namelessKeys = fact('private ssh keys', (host): readonly string[] =>
  homesOf(host.get(users).values()).flatMap(({ home }) => {
    const names = namesIn(host.root, `${home}/.ssh`)
    return names
      .filter((name) => /^id_[\w-]+$/.test(name) && !names.includes(`${name}.pub`))
      .map((name) => `${home}/.ssh/${name}`)
  }),
)

/** Lines of known_hosts of users here that are about a host: somebody has gone there by ssh. */
export function knownAs(host: Host, name: string): readonly { readonly user: string; readonly at: Place }[] {
  const homes = homesOf(host.get(users).values())
  const files = homes.map(({ home, user }) => ({ path: `${home}/.ssh/known_hosts`, user }))
  return files.flatMap(({ path, user }) => {
    const file = readIfThere(host.root, path)
    return (file === undefined ? [] : linesOf(file)).flatMap(({ text, number }) => {
      const words = text.trim().split(/\s+/)
      const names = (words[0]!.startsWith('@') ? words[1] : words[0]) ?? ''
      return names.split(',').some((each) => isName(each, name)) ? [{ user, at: placeIn(file!, number) }] : []
    })
  })
}

/** `name`, `[name]:2222`, or `|1|salt|hash`, in which HMAC-SHA1 hides the name (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
function isName(pattern: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([A-Za-z0-9+/=]{20,40})\|([A-Za-z0-9+/=]{20,40})$/.exec(pattern) ?? []
  if (salt === undefined) return pattern.replace(/^\[(.*)\]:\d+$/, '$1').toLowerCase() === name.toLowerCase()
  const hmac = createHmac('sha1', Buffer.from(salt, 'base64')).update(name.toLowerCase()).digest('base64')
  return hmac === hash
}

const MOST_WORDS = 50

/** Words of every line of sshd_config(5) with a keyword, also in Match blocks: each may count for somebody. */
function sshdWords(root: Root, keyword: string): readonly string[] {
  const line = new RegExp(`^\\s*${keyword}(?:\\s+|\\s*=\\s*)(\\S.*)$`, 'i')
  return ['/etc/ssh/sshd_config', ...glob(root, '/etc/ssh/sshd_config.d/*.conf')]
    .flatMap((path) => {
      const file = readIfThere(root, path)
      return (file === undefined ? [] : linesOf(file)).flatMap(({ text }) => line.exec(text)?.[1]?.split(/\s+/) ?? [])
    })
    .filter((word) => word !== 'none')
    .slice(0, MOST_WORDS)
}

/** `%h` is the home folder, `%u` the user; a relative path counts from the home folder. */
function pathFor(pattern: string, home: string, user: string): string {
  return relativeTo(home, pattern.replaceAll('%h', home).replaceAll('%u', user).replaceAll('%%', '%'))
}

function homesOf(
  all: Iterable<{ readonly home: string; readonly name: string }>,
): readonly { home: string; user: string }[] {
  const homes = new Map<string, string>()
  for (const { home, name } of all) if (/^\/(root|home\/|srv\/|var\/(?:vmail|www))/.test(home)) homes.set(home, name)
  return [...homes].map(([home, user]) => ({ home, user }))
}

function keysIn(root: Root, path: string, user: string): readonly SshKey[] {
  const file = readIfThere(root, path)
  if (file === undefined) return []
  return linesOf(file).flatMap(({ text, number }) => {
    const blob = /(?:ssh-[\w-]{1,60}|ecdsa-[\w-]{1,60}|sk-[\w@.-]{1,60}) ([A-Za-z0-9+/]{40,}={0,2})/.exec(text)?.[1]
    if (blob === undefined) return []
    const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')
    return { fingerprint: `SHA256:${digest}`, user, at: placeIn(file, number) }
  })
}
