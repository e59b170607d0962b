import { Script } from 'node:vm'
import { fact } from './fact.ts'

/** An expression of a host's file may take for ever to match: then it matches nothing. */
const MATCH_MILLISECONDS = 200
const LONGEST_EXPRESSION = 32_768

/**
 * The named groups of the first match of an expression that a file of the host holds; undefined for no match, for an
 * expression that cannot be read, and for one that takes too long.
 */
export function matchOf(source: string, text: string, flags = ''): Readonly<Record<string, string>> | undefined {
  if (source.length > LONGEST_EXPRESSION) return undefined
  if (!HARMFUL.test(source)) return matchAtOnce(source, text, flags)
  try {
    // A script can be ended, a call cannot. It is made of literals, and has no word of the host's but in them.
    const script = `{ const found = new RegExp(${literal(source)}, ${literal(flags)}).exec(${literal(text)}); found && { ...found.groups } }`
    return new Script(script).runInThisContext({ timeout: MATCH_MILLISECONDS }) ?? undefined
  } catch {
    return undefined
  }
}

/** All expressions of web servers together take no longer than this in one run: afterwards they match nothing. */
const RUN_MILLISECONDS = 5000

/** `matchOf` for expressions of which a host may have any number, held against any number of paths. */
export const boundedMatch = fact('matching', (): typeof matchOf => {
  let left = RUN_MILLISECONDS
  return (source, text, flags) => {
    if (left <= 0) return undefined
    const started = performance.now()
    const found = matchOf(source, text, flags)
    left -= performance.now() - started
    return found
  }
})

/** Only what leaves a choice can take long: `(a?a?…)aa…` and `(a|a)(a|a)…` do so without repeating anything. */
const HARMFUL = /[*+?{|]/

function literal(text: string): string {
  return JSON.stringify(text)
}

function matchAtOnce(source: string, text: string, flags: string): Readonly<Record<string, string>> | undefined {
  try {
    const found = new RegExp(source, flags).exec(text)
    return found === null ? undefined : { ...found.groups }
  } catch {
    return undefined
  }
}
