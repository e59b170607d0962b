import { fact } from '../fact.ts'
import { glob } from '../paths.ts'
import { linesOf, readIfThere } from '../read-lines.ts'
import { users } from '../users.ts'

const USUAL = ['www-data', 'apache', 'nginx', 'httpd']

/** Users that sites run as: those of the web servers, and of each pool of PHP-FPM; with their numbers where they are known. */
export const webUsers = fact('web users', (host): readonly (readonly string[])[] => {
  const pools = glob(host.root, '/etc/php/*/fpm/pool.d/*.conf').flatMap((path) => {
    const file = readIfThere(host.root, path)
    if (file === undefined) return []
    return linesOf(file, ';').flatMap(({ text }) => /^\s*user\s*=\s*([\w.-]+)/.exec(text)?.[1] ?? [])
  })
  const known = host.get(users)
  const names = [...new Set([...USUAL.filter((name) => known.has(name)), ...pools])]
  return names.map((name) => {
    const user = known.get(name)
    return user === undefined ? [name] : [name, String(user.uid)]
  })
})
