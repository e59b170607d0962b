import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Control } from './control.ts'
import { controlSchema } from './control-schema.ts'

const FOLDER = join(import.meta.dirname, 'controls')

/**
 * All controls, by id, in the order of their ids.
 *
 * @throws where a file does not fit the schema: the catalogue is part of the program
 */
export function loadCatalogue(folder = FOLDER): ReadonlyMap<string, Control> {
  const controls = new Map<string, Control>()
  for (const name of readdirSync(folder)
    .filter((each) => each.endsWith('.yaml'))
    .sort()) {
    const parsed = controlSchema.safeParse(parse(readFileSync(join(folder, name), 'utf8')))
    if (!parsed.success) throw new Error(`${join(folder, name)}: ${parsed.error.message}`)
    if (`${parsed.data.id}.yaml` !== name) throw new Error(`${join(folder, name)} declares ${parsed.data.id}`)
    controls.set(parsed.data.id, parsed.data as Control)
  }
  return controls
}
