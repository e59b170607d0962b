import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { exists, relativeTo } from './paths.ts'
import { readIfThere } from './read-lines.ts'

export interface IniOption {
  /** Lines of a value of several lines stay lines. */
  readonly value: string
  readonly at: Place
  /** What an earlier file set: `%(known/NAME)s`. */
  readonly known: IniOption | undefined
}

/** Options by section, names in lower case, as Python's configparser has them. */
export type IniSections = ReadonlyMap<string, ReadonlyMap<string, IniOption>>

type Sections = Map<string, Map<string, IniOption>>

const MOST_FILES = 64
const MOST_DEPTH = 20
const LONGEST_VALUE = 65_536

/**
 * Files in the way of fail2ban: each with the `.local` beside it, with what `[INCLUDES] before` names in front of it and what
 * `after` names behind; of one option the last counts.
 */
export function readIniFiles(root: Root, paths: readonly string[]): IniSections {
  const order: string[] = []
  for (const path of paths) addWithIncludes(root, path, order, [])
  const sections: Sections = new Map()
  for (const path of order.slice(0, MOST_FILES)) mergeFile(root, path, sections)
  return sections
}

function addWithIncludes(root: Root, path: string, order: string[], above: readonly string[]): void {
  if (above.includes(path) || above.length > MOST_DEPTH || order.length > MOST_FILES) return
  const own: Sections = new Map()
  mergeFile(root, path, own)
  const named = (key: string) =>
    (own.get('INCLUDES')?.get(key)?.value ?? '')
      .split('\n')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => relativeTo(path.slice(0, path.lastIndexOf('/')), name))
  for (const before of named('before')) addWithIncludes(root, before, order, [...above, path])
  if (exists(root, path)) order.push(path)
  const local = path.replace(/\.[^./]*$/, '.local')
  if (local !== path && exists(root, local)) order.push(local)
  for (const after of named('after')) addWithIncludes(root, after, order, [...above, path])
}

function mergeFile(root: Root, path: string, sections: Sections): void {
  const file = readIfThere(root, path)
  if (file === undefined) return
  let section: Map<string, IniOption> | undefined
  let open:
    | { readonly key: string; readonly indent: number; readonly line: number; readonly parts: string[] }
    | undefined
  const close = () => {
    if (open === undefined || section === undefined) return
    const value = open.parts.join('\n').trimEnd()
    section.set(open.key, { value, at: placeIn(file, open.line), known: section.get(open.key) })
    open = undefined
  }
  for (const [index, raw] of file.text.split('\n').entries()) {
    const text = raw.trim()
    if (text === '' || text[0] === '#' || text[0] === ';') continue
    const indent = raw.length - raw.trimStart().length
    const plain = text.replace(/\s;.*$/, '')
    if (open !== undefined && indent > open.indent) {
      open.parts.push(plain)
      continue
    }
    close()
    const heading = /^\[([^\]]+)\]/.exec(text)?.[1]
    if (heading !== undefined) {
      section = sections.get(heading) ?? new Map()
      sections.set(heading, section)
      continue
    }
    const [, key, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(plain) ?? []
    if (key !== undefined) open = { key: key.toLowerCase(), indent, line: index + 1, parts: [value!] }
  }
  close()
}

/** An option of a section, else of [DEFAULT], with `%(name)s` replaced; what refers to nothing stays as it is. */
export function resolveOption(
  sections: IniSections,
  section: string,
  key: string,
): { readonly value: string; readonly at: Place } | undefined {
  const option = sections.get(section)?.get(key) ?? sections.get('DEFAULT')?.get(key)
  return option === undefined
    ? undefined
    : { value: interpolated(sections, section, option, MOST_DEPTH), at: option.at }
}

function interpolated(sections: IniSections, section: string, option: IniOption, depth: number): string {
  if (depth === 0) return option.value
  const value = option.value.replace(/%%|%\(([^)]+)\)s/g, (whole, name: string | undefined) => {
    if (name === undefined) return '%'
    if (name === '__name__') return section
    const found = lookUp(sections, section, option, name)
    return found === undefined ? whole : interpolated(sections, found.section, found.option, depth - 1)
  })
  return value.slice(0, LONGEST_VALUE)
}

/** `known/NAME` is what an earlier file set, `SECTION/NAME` another section's option, `default/NAME` that of [DEFAULT]. */
function lookUp(
  sections: IniSections,
  section: string,
  option: IniOption,
  name: string,
): { readonly section: string; readonly option: IniOption } | undefined {
  const [, group, key] = /^([\w-]+)\/(.+)$/.exec(name) ?? [undefined, undefined, name]
  const of = (place: string) => sections.get(place)?.get(key!.toLowerCase())
  if (group === 'known') {
    const known = of(section) === option ? option.known : (of(section)?.known ?? of('DEFAULT')?.known)
    return known === undefined ? undefined : { section, option: known }
  }
  const found = group === undefined ? (of(section) ?? of('DEFAULT')) : of(group === 'default' ? 'DEFAULT' : group)
  return found === undefined || found === option ? undefined : { section, option: found }
}
