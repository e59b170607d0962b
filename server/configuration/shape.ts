import { stringify } from 'yaml'
import type { z } from 'zod'
import type { FileProblem } from '../../zones/file-problem.ts'
import type { ConfigurationDocument, Path } from './document.ts'
import type { Explanation } from './entry.ts'
import { nearest } from './nearest.ts'
import { showFound } from './problems.ts'
import { definition, explain, type Schema, shapeOf } from './schema-tree.ts'

type Issue = z.core.$ZodIssue

/** A document that has the form of a schema, or why it has not. */
export type Shape<T> =
  | { readonly outcome: 'shaped'; readonly raw: T }
  | { readonly outcome: 'misshapen'; readonly problems: readonly FileProblem[] }

/** Checks that every entry has the form the schema asks for; all problems at once, in the order of the file. */
export function checkShape<T>(document: ConfigurationDocument, schema: z.ZodType<T>): Shape<T> {
  const parsed = schema.safeParse(document.value ?? undefined, { reportInput: true })
  if (parsed.success) return { outcome: 'shaped', raw: parsed.data }
  const problems = parsed.error.issues.flatMap((issue) => toProblems(document, issue, [], schema))
  return { outcome: 'misshapen', problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) }
}

function toProblems(document: ConfigurationDocument, issue: Issue, base: Path, root: Schema): FileProblem[] {
  const path = [...base, ...(issue.path as (string | number)[])]
  const schema = descend(root, issue.path as Path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(document, path, key, Object.keys(shapeOf(schema) ?? {})))
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1))
    const meaning = explain(definition(descend(root, (issue.path as Path).slice(0, -1))).keyType)
    const what = reasonOf(issue.issues[0]) ?? `the key ${showFound(key)}`
    return [problem(document, document.locateKey(path.slice(0, -1), key), what, meaning)]
  }
  if (issue.code === 'invalid_union' && isMap(issue.input)) {
    // The author evidently meant the alternative that is a map: say what is wrong within it.
    const index = definition(schema).options?.findIndex((option) => definition(option).shape !== undefined) ?? -1
    if (index >= 0) {
      return issue.errors[index]!.flatMap((inner) =>
        toProblems(document, inner, path, definition(schema).options![index]!),
      )
    }
  }
  const meaning = explain(schema)
  const remedy = meaning?.remedies?.[String(issue.input)]
  const plain = problem(document, document.locate(path), found(document, path, issue), meaning)
  return [remedy === undefined ? plain : { ...plain, remedy }]
}

function unknownKey(document: ConfigurationDocument, path: Path, key: string, known: string[]): FileProblem {
  const meant = nearest(key, known)
  return {
    severity: 'error',
    file: document.file,
    ...document.locateKey(path, key),
    found: `the unknown key ${showFound(key)}`,
    expected: `one of ${known.join(', ')}`,
    remedy: meant === undefined ? 'Remove it.' : `Did you mean ${showFound(meant)}?`,
  }
}

function problem(
  document: ConfigurationDocument,
  place: { line: number; column: number },
  what: string,
  meaning: Explanation | undefined,
): FileProblem {
  const example = meaning?.examples?.map(showExample).join(' or ')
  return {
    severity: 'error',
    file: document.file,
    ...place,
    found: what,
    expected: meaning?.expected ?? 'something else',
    remedy: example === undefined ? '' : `For example: ${example}`,
  }
}

function found(document: ConfigurationDocument, path: Path, issue: Issue): string {
  const key = path.at(-1)
  const reason = reasonOf(issue)
  if (reason !== undefined) return reason
  if (issue.input !== undefined && issue.input !== null) {
    const written = document.written(path)
    return typeof issue.input === 'string' || written === undefined ? showFound(issue.input) : written
  }
  return typeof key === 'string' ? `nothing at the key ${showFound(key)}` : 'nothing'
}

/** What the entry's own reader had to say, where it has one. */
function reasonOf(issue: Issue | undefined): string | undefined {
  const reason: unknown = issue?.code === 'custom' ? issue.params?.reason : undefined
  return typeof reason === 'string' ? reason : undefined
}

function showExample(example: unknown): string {
  return stringify(example, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}

function descend(schema: Schema, path: Path): Schema | undefined {
  let current: Schema | undefined = schema
  for (const step of path) {
    const inner = definition(current)
    current = shapeOf(current)?.[step] ?? inner.element ?? inner.valueType
  }
  return current
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
