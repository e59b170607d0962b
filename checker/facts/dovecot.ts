import { cite, type Evidence, type Place, placeIn } from '../judging/judgement.ts'
import type { ReadFile, Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { glob, relativeTo } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** A setting as Dovecot reads it, with the sections around it, outermost first: `['protocol imap']`. */
export interface DovecotSetting {
  readonly sections: readonly string[]
  readonly key: string
  readonly value: string
  readonly at: Place
}

export interface Dovecot {
  /** In the order in which they are read: of one key in the same sections the last counts. */
  readonly settings: readonly DovecotSetting[]
  /** Every section that was opened, joined with `/`, also one without a setting. */
  readonly sections: ReadonlySet<string>
}

/** What Dovecot 2.3 takes where nothing is set (`doveconf -d`), for those that controls read. */
const DEFAULTS: Readonly<Record<string, string>> = {
  auth_mechanisms: 'plain',
  default_pass_scheme: '',
  disable_plaintext_auth: 'yes',
  first_valid_uid: '500',
  last_valid_uid: '0',
  listen: '*, ::',
  protocols: '',
  ssl: 'yes',
}

const FILE = '/etc/dovecot/dovecot.conf'
const MOST_FILES = 200
const MOST_DEPTH = 16

/** Dovecot's configuration with what it includes; undefined where there is none. */
export const dovecot = fact('dovecot', ({ root }): Dovecot | undefined => {
  const reader: Reader = { root, settings: [], sections: new Set(), files: 0 }
  return readFile(reader, FILE, []) ? { settings: reader.settings, sections: reader.sections } : undefined
})

/** A setting outside all sections, or inside `protocol NAME` where that says something else. */
export function dovecotSetting(
  found: Dovecot,
  key: string,
  protocol?: string,
): { readonly value: string; readonly at: Place | undefined } {
  const inside = (section: string | undefined) =>
    found.settings.findLast((each) => each.key === key && each.sections.join('/') === (section ?? ''))
  const own = protocol === undefined ? undefined : inside(`protocol ${protocol}`)
  const setting = own ?? inside(undefined)
  return { value: setting?.value ?? DEFAULTS[key] ?? '', at: setting?.at }
}

/** Evidence for such a setting: its line, or that it is not set. */
export function citeDovecot(key: string, { value, at }: ReturnType<typeof dovecotSetting>): Evidence {
  return at === undefined ? { source: 'file', path: FILE, excerpt: `${key} is not set: ${value}` } : cite(at)
}

/** Words of `protocols`, with what `$protocols` stood for before. */
export function protocolsOf(found: Dovecot): ReadonlySet<string> {
  let words: readonly string[] = []
  for (const { key, value, sections } of found.settings) {
    if (key !== 'protocols' || sections.length > 0) continue
    words = value
      .split(/\s+/)
      .flatMap((word) => (word === '$protocols' ? words : [word]))
      .slice(0, 100)
  }
  return new Set(words)
}

interface Reader {
  readonly root: Root
  readonly settings: DovecotSetting[]
  readonly sections: Set<string>
  files: number
}

/** Reads a file; false where it is not there. A file that includes itself ends at the depth. */
function readFile(reader: Reader, path: string, above: readonly string[]): boolean {
  if (above.includes(path) || above.length >= MOST_DEPTH || reader.files++ >= MOST_FILES) return false
  const file = readIfThere(reader.root, path)
  if (file === undefined) return false
  const open: string[] = []
  for (const { text, number } of linesOf(file)) {
    readLine(reader, { file, open, above: [...above, path] }, text.trim(), number)
  }
  return true
}

interface Within {
  readonly file: ReadFile
  readonly open: string[]
  readonly above: readonly string[]
}

function readLine(reader: Reader, { file, open, above }: Within, text: string, number: number): void {
  const included = /^!include(?:_try)?\s+(\S.*)$/.exec(text)?.[1]
  if (included !== undefined) {
    const pattern = relativeTo(file.path.slice(0, file.path.lastIndexOf('/')), included)
    for (const path of glob(reader.root, pattern)) readFile(reader, path, above)
    return
  }
  if (text === '}') {
    open.pop()
    return
  }
  const section = /^([\w!-][^={}]*?)\s*\{\s*(\}?)/.exec(text)
  if (section !== null) {
    const name = section[1]!.replace(/\s+/g, ' ')
    reader.sections.add([...open, name].join('/'))
    if (section[2] === '' && open.length < MOST_DEPTH) open.push(name)
    return
  }
  const [, key, value] = /^([\w/]+)\s*=\s*(.*)$/.exec(text) ?? []
  if (key === undefined) return
  const bare = value!.replace(/\s+#.*$/, '').trim()
  reader.settings.push({ sections: [...open], key, value: bare, at: placeIn(file, number) })
}
