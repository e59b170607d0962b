import type { Observation } from '../probes/probe.ts'
import { type SqlInjectionResult, sqlInjection } from '../probes/sql-injection.ts'
import { type Imported, plain, unusable } from './imported.ts'

const MOST_PARAMETERS = 1000
/** What sqlmap says when something in front of the application answers in its place. */
const GUARDED = /WAF\/IPS|protected by some kind of|Forbidden\) - \d+ times/

/**
 * Reads what sqlmap printed (`sqlmap … | tee FILE`): only there stands when it ran, what it tried, and whether a firewall
 * was in the way. Its own log knows only of what it found.
 */
export function importSqlmap(text: string): Imported {
  const at = startOf(text)
  if (at === undefined) return unusable('it is not what sqlmap prints, or does not say when it ran: "[*] starting @"')
  if (!/^\[\*\] ending @ /m.test(text)) return unusable('it was broken off before its end: "[*] ending @"')
  const target = /\[INFO\] testing URL '(https?:\/\/[^'\s]{1,1000})'/.exec(text)?.[1] ?? urlIn(text)
  if (target === undefined) return unusable('it does not say which page it tried: run sqlmap with -v 1')
  const injectable = parametersIn(text, /^Parameter: (\S{1,200}) \((\w{2,10})\)\s*$/gm)
  const dynamic = parametersIn(text, /testing (?:if )?(?:\w+ )?parameter '(\S{1,200})' (is)?/g)
  const tried = new Set([...dynamic].map((each) => each.split(' ')[0]))
  for (const each of injectable) tried.add(each.split(' ')[0])
  if (tried.size === 0) return unusable('it tried no parameter: sqlmap was not let near the page')
  const page = plain(target.split('?', 1)[0]!)
  const found: SqlInjectionResult = {
    injectable: [...injectable].map((each) => {
      const [name, place] = each.split(' ')
      return `${place} ${name} of ${page}`
    }),
    tried: tried.size,
    wafBypassed: !GUARDED.test(text),
  }
  const observation: Observation<SqlInjectionResult> = { probe: sqlInjection.name, target: page, at, found }
  return { outcome: 'read', observations: [observation] }
}

function parametersIn(text: string, pattern: RegExp): ReadonlySet<string> {
  const found = new Set<string>()
  for (const [, name = '', place = ''] of text.matchAll(pattern)) {
    if (found.size >= MOST_PARAMETERS) break
    found.add(`${plain(name)} ${plain(place)}`)
  }
  return found
}

function urlIn(text: string): string | undefined {
  return /(?:-u|--url)[= ]["']?(https?:\/\/[^"'\s]{1,1000})/.exec(text)?.[1]
}

/** `[*] starting @ 03:10:00 /2026-11-25/`, by the clock of its host, taken for UTC. */
function startOf(text: string): number | undefined {
  const match = /^\[\*\] starting @ (\d\d:\d\d:\d\d) \/(\d{4}-\d\d-\d\d)\/\s*$/m.exec(text)
  const at = match === null ? Number.NaN : Date.parse(`${match[2]}T${match[1]}Z`)
  return Number.isNaN(at) ? undefined : at / 1000
}
