import { stringify } from 'yaml'
import { definition, explain, type Schema, type Shape, shapeOf } from './schema-tree.ts'

/** One entry of a configuration file. */
export interface ConfigurationEntry {
  /** From the top, as in `zones.ZONE.hide.VIEW[].name`: capitals stand for names of the operator's, `[]` for each of a list. */
  readonly path: string
  readonly meaning: string
  /** What may be written there, with an example. */
  readonly value: string
  readonly whenLeftOut: string
}

/** What a reference says that the schema does not. */
export interface ReferenceRules {
  /** What stands in a path for the operator's own key, with the dot before it: `.ZONE`. */
  readonly stepOf: (key: string) => string
  /** What holds where the entry is not there; empty where its meaning says so or its own entries do. */
  readonly absence: (path: string, schema: Schema) => string
}

/** Every entry, in the order of the schema, whose own words these are. */
export function schemaEntries(schema: Schema, rules: ReferenceRules): ConfigurationEntry[] {
  return entriesOf(shapeOf(schema)!, '', rules)
}

/** The rows of a table; `skip` characters of the paths are told by its heading. */
export function entryTable(entries: readonly ConfigurationEntry[], skip: number): string[] {
  return [
    '| Entry | Meaning | Value | When left out |',
    '| - | - | - | - |',
    ...entries.map(({ path, meaning, value, whenLeftOut }) =>
      `| \`${path.slice(skip)}\` | ${cell(meaning)} | ${cell(value)} | ${cell(whenLeftOut)} |`.replace('|  |', '| |'),
    ),
  ]
}

function entriesOf(shape: Shape, prefix: string, rules: ReferenceRules): ConfigurationEntry[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const path = `${prefix}${key}`
    const inner = inside(key, schema, rules)
    const entry = {
      path,
      meaning: explain(schema)!.description,
      value: formOf(schema),
      whenLeftOut: rules.absence(path, schema),
    }
    return [entry, ...(inner === undefined ? [] : entriesOf(inner.shape, `${path}${inner.step}`, rules))]
  })
}

/** The entries within an entry, and the step of the path that leads to them. */
export function inside(key: string, schema: Schema, rules: ReferenceRules): { shape: Shape; step: string } | undefined {
  const shape = shapeOf(schema)
  if (shape !== undefined) return { shape, step: '.' }
  const { valueType, element } = definition(schema)
  const inner = valueType ?? element
  const deeper = inner === undefined ? undefined : inside(key, inner, rules)
  if (deeper === undefined) return undefined
  const step = valueType === undefined ? '[]' : rules.stepOf(key)
  return { shape: deeper.shape, step: `${step}${deeper.step}` }
}

function formOf(schema: Schema): string {
  const { expected, examples = [] } = explain(schema)!
  const { type } = definition(schema)
  if (examples.length === 0 || type === 'number') return expected
  return `${expected}, such as ${examples.map((example) => `\`${flow(example)}\``).join(' or ')}`
}

function flow(example: unknown): string {
  return stringify(example, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim()
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
