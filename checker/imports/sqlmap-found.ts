import type { Observation } from '../probes/probe.ts'
import { type SqlInjectionResult, sqlInjection } from '../probes/sql-injection.ts'
import { plain } from './imported.ts'

/** A parameter of a page, and where it stands: `GET`, `Cookie`, `(custom) POST`. */
export interface Parameter {
  readonly name: string
  readonly place: string
}

/** What sqlmap made of one page. */
export interface PageTrial {
  readonly page: string
  readonly injectable: readonly Parameter[]
  /** Names of parameters, those that can be injected among them or not. */
  readonly tried: readonly string[]
}

const MOST_PARAMETERS = 1000
const INJECTION_POINT = /^Parameter: (\S.{0,199}?) \(((?:\(custom\) )?[\w-]{2,20})\)[ \t]*\r?$/gm

/** The points that sqlmap lists under "identified the following injection point(s)", or resumed from a session. */
export function injectionPoints(text: string): readonly Parameter[] {
  const points = new Map<string, Parameter>()
  for (const [, name = '', place = ''] of text.matchAll(INJECTION_POINT)) {
    if (points.size >= MOST_PARAMETERS) break
    points.set(`${place} ${name}`, { name: plain(name), place })
  }
  return [...points.values()]
}

/** The page of a URL: without its query, which is in the parameters. */
export function pageOf(url: string): string {
  return plain(url.split(/[?#]/, 1)[0]!)
}

/** One observation for each page, however often it was tried; `at`: Unix seconds. */
export function observationsOf(
  trials: readonly PageTrial[],
  { at, wafBypassed }: { readonly at: number; readonly wafBypassed: boolean },
): readonly Observation<SqlInjectionResult>[] {
  const pages = new Map<string, { readonly injectable: Set<string>; readonly tried: Set<string> }>()
  for (const { page, injectable, tried } of trials) {
    const known = pages.get(page) ?? { injectable: new Set(), tried: new Set() }
    pages.set(page, known)
    for (const { name, place } of injectable) known.injectable.add(`${place} ${name} of ${page}`)
    for (const name of [...tried, ...injectable.map((each) => each.name)]) known.tried.add(name)
  }
  return [...pages].map(([page, { injectable, tried }]) => ({
    probe: sqlInjection.name,
    target: page,
    at,
    found: { injectable: [...injectable], tried: tried.size, wafBypassed },
  }))
}
