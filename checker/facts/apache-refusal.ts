import type { Place } from '../judging/judgement.ts'
import { placeIn } from '../judging/judgement.ts'
import type { Apache, ApacheSite } from './apache.ts'
import type { ApacheNode } from './apache-reader.ts'
import type { Host } from './host.ts'
import { boundedMatch } from './match.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** Words by which a section lets all, or nobody, in. */
const WORD = /^\s*(?:require\s+all\s+(denied|granted)|(deny|allow)\s+from\s+all)\b/i

/**
 * What keeps everybody from a file (an absolute path below a site): sections by folder count from the widest to the narrowest,
 * those by name (`Files`) after them, and a .htaccess beside the file where AllowOverride lets it.
 */
export function apacheRefusal(host: Host, found: Apache, site: ApacheSite, file: string): Place | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1)
  const folder = file.slice(0, file.lastIndexOf('/'))
  const sections = apacheFolders(host, found, site, folder)
  const all = site.own === found.main ? found.main : [...found.main, ...site.own]
  const byName = [...all, ...sections.flatMap(({ inside }) => inside ?? [])].filter((node) => isNamed(host, node, name))
  const last = [...sections, ...byName].flatMap((section) => wordsIn(section.inside ?? [])).at(-1)
  const own = overridesAreRead(sections) ? ofHtaccess(host, folder, name) : undefined
  if (own !== undefined) return own.isRefusal ? own.at : undefined
  return last?.isRefusal === true ? last.at : undefined
}

/** Sections of the server and of the site that hold for a folder, the narrowest last. */
export function apacheFolders(host: Host, found: Apache, site: ApacheSite, folder: string): readonly ApacheNode[] {
  const all = site.own === found.main ? found.main : [...found.main, ...site.own]
  return all
    .filter(({ name, words, inside }) => {
      const where = words[0] ?? ''
      if (inside === undefined) return false
      if (name === 'directorymatch' || (name === 'directory' && where === '~')) {
        return host.get(boundedMatch)(where === '~' ? (words[1] ?? '') : where, `${folder}/`) !== undefined
      }
      return name === 'directory' && `${folder}/`.startsWith(`${where.replace(/\/+$/, '')}/`)
    })
    .sort((one, other) => (one.words[0] ?? '').length - (other.words[0] ?? '').length)
}

/** Whether a .htaccess in a folder is read, by the sections that hold for it. */
export function overridesAreRead(sections: readonly ApacheNode[]): boolean {
  const set = sections.flatMap(({ inside }) => (inside ?? []).filter(({ name }) => name === 'allowoverride')).at(-1)
  return set !== undefined && set.words[0]?.toLowerCase() !== 'none'
}

interface Word {
  readonly isRefusal: boolean
  readonly at: Place
}

function wordsIn(nodes: readonly ApacheNode[]): readonly Word[] {
  return nodes.flatMap(({ name, words, inside, at }): readonly Word[] => {
    if (/^require(?:all|any)$/.test(name)) return wordsIn(inside ?? [])
    const word = WORD.exec(`${name} ${words.join(' ')}`)
    if (inside !== undefined) return []
    if (word === null) return name === 'require' ? [{ isRefusal: false, at }] : []
    return [{ isRefusal: /^den/i.test(word[1] ?? word[2]!), at }]
  })
}

function isNamed(host: Host, { name, words, inside }: ApacheNode, file: string): boolean {
  if (inside === undefined || !/^files(?:match)?$/.test(name)) return false
  return fitsName(host, name === 'filesmatch' || words[0] === '~', words.at(-1) ?? '', file)
}

function fitsName(host: Host, isExpression: boolean, pattern: string, file: string): boolean {
  if (isExpression) return host.get(boundedMatch)(pattern, file) !== undefined
  if (!/[*?]/.test(pattern)) return pattern === file
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return host.get(boundedMatch)(`^${source}$`, file) !== undefined
}

/** The last word for the file; sections that only ask (`IfModule`) are taken to be so. */
function ofHtaccess(host: Host, folder: string, name: string): Word | undefined {
  const file = readIfThere(host.root, `${folder}/.htaccess`)
  let isOpen = true
  let last: Word | undefined
  for (const { text, number } of file === undefined ? [] : linesOf(file)) {
    const [, kind, tilde, pattern] = /^\s*<files(match)?\s+(~\s+)?"?([^">]+)"?\s*>/i.exec(text) ?? []
    if (pattern !== undefined) isOpen = fitsName(host, kind !== undefined || tilde !== undefined, pattern, name)
    else if (/^\s*<\/files/i.test(text)) isOpen = true
    const word = WORD.exec(text)
    if (isOpen && word !== null) last = { isRefusal: /^den/i.test(word[1] ?? word[2]!), at: placeIn(file!, number) }
  }
  return last
}
