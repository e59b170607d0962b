import { type Place, placeIn } from '../judging/judgement.ts'
import type { ReadFile } from '../root/root.ts'
import { fact } from './fact.ts'
import { exists, glob } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface SlapdSetting {
  /** In lower case, as slapd.conf(5) spells it: `security`, `tlscertificatefile`, `syncrepl`. */
  readonly name: string
  readonly value: string
  readonly at: Place
}

export interface Slapd {
  /** What it listens on: `ldap:///`, `ldaps:///`, `ldapi:///`. */
  readonly addresses: readonly string[]
  /** The line that says so; undefined where slapd's own default counts. */
  readonly at: Place | undefined
  readonly settings: readonly SlapdSetting[]
}

const FOLDERS = ['/etc/ldap', '/etc/openldap']
const MOST_FILES = 200

/** OpenLDAP's server: its start, and what cn=config (slapd-config(5)) or slapd.conf(5) says; undefined where neither is there. */
export const slapd = fact('slapd', ({ root }): Slapd | undefined => {
  const folder = FOLDERS.find((each) => exists(root, `${each}/slapd.d`) || exists(root, `${each}/slapd.conf`))
  if (folder === undefined) return undefined
  const entries = [`${folder}/slapd.d/cn=config.ldif`, ...glob(root, `${folder}/slapd.d/cn=config/*.ldif`)]
  const paths = exists(root, `${folder}/slapd.d`) ? entries : [`${folder}/slapd.conf`]
  const settings = paths.slice(0, MOST_FILES).flatMap((path) => {
    const file = readIfThere(root, path)
    return file === undefined ? [] : settingsOf(file)
  })
  const start = ['/etc/default/slapd', '/etc/sysconfig/slapd'].flatMap((path) => {
    const file = readIfThere(root, path)
    const line = file === undefined ? undefined : linesOf(file).findLast(({ text }) => STARTS.test(text))
    return line === undefined ? [] : [{ words: STARTS.exec(line.text)![1]!, at: placeIn(file!, line.number) }]
  })[0]
  return { addresses: (start?.words ?? 'ldap:///').split(/\s+/).filter(Boolean), at: start?.at, settings }
})

const STARTS = /^\s*SLAPD_(?:SERVICES|URLS)=["']?([^"']*)["']?\s*$/

/** `olcSecurity: tls=1` of an LDIF file, `security tls=1` of slapd.conf; a line that begins with white space goes on with the one before. */
function settingsOf(file: ReadFile): readonly SlapdSetting[] {
  const isLdif = file.path.endsWith('.ldif')
  const lines: { text: string; readonly number: number }[] = []
  for (const { text, number } of linesOf(file)) {
    const last = lines.at(-1)
    if (/^\s/.test(text) && last !== undefined) last.text += isLdif ? text.slice(1) : ` ${text.trim()}`
    else lines.push({ text, number })
  }
  return lines.flatMap(({ text, number }) => {
    const [, name, value] = (isLdif ? /^olc(\w+): (?:\{-?\d+\})?(.*)$/ : /^(\w+)\s+(.*)$/).exec(text) ?? []
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: value!, at: placeIn(file, number) }]
  })
}

/** The value of `key=value` among the words of a setting: `tls_reqcert=demand`. */
export function wordOf(value: string, key: string): string | undefined {
  return value
    .split(/\s+/)
    .find((word) => word.toLowerCase().startsWith(`${key}=`))
    ?.slice(key.length + 1)
    .replace(/^["'](.*)["']$/, '$1')
}
