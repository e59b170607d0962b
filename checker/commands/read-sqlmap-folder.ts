import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import type { SqlmapFile } from '../imports/sqlmap-folder.ts'
import { readBounded } from './read-bounded.ts'

const MOST_HOSTS = 200
const MOST_FILES = 500
const MOST_OCTETS = 4 * 1024 * 1024
const KEPT = /^(?:log|target\.txt|results-[\w-]{1,40}\.csv)$/

/**
 * What sqlmap keeps at a path: its folder of output, the folder of one host, a log of one, or a table of results. Undefined: it
 * is none of these. No link is followed.
 */
export function readSqlmapFolder(path: string): readonly SqlmapFile[] | undefined {
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (status?.isDirectory()) return readAll(path)
  if (status?.isFile() && path.endsWith('.csv')) return [readKept(dirname(path), path)]
  return status?.isFile() && basename(path) === 'log' ? readAll(dirname(path)) : undefined
}

function readAll(folder: string): readonly SqlmapFile[] {
  const here = readdirSync(folder, { withFileTypes: true })
  const hosts = here.filter((entry) => entry.isDirectory()).slice(0, MOST_HOSTS)
  const found = [
    ...keptIn(folder, here),
    ...hosts.flatMap(({ name }) =>
      keptIn(join(folder, name), readdirSync(join(folder, name), { withFileTypes: true })),
    ),
  ]
  // A folder of one host is named after it: its log is told by that name, too.
  return found.slice(0, MOST_FILES).map((path) => readKept(dirname(folder), path))
}

function keptIn(folder: string, entries: readonly Dirent[]): readonly string[] {
  return entries.filter((entry) => entry.isFile() && KEPT.test(entry.name)).map(({ name }) => join(folder, name))
}

function readKept(base: string, path: string): SqlmapFile {
  const modified = Math.floor(lstatSync(path).mtimeMs / 1000)
  return { path: relative(base, path), text: readBounded(path, MOST_OCTETS), modified }
}
