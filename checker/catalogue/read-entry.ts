import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** What a file of the catalogue holds; `path` is without its ending. The build has made JSON of what is YAML in the sources. */
export function readEntry(path: string): unknown {
  const built = `${path}.json`
  return existsSync(built) ? JSON.parse(readFileSync(built, 'utf8')) : parse(readFileSync(`${path}.yaml`, 'utf8'))
}
