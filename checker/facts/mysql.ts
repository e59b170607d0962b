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

/** Groups that its command-line programs read. */
const CLIENTS = /^(client|client-server|client-mariadb|mysql|mariadb-client)$/

/**
 * Options of the MariaDB or MySQL server, by name with underscores: the files in their order, each `!includedir` where it stands, its
 * files by name; the last wins. `-` and `_` are one, and `skip-x` says that `x` is off. Undefined where there is no file.
 */
export const mysqlOptions = fact('mysql', ({ root }) => optionsOf(root, SERVER))

/** The same for programs that ask a server: `mariadb`, `mariadb-dump`. */
export const mysqlClientOptions = fact('mysql clients', ({ root }) => optionsOf(root, CLIENTS))

function optionsOf(root: Root, groups: RegExp): ReadonlyMap<string, MysqlOption> | undefined {
  const files = MAIN.filter((path) => exists(root, path))
  if (files.length === 0) return undefined
  const options = new Map<string, MysqlOption>()
  const reader: Reader = { root, groups, options, includes: createIncludes() }
  for (const path of files) addFile(reader, path)
  return options
}

interface Reader {
  readonly root: Root
  readonly groups: RegExp
  readonly options: Map<string, MysqlOption>
  readonly includes: Includes
}

function addFile(reader: Reader, path: string): void {
  reader.includes.within(path, () => addFileOnce(reader, path))
}

function addFileOnce(reader: Reader, path: string): void {
  const { root, groups, options } = reader
  const file = readIfThere(root, path)
  if (file === undefined) return
  let isRead = false
  for (const [index, raw] of file.text.split('\n').entries()) {
    const line = raw.trim()
    const [, how, target] = /^!(include|includedir)\s+(\S+)/.exec(line) ?? []
    const group = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (how === 'include') addFile(reader, target!)
    else if (how === 'includedir') {
      for (const name of namesIn(root, normalized(target!)))
        if (name.endsWith('.cnf')) addFile(reader, `${normalized(target!)}/${name}`)
    } else if (group !== undefined) isRead = groups.test(group)
    else if (isRead && line !== '' && line[0] !== '#' && line[0] !== ';') {
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
