import type { Root } from '../root/root.ts'
import type { NamedWithOptions } from './fail2ban.ts'
import { readIniFiles, resolveOption } from './ini.ts'
import { matchOf } from './match.ts'
import { exists } from './paths.ts'

/** What a filter of fail2ban looks for, with all of its tags but those that stand for an address replaced. */
export interface Filter {
  readonly prefix: string | undefined
  readonly expressions: readonly string[]
  readonly ignored: readonly string[]
  /** What it looks at in the journal: `_SYSTEMD_UNIT=sshd.service + _COMM=sshd`. */
  readonly journalMatch: string | undefined
  readonly path: string
}

const FOLDER = '/etc/fail2ban/filter.d'
const MOST_ROUNDS = 25
const LONGEST_EXPRESSION = 32_768

/** The filter with the options that a jail gives it (`mode=aggressive`); undefined where its file is not there. */
export function readFilter(root: Root, { name, options }: NamedWithOptions): Filter | undefined {
  const path = `${FOLDER}/${name}.conf`
  if (!exists(root, path) && !exists(root, `${FOLDER}/${name}.local`)) return undefined
  const sections = readIniFiles(root, [path])
  const lookUp = (tag: string): string | undefined => {
    const [, section, key] = /^([\w-]+)\/([\w-]+)$/.exec(tag) ?? [undefined, undefined, tag]
    const given = section === undefined ? options.get(key!) : undefined
    if (given !== undefined) return given
    const places = section === undefined ? ['Init', 'Definition', 'DEFAULT'] : [section]
    for (const place of places) {
      const own = sections.get(place)?.get(key!.toLowerCase())
      if (own !== undefined) return resolveOption(sections, place, key!.toLowerCase())?.value
    }
    return undefined
  }
  const of = (key: string) => replaceTags(lookUp(key) ?? '', lookUp)
  const lines = (text: string) =>
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
  return {
    prefix: of('prefregex').trim() || undefined,
    // Lines that only tell how a connection went on count for nothing (fail2ban's filters, F-NOFAIL and F-MLFGAINED).
    expressions: lines(of('failregex')).filter((expression) => !/^\^?<F-NOFAIL>|<F-MLFGAINED>/.test(expression)),
    ignored: lines(of('ignoreregex')),
    journalMatch: of('journalmatch').trim() || undefined,
    path,
  }
}

/** Tags stand in tags (`<mdre-<mode>>`): the innermost are replaced first, until nothing changes. */
function replaceTags(text: string, lookUp: (tag: string) => string | undefined): string {
  let current = text
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = current.replace(/<([\w-]+(?:\/[\w-]+)?)>/g, (whole, tag: string) =>
      /^(HOST|ADDR|SUBNET|CIDR|DNS|IP4|IP6|F-|SKIPLINES)/.test(tag) ? whole : (lookUp(tag) ?? whole),
    )
    if (next === current || next.length > LONGEST_EXPRESSION) return current
    current = next
  }
  return current
}

/** Whether the filter would count the line, written as fail2ban sees it: without its date. */
export function filterMatches(filter: Filter, line: string): boolean {
  const content = filter.prefix === undefined ? line : contentOf(filter.prefix, line)
  if (content === undefined) return false
  if (filter.ignored.some((expression) => matches(expression, content) !== undefined)) return false
  return filter.expressions.some((expression) => matches(expression, content) !== undefined)
}

function contentOf(prefix: string, line: string): string | undefined {
  const found = matches(prefix, line)
  return found === undefined ? undefined : (found.content ?? line)
}

/** The named groups of a match; undefined for none. */
function matches(expression: string, line: string): Readonly<Record<string, string>> | undefined {
  return matchOf(translated(expression), line, /\(\?i[):]/.test(expression) ? 'i' : '')
}

const HOST = String.raw`(?:\[?(?:(?:::f{4,6}:)?\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:.]{2,45})\]?|[\w\-.^_]*\w)`
const TAGS: readonly (readonly [RegExp, string])[] = [
  [/<F-CONTENT>/g, '(?<content>'],
  [/<(?:HOST|ADDR|SUBNET|IP4|IP6|DNS)>/g, HOST],
  [/<(?:F-(?:IP4|IP6|ADDR|SUBNET|DNS))\/>/g, HOST],
  [/<CIDR>/g, String.raw`\d+`],
  [/<F-[A-Z0-9_-]+\/>/g, String.raw`\S+`],
  [/<F-[A-Z0-9_-]+>/g, '(?:'],
  [/<\/F-[A-Z0-9_-]+>/g, ')'],
  [/<SKIPLINES>/g, '[^]*?'],
  // Python's: named groups, back references, conditions, flags, ends of the text.
  [/\(\?P<[^>]+>/g, '(?:'],
  [/\(\?P=[^)]+\)/g, String.raw`\S*`],
  [/\(\?\([^)]+\)/g, '(?:'],
  [/\(\?[aimsx]+\)/g, ''],
  [/\(\?[aimsx]+:/g, '(?:'],
  [/\\A/g, '^'],
  [/\\Z/g, '$'],
]

function translated(expression: string): string {
  return TAGS.reduce((text, [tag, stands]) => text.replace(tag, () => stands), expression)
}
