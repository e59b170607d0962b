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
    const { value, isChecked } = readEntry(join(folder, name))
    const control = isChecked ? (value as Control) : checkedControl(value, join(folder, name))
    if (control.id !== name) throw new Error(`${join(folder, name)} declares ${control.id}`)
    controls.set(control.id, control)
  }
  return controls
}

/** @throws where it does not fit the schema; `source` says which it is */
export function checkedControl(value: unknown, source: string): Control {
  const parsed = controlSchema.safeParse(value)
  if (!parsed.success) throw new Error(`${source}: ${parsed.error.message}`)
  return parsed.data as Control
}
