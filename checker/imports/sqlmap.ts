import { type Imported, plain, unusable } from './imported.ts'
import { injectionPoints, observationsOf, type PageTrial, pageOf } from './sqlmap-found.ts'

const MOST_PARAMETERS = 1000
const MOST_PAGES = 1000
/** What sqlmap says when something in front of the application answers in its place; that it looks for it, it always says. */
const GUARDED =
  /heuristics detected that the target|WAF\/IPS identified as|WAF\/IPS\) is (?:dropping|resetting)|\((?:Forbidden|Not Acceptable|Too Many Requests)\) - \d+ times/

/**
 * Reads what sqlmap printed (`sqlmap … | tee FILE`): only there stands when it ran, what it tried, and whether a firewall
 * was in the way. Where it went from page to page (`--crawl`, `-m`) each is told by itself.
 */
export function importSqlmap(text: string): Imported {
  const at = startOf(text)
  if (at === undefined) return unusable('it is not what sqlmap prints, or does not say when it ran: "[*] starting @"')
  if (!/^\[\*\] ending @ /m.test(text)) return unusable('it was broken off before its end: "[*] ending @"')
  const pages = pagesIn(text)
  if (pages.length === 0) return unusable('it does not say which page it tried: run sqlmap with -v 1')
  const trials = pages.map(trialOf).filter(({ tried, injectable }) => tried.length + injectable.length > 0)
  if (trials.length === 0) return unusable('it tried no parameter: sqlmap was not let near the page')
  return { outcome: 'read', observations: observationsOf(trials, { at, wafBypassed: !GUARDED.test(text) }) }
}

interface PageText {
  readonly url: string
  readonly text: string
}

/** What was printed of each page, from where it is named to where the next one is. */
function pagesIn(text: string): readonly PageText[] {
  const named = [...text.matchAll(/\[INFO\] testing URL '(https?:\/\/[^'\s]{1,1000})'/g)].slice(0, MOST_PAGES)
  if (named.length > 0) {
    return named.map(({ 1: url = '', index }, at) => ({ url, text: text.slice(index, named[at + 1]?.index) }))
  }
  const url = /(?:-u|--url)[= ]["']?(https?:\/\/[^"'\s]{1,1000})/.exec(text)?.[1]
  return url === undefined ? [] : [{ url, text }]
}

function trialOf({ url, text }: PageText): PageTrial {
  const tried = new Set<string>()
  for (const [, name = ''] of text.matchAll(/testing (?:if )?(?:\w+ )?parameter '(\S{1,200})'/g)) {
    if (tried.size >= MOST_PARAMETERS) break
    tried.add(plain(name))
  }
  return { page: pageOf(url), injectable: injectionPoints(text), tried: [...tried] }
}

/** `[*] starting @ 03:10:00 /2026-11-25/`, by the clock of its host, taken for UTC. */
function startOf(text: string): number | undefined {
  const match = /^\[\*\] starting @ (\d\d:\d\d:\d\d) \/(\d{4}-\d\d-\d\d)\/\s*$/m.exec(text)
  const at = match === null ? Number.NaN : Date.parse(`${match[2]}T${match[1]}Z`)
  return Number.isNaN(at) ? undefined : at / 1000
}
