import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Control } from './control.ts'
import { controlSchema } from './control-schema.ts'
import { readEntry } from './read-entry.ts'

const FOLDER = join(import.meta.dirname, 'controls')

/**
 * All controls, by id, in the order of their ids.
 *
 * @throws where a file does not fit the schema: the catalogue is part of the program
 */
export function loadCatalogue(folder = FOLDER): ReadonlyMap<string, Control> {
  const controls = new Map<string, Control>()
  const names = readdirSync(folder).flatMap((name) => /^(.*)\.(?:yaml|json)$/.exec(name)?.[1] ?? [])
  for (const name of names.sort()) {
    const parsed = controlSchema.safeParse(readEntry(join(folder, name)))
    if (!parsed.success) throw new Error(`${join(folder, name)}: ${parsed.error.message}`)
    if (parsed.data.id !== name) throw new Error(`${join(folder, name)} declares ${parsed.data.id}`)
    controls.set(parsed.data.id, parsed.data as Control)
  }
  return controls
}
