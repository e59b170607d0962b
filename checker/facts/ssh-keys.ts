import { createHash } from 'node:crypto'
import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { namesIn } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { users } from './users.ts'

export interface SshKey {
  /** `SHA256:…`, as ssh-keygen -l shows it. */
  readonly fingerprint: string
  readonly user: string
  readonly at: Place
}

/** Keys that may log in here (sshd(8), authorized_keys). */
export const authorizedKeys = fact('authorized keys', (host): readonly SshKey[] =>
  homesOf(host.get(users).values()).flatMap(({ home, user }) =>
    keysIn(host.root, `${home}/.ssh/authorized_keys`, user),
  ),
)

/** Keys whose private half lies here, by the public file beside it. */
export const ownKeys = fact('own ssh keys', (host): readonly SshKey[] =>
  homesOf(host.get(users).values()).flatMap(({ home, user }) =>
    namesIn(host.root, `${home}/.ssh`)
      .filter((name) => /^id_.*\.pub$/.test(name))
      .flatMap((name) => keysIn(host.root, `${home}/.ssh/${name}`, user)),
  ),
)

function homesOf(
  all: Iterable<{ readonly home: string; readonly name: string }>,
): readonly { home: string; user: string }[] {
  const homes = new Map<string, string>()
  for (const { home, name } of all) if (/^\/(root|home\/|srv\/|var\/(?:vmail|www))/.test(home)) homes.set(home, name)
  return [...homes].map(([home, user]) => ({ home, user }))
}

function keysIn(root: Parameters<typeof readIfThere>[0], path: string, user: string): readonly SshKey[] {
  const file = readIfThere(root, path)
  if (file === undefined) return []
  return linesOf(file).flatMap(({ text, number }) => {
    const blob = /(?:ssh-[\w-]+|ecdsa-[\w-]+|sk-[\w@.-]+) ([A-Za-z0-9+/]{40,}={0,2})/.exec(text)?.[1]
    if (blob === undefined) return []
    const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '')
    return { fingerprint: `SHA256:${digest}`, user, at: placeIn(file, number) }
  })
}
