import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { exists, namesIn } from './paths.ts'
import { readIfThere } from './read-lines.ts'

export interface MysqlOption {
  readonly value: string
  readonly at: Place
}

const MOST_DEPTH = 10
const MAIN = ['/etc/my.cnf', '/etc/mysql/my.cnf']
/** Groups that the server reads (MariaDB: mysqld(8), option groups). */
const SERVER = /^(mysqld|server|mariadb|mariadbd|(mysqld|mariadb|mariadbd)-\d+\.\d+)$/

/**
 * Options of the MariaDB or MySQL server, by name with underscores: the files in their order, each `!includedir` where it stands, its
 * files by name; the last wins. `-` and `_` are one, and `skip-x` says that `x` is off. Undefined where there is no file.
 */
export const mysqlOptions = fact('mysql', ({ root }): ReadonlyMap<string, MysqlOption> | undefined => {
  const files = MAIN.filter((path) => exists(root, path))
  if (files.length === 0) return undefined
  const options = new Map<string, MysqlOption>()
  for (const path of files) addFile(root, path, options, 0)
  return options
})

function addFile(root: Root, path: string, options: Map<string, MysqlOption>, depth: number): void {
  const file = readIfThere(root, path)
  if (file === undefined || depth > MOST_DEPTH) return
  let isServer = false
  for (const [index, raw] of file.text.split('\n').entries()) {
    const line = raw.trim()
    const [, how, target] = /^!(include|includedir)\s+(\S+)/.exec(line) ?? []
    const group = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (how === 'include') addFile(root, target!, options, depth + 1)
    else if (how === 'includedir') {
      for (const name of namesIn(root, target!.replace(/(?!^)\/+$/, '')))
        if (name.endsWith('.cnf')) addFile(root, `${target!.replace(/\/+$/, '')}/${name}`, options, depth + 1)
    } else if (group !== undefined) isServer = SERVER.test(group)
    else if (isServer && line !== '' && line[0] !== '#' && line[0] !== ';') {
      const cut = line.indexOf('=')
      const name = (cut === -1 ? line : line.slice(0, cut))
        .trim()
        .replaceAll('-', '_')
        .replace(/^loose_/, '')
      const value =
        cut === -1
          ? 'ON'
          : line
              .slice(cut + 1)
              .trim()
              .replace(/\s+#.*$/, '')
              .replace(/^(['"])(.*)\1$/, '$2')
      options.set(name, { value, at: placeIn(file, index + 1) })
    }
  }
}
