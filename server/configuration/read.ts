import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type FileProblem, hasErrors } from '../../zones/file-problem.ts'
import { readDocument } from './document.ts'
import { resolveConfiguration } from './resolve.ts'
import { configurationSchema } from './schema.ts'
import { checkShape } from './shape.ts'
import type { Configuration } from './types.ts'

/** A configuration that may take effect as a whole, or the reasons why nothing of it may. */
export type ConfigurationReading =
  | {
      readonly outcome: 'accepted'
      readonly configuration: Configuration
      readonly warnings: readonly FileProblem[]
    }
  | {
      readonly outcome: 'refused'
      readonly problems: readonly FileProblem[]
      /** Text of the file, for showing the lines; empty where there is none. */
      readonly source: string
    }

/** Reads and checks a configuration file. `defaultState` is the state folder where the file names none. */
export function readConfiguration(path: string, defaultState: string): ConfigurationReading {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return { outcome: 'refused', problems: [unreadable(path, error)], source: '' }
  }
  return parseConfiguration(text, path, defaultState)
}

/** As `readConfiguration`, of a text. `file` is used in messages as given, and for what is relative to its folder. */
export function parseConfiguration(text: string, file: string, defaultState: string): ConfigurationReading {
  const document = readDocument(text, file)
  if (document.problems.length > 0) return { outcome: 'refused', problems: document.problems, source: text }
  const shaped = checkShape(document, configurationSchema)
  if (shaped.outcome === 'misshapen') return { outcome: 'refused', problems: shaped.problems, source: text }
  const { configuration, problems } = resolveConfiguration(shaped.raw, document, resolve(defaultState))
  if (hasErrors(problems)) return { outcome: 'refused', problems, source: text }
  return { outcome: 'accepted', configuration, warnings: problems }
}

function unreadable(path: string, error: unknown): FileProblem {
  const code = (error as NodeJS.ErrnoException).code
  const found = code === 'ENOENT' ? 'no file' : `a file that cannot be read (${code ?? String(error)})`
  return {
    severity: 'error',
    file: path,
    line: 0,
    column: 0,
    found,
    expected: 'a configuration',
    remedy:
      code === 'ENOENT' ? 'Write one with `dnsctl init`, or name another with --config.' : 'Check its permissions.',
  }
}
