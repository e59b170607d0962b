import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { groups, users } from './users.ts'

export interface Administrator {
  readonly name: string
  readonly at: Place
}

const GROUPS = ['sudo', 'wheel', 'admin', 'root']

/** Users who are root, or may become it: uid 0, the usual groups, and those that sudoers(5) names. */
export const administrators = fact('administrators', (host): readonly Administrator[] => {
  const known = host.get(users)
  const members = GROUPS.flatMap((name) => host.get(groups).get(name)?.members ?? [])
  const byName = [...known.values()].filter(({ name, uid }) => uid === 0 || members.includes(name))
  const named = ['/etc/sudoers', ...glob(host.root, '/etc/sudoers.d/*')].flatMap((path) => {
    const file = readIfThere(host.root, path)
    return (file === undefined ? [] : linesOf(file)).flatMap(({ text, number }) => {
      const name = /^\s*([a-z_][\w.-]*)\s+[\w.,!-]+\s*=/i.exec(text)?.[1]
      return name === undefined || /^Defaults/.test(name) || name.endsWith('_Alias')
        ? []
        : [{ name, at: placeIn(file!, number) }]
    })
  })
  const all = [...byName.map(({ name, at }) => ({ name, at })), ...named]
  return [...new Map(all.map((each) => [each.name, each])).values()]
})
