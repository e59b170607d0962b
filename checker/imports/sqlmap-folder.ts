import { type Imported, unusable } from './imported.ts'
import { injectionPoints, observationsOf, type PageTrial, pageOf } from './sqlmap-found.ts'

/** A file that sqlmap keeps (`--output-dir`): `www.example.com/log`, `www.example.com/target.txt`, `results-….csv`. */
export interface SqlmapFile {
  /** Its path within the folder. */
  readonly path: string
  readonly text: string
  /** Unix seconds of its last change: the log says nowhere when it was written. */
  readonly modified: number
}

interface Finding {
  readonly trial: PageTrial
  readonly at: number
}

const MOST_ROWS = 10_000

/**
 * Reads what sqlmap keeps of a run. It keeps what could be injected and nothing else, so where that is nothing it says nothing:
 * then what it printed has to be brought in.
 */
export function importSqlmapFolder(files: readonly SqlmapFile[]): Imported {
  const logs = files.filter(({ path }) => /(?:^|\/)log$/.test(path))
  const results = files.filter(({ path }) => path.endsWith('.csv'))
  if (logs.length + results.length === 0)
    return unusable('there is neither a `log` of a host nor a results-….csv of sqlmap')
  const found = [...logs.flatMap((log) => readLog(log, files)), ...results.flatMap(readResults)]
  if (found.length === 0) {
    return unusable(
      'sqlmap keeps only what it could inject, which is nothing here: what it printed tells what it tried',
    )
  }
  // Whether a firewall stood before it does not matter for what got through.
  const one = ({ trial, at }: Finding) => observationsOf([trial], { at, wafBypassed: true })
  return { outcome: 'read', observations: found.flatMap(one) }
}

function readLog({ path, text, modified }: SqlmapFile, files: readonly SqlmapFile[]): readonly Finding[] {
  const injectable = injectionPoints(text)
  if (injectable.length === 0) return []
  const folder = path.slice(0, -'log'.length)
  const target = files.find((each) => each.path === `${folder}target.txt`)?.text ?? ''
  // `https://example.com/item?id=1 (GET)  # sqlmap -u …`; without it the folder still has the name of the host.
  const url = /^(https?:\/\/\S{1,1000}) \(/.exec(target)?.[1] ?? `http://${folder.split('/').at(-2) || 'unknown'}/`
  return [{ trial: { page: pageOf(url), injectable, tried: [] }, at: modified }]
}

/** Rows `URL,place,parameter,techniques,notes`, beneath a line of titles; what proved false has a note that says so. */
function readResults({ path, text, modified }: SqlmapFile): readonly Finding[] {
  const [titles = '', ...rows] = text.split(/\r?\n/)
  if (!/^Target URL,Place,Parameter,Techniques?/i.test(titles)) return []
  const at = timeInName(path) ?? modified
  return rows.slice(0, MOST_ROWS).flatMap((row): readonly Finding[] => {
    const [url = '', place = '', name = '', techniques = '', notes = ''] = fieldsOf(row)
    if (!/^https?:\/\//.test(url) || name === '' || techniques === '' || /false positive/i.test(notes)) return []
    return [{ trial: { page: pageOf(url), injectable: [{ name: name.slice(0, 200), place }], tried: [] }, at }]
  })
}

/** RFC 4180: a field in quotes may have commas, and its own quotes twice. */
function fieldsOf(row: string): readonly string[] {
  const fields = row.slice(0, 4096).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)
  return [...fields].map(([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare)
}

/** `results-11252026_0310am.csv`, by the clock of its host, taken for UTC. */
function timeInName(path: string): number | undefined {
  const match = /results-(\d\d)(\d\d)(\d{4})_(\d\d)(\d\d)([ap])m\.csv$/.exec(path)
  if (match === null) return undefined
  const [month, day, year, hour, minute] = match.slice(1, 6).map(Number) as [number, number, number, number, number]
  return Date.UTC(year, month - 1, day, (hour % 12) + (match[6] === 'p' ? 12 : 0), minute) / 1000
}
