import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { createIncludes, type Includes } from './includes.ts'
import { exists, namesIn, normalized } from './paths.ts'
import { readIfThere } from './read-lines.ts'

export interface MysqlOption {
  readonly value: string
  readonly at: Place
}

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
  for (const path of files) addFile(root, path, options, createIncludes())
  return options
})

function addFile(root: Root, path: string, options: Map<string, MysqlOption>, includes: Includes): void {
  includes.within(path, () => addFileOnce(root, path, options, includes))
}

function addFileOnce(root: Root, path: string, options: Map<string, MysqlOption>, includes: Includes): void {
  const file = readIfThere(root, path)
  if (file === undefined) return
  let isServer = false
  for (const [index, raw] of file.text.split('\n').entries()) {
    const line = raw.trim()
    const [, how, target] = /^!(include|includedir)\s+(\S+)/.exec(line) ?? []
    const group = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (how === 'include') addFile(root, target!, options, includes)
    else if (how === 'includedir') {
      for (const name of namesIn(root, normalized(target!)))
        if (name.endsWith('.cnf')) addFile(root, `${normalized(target!)}/${name}`, options, includes)
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
              .replace(/\s#.*$/, '')
              .trim()
              .replace(/^(['"])(.*)\1$/, '$2')
      options.set(name, { value, at: placeIn(file, index + 1) })
    }
  }
}
