import { existsSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** What a file of the catalogue holds. */
export interface CatalogueEntry {
  readonly value: unknown
  /** The build has checked it against its schema, and made JSON of what is YAML in the sources: that takes a fifth of a look. */
  readonly isChecked: boolean
}

/** `path` is without its ending. */
export function readEntry(path: string): CatalogueEntry {
  const built = `${path}.json`
  return existsSync(built)
    ? { value: JSON.parse(readFileSync(built, 'utf8')), isChecked: true }
    : { value: parse(readFileSync(`${path}.yaml`, 'utf8')), isChecked: false }
}
