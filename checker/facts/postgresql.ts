import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { createIncludes, type Includes } from './includes.ts'
import { exists, glob, namesIn, relativeTo } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface PostgresqlSetting {
  readonly value: string
  readonly at: Place
}

/** A line of pg_hba.conf. */
export interface AccessLine {
  readonly type: string
  readonly address: string
  readonly method: string
  readonly at: Place
}

export interface Cluster {
  /** `15/main`. */
  readonly name: string
  readonly settings: ReadonlyMap<string, PostgresqlSetting>
  readonly access: readonly AccessLine[]
}

/** Clusters of PostgreSQL: postgresql.conf with what it includes, what ALTER SYSTEM wrote, and pg_hba.conf. */
export const clusters = fact('postgresql', ({ root }): readonly Cluster[] =>
  [...glob(root, '/etc/postgresql/*/*/postgresql.conf'), ...glob(root, '/var/lib/pgsql/data/postgresql.conf')].map(
    (path) => {
      const settings = new Map<string, PostgresqlSetting>()
      addFile(root, path, settings, createIncludes())
      const folder = path.slice(0, path.lastIndexOf('/'))
      const data = settings.get('data_directory')?.value ?? folder
      if (exists(root, `${data}/postgresql.auto.conf`))
        addFile(root, `${data}/postgresql.auto.conf`, settings, createIncludes())
      const hba = relativeTo(folder, settings.get('hba_file')?.value ?? 'pg_hba.conf')
      const name = folder.replace(/^\/etc\/postgresql\//, '')
      return { name, settings, access: accessOf(root, hba) }
    },
  ),
)

function addFile(root: Root, path: string, settings: Map<string, PostgresqlSetting>, includes: Includes): void {
  includes.within(path, () => addFileOnce(root, path, settings, includes))
}

function addFileOnce(root: Root, path: string, settings: Map<string, PostgresqlSetting>, includes: Includes): void {
  const file = readIfThere(root, path)
  if (file === undefined) return
  const folder = path.slice(0, path.lastIndexOf('/'))
  for (const { text, number } of linesOf(file)) {
    const [, name, quoted, plain] = /^\s*([\w.]+)(?:\s*=\s*|\s+)(?:'((?:[^']|'')*)'|([^\s#]+))/.exec(text) ?? []
    if (name === undefined) continue
    const value = quoted ?? plain ?? ''
    const key = name.toLowerCase()
    if (key === 'include' || key === 'include_if_exists') addFile(root, relativeTo(folder, value), settings, includes)
    else if (key === 'include_dir') {
      const below = relativeTo(folder, value)
      for (const each of namesIn(root, below))
        if (each.endsWith('.conf') && each[0] !== '.') addFile(root, `${below}/${each}`, settings, includes)
    } else settings.set(key, { value, at: placeIn(file, number) })
  }
}

/** `TYPE DATABASE USER ADDRESS [MASK] METHOD`; `local` has no address. */
function accessOf(root: Root, path: string): readonly AccessLine[] {
  const file = readIfThere(root, path)
  if (file === undefined) return []
  return linesOf(file).flatMap(({ text, number }) => {
    const [type = '', , , ...rest] = text.replace(/#.*$/, '').trim().split(/\s+/)
    if (!/^(local|host(no)?(ssl|gssenc)?)$/.test(type)) return []
    const address = type === 'local' ? '' : (rest[0] ?? '')
    const hasMask = /^[\d.]+$|:/.test(rest[1] ?? '') && /^[\d.]+$|:.*:/.test(rest[1] ?? '')
    const method = (type === 'local' ? rest[0] : rest[hasMask ? 2 : 1]) ?? ''
    return [{ type, address, method, at: placeIn(file, number) }]
  })
}
