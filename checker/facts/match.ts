import { createContext, Script } from 'node:vm'

/** An expression of a host's file may take for ever to match: then it matches nothing. */
const MATCH_MILLISECONDS = 200
const LONGEST_EXPRESSION = 32_768

/** It only tries an expression on a text; run apart, so that it can be ended. */
const MATCHER = new Script(
  '(() => { const found = new RegExp(source, flags).exec(text); return found === null ? undefined : JSON.stringify(found.groups || {}) })()',
)

/**
 * The named groups of the first match of an expression that a file of the host holds; undefined for no match, for an
 * expression that cannot be read, and for one that takes too long.
 */
export function matchOf(source: string, text: string, flags = ''): Readonly<Record<string, string>> | undefined {
  if (source.length > LONGEST_EXPRESSION) return undefined
  if (!HARMFUL.test(source)) return matchAtOnce(source, text, flags)
  try {
    const context = createContext(Object.assign(Object.create(null), { source, text, flags }))
    const found: unknown = MATCHER.runInContext(context, { timeout: MATCH_MILLISECONDS })
    return typeof found === 'string' ? (JSON.parse(found) as Record<string, string>) : undefined
  } catch {
    return undefined
  }
}

/** Only what repeats can take long. */
const HARMFUL = /[*+{]/

function matchAtOnce(source: string, text: string, flags: string): Readonly<Record<string, string>> | undefined {
  try {
    const found = new RegExp(source, flags).exec(text)
    return found === null ? undefined : { ...found.groups }
  } catch {
    return undefined
  }
}
