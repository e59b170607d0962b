import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Fact } from '../../checker/facts/fact.ts'

const FOLDER = join(import.meta.dirname, '../../checker/facts')

/** Every fact that a file of checker/facts exports. */
export async function allFacts(): Promise<readonly Fact<unknown>[]> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const modules = await Promise.all(files.sort().map((name) => import(join(FOLDER, name)) as Promise<object>))
  return modules.flatMap((module) => Object.values(module).filter(isFact))
}

function isFact(value: unknown): value is Fact<unknown> {
  return typeof value === 'object' && value !== null && 'name' in value && 'collect' in value
}
