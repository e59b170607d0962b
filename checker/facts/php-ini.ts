import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { readIfThere } from './read-lines.ts'

export interface PhpSetting {
  /** `1` for On, empty for Off, else as written, without quotes. */
  readonly value: string
  /** Undefined for what PHP has compiled in. */
  readonly at: Place | undefined
}

export interface IniLine {
  /** The heading it stands under; empty before the first. */
  readonly section: string
  readonly key: string
  readonly value: string
  readonly at: Place
}

/** What PHP takes where no file says otherwise (main/main.c, and the extensions' own tables). */
const COMPILED: Readonly<Record<string, string>> = {
  allow_url_fopen: '1',
  allow_url_include: '',
  'cgi.fix_pathinfo': '1',
  disable_functions: '',
  display_errors: '1',
  expose_php: '1',
  memory_limit: '128M',
  open_basedir: '',
  'session.cookie_httponly': '',
  'session.use_strict_mode': '',
  'user_ini.filename': '.user.ini',
}
const MOST_FILES = 256

/** Directives of files as PHP merges them: the last counts. What stands under `[PATH=…]` or `[HOST=…]` is not for all, and left out. */
export function readPhpIni(root: Root, paths: readonly string[]): ReadonlyMap<string, PhpSetting> {
  const lines = paths.slice(0, MOST_FILES).flatMap((path) => iniLines(root, path))
  return new Map(
    lines.filter(({ section }) => !/^(PATH|HOST)=/i.test(section)).map(({ key, value, at }) => [key, { value, at }]),
  )
}

/** What a directive comes to; undefined where neither a file nor the table above has it. */
export function phpSetting(directives: ReadonlyMap<string, PhpSetting>, name: string): PhpSetting | undefined {
  const compiled = COMPILED[name]
  return directives.get(name) ?? (compiled === undefined ? undefined : { value: compiled, at: undefined })
}

/** Assignments of a file in PHP's own ini format, which php-fpm's configuration shares. */
export function iniLines(root: Root, path: string): readonly IniLine[] {
  const file = readIfThere(root, path)
  if (file === undefined) return []
  let section = ''
  return file.text.split('\n').flatMap((raw, index) => {
    const text = raw.trim()
    if (text === '' || text[0] === ';') return []
    if (text[0] === '[') {
      section = text.slice(1, text.indexOf(']')).trim()
      return []
    }
    const cut = text.indexOf('=')
    if (cut < 1) return []
    const value = iniValue(text.slice(cut + 1).trim())
    return [{ section, key: text.slice(0, cut).trim(), value, at: placeIn(file, index + 1) }]
  })
}

/** Octets of `128M`, `1G`, `-1`; undefined for what is no number. */
export function octetsOf(value: string): number | undefined {
  const [, digits, unit = ''] = /^(-?\d{1,15})\s*([kmg]?)$/i.exec(value.trim()) ?? []
  if (digits === undefined) return undefined
  return Number(digits) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase())
}

/** Whether PHP takes a value for true. */
export function isOn(value: string): boolean {
  return /^(on|yes|true)$/i.test(value) || Number.parseInt(value, 10) > 0
}

/** Quotes taken off; without them, a comment behind, and the words for yes and no. */
function iniValue(text: string): string {
  const quote = text[0]
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1)
    return end < 0 ? text.slice(1) : text.slice(1, end)
  }
  const comment = text.indexOf(';')
  const plain = (comment < 0 ? text : text.slice(0, comment)).trim()
  if (/^(on|yes|true)$/i.test(plain)) return '1'
  return /^(off|no|false|none|null)$/i.test(plain) ? '' : plain
}
