import { type Place, placeIn } from '../judging/judgement.ts'
import { type Dovecot, dovecot, dovecotSetting } from './dovecot.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { linesOf, readIfThere } from './read-lines.ts'

/** Where Dovecot looks passwords up, other than among users of the system. */
export interface PasswordStore {
  /** `passwd-file /etc/dovecot/users`. */
  readonly name: string
  readonly driver: 'passwd-file' | 'sql'
  readonly path: string
  /** Schemes of its passwords, in capitals, with a line each; empty where only the database has them. */
  readonly schemes: ReadonlyMap<string, Place>
  readonly at: Place
}

/** Schemes that a machine guesses billions of times a second, or that hold the password itself. */
const WEAK =
  /^(?:PLAIN|CLEARTEXT|CLEAR|PLAIN-MD[45]|MD5|MD5-CRYPT|LDAP-MD5|SMD5|DIGEST-MD5|HMAC-MD5|CRAM-MD5|SHA1?|SSHA|LANMAN|NTLM|DES-CRYPT|OTP|RPA|SKEY)(?:\.|$)/
const METHODS: Readonly<Record<string, string>> = {
  '1': 'MD5-CRYPT',
  apr1: 'MD5-CRYPT',
  '5': 'SHA256-CRYPT',
  '6': 'SHA512-CRYPT',
  y: 'CRYPT',
}
const MOST_PASSWORDS = 100_000

export const isWeakScheme = (scheme: string): boolean => WEAK.test(scheme)

/** Files and databases of passwords that Dovecot's passdb sections name (Dovecot: passwd-file, sql). */
export const passwordStores = fact('passwords of Dovecot', (host): readonly PasswordStore[] => {
  const found = host.get(dovecot)
  return found === undefined ? [] : passdbsOf(found).flatMap((passdb) => storeOf(host, passdb))
})

type Passdb = ReadonlyMap<string, { readonly value: string; readonly at: Place }>

/** Sections have no names of their own: one ends where a key comes a second time. */
function passdbsOf(found: Dovecot): readonly Passdb[] {
  const all: Map<string, { readonly value: string; readonly at: Place }>[] = []
  for (const { sections, key, value, at } of found.settings) {
    if (sections.at(-1) !== 'passdb') continue
    const last = all.at(-1)
    if (last === undefined || last.has(key)) all.push(new Map([[key, { value, at }]]))
    else last.set(key, { value, at })
  }
  return all
}

function storeOf(host: Host, passdb: Passdb): readonly PasswordStore[] {
  const [driver, args] = [passdb.get('driver'), passdb.get('args')]
  const words = args?.value.split(/\s+/) ?? []
  const path = words.findLast((word) => word.startsWith('/'))
  if (driver === undefined || path === undefined) return []
  if (driver.value === 'passwd-file') {
    const named = words.find((word) => word.startsWith('scheme='))?.slice('scheme='.length)
    const schemes = schemesOfFile(host, path, (named ?? 'CRYPT').toUpperCase())
    return [{ name: `passwd-file ${path}`, driver: 'passwd-file', path, schemes, at: driver.at }]
  }
  if (driver.value !== 'sql') return []
  const file = readIfThere(host.root, path)
  const line = (file === undefined ? [] : linesOf(file)).findLast(({ text }) => SCHEME_LINE.test(text))
  const schemes = new Map<string, Place>()
  if (line !== undefined) schemes.set(SCHEME_LINE.exec(line.text)![1]!.toUpperCase(), placeIn(file!, line.number))
  return [{ name: `sql ${path}`, driver: 'sql', path, schemes, at: driver.at }]
}

const SCHEME_LINE = /^\s*default_pass_scheme\s*=\s*([\w.-]+)/

/** `name:{SCHEME}…`, `name:$6$…`, and what counts where neither stands there; crypt(3) without a method is that of DES. */
function schemesOfFile(host: Host, path: string, usual: string): ReadonlyMap<string, Place> {
  const file = readIfThere(host.root, path)
  const schemes = new Map<string, Place>()
  for (const { text, number } of (file === undefined ? [] : linesOf(file)).slice(0, MOST_PASSWORDS)) {
    const [, scheme, method] = /^[^:]*:(?:\{([\w.-]+)\}|\$(\w+)\$)?/.exec(text) ?? []
    const crypt = method === undefined ? 'DES-CRYPT' : (METHODS[method] ?? 'CRYPT')
    const name = scheme?.toUpperCase() ?? (usual === 'CRYPT' || method !== undefined ? crypt : usual)
    if (!schemes.has(name)) schemes.set(name, placeIn(file!, number))
  }
  return schemes
}

/** Folders that hold mail of users who are none of the system: the part of each path before it names one. */
export const mailFolders = fact('folders of mail', (host): readonly { readonly path: string; readonly at: Place }[] => {
  const found = host.get(dovecot)
  if (found === undefined) return []
  const userdbs = found.settings
    .filter(({ sections, key }) => sections.at(-1) === 'userdb' && /^(args|default_fields|override_fields)$/.test(key))
    .flatMap(({ value, at }) => {
      const home = /(?:^|\s)home=(\/\S+)/.exec(value)?.[1]
      return home === undefined ? [] : [{ value: home, at }]
    })
  const own = ['mail_home', 'mail_location'].flatMap((key) => {
    const { value, at } = dovecotSetting(found, key)
    const path = /^(?:(?:maildir|[sm]dbox):)?(\/[^:]*)/.exec(value)?.[1]
    return path === undefined || at === undefined ? [] : [{ value: path, at }]
  })
  const folders = [...userdbs, ...own].map(({ value, at }) => ({ path: value.replace(/\/[^/]*%.*$/, ''), at }))
  return [...new Map(folders.filter(({ path }) => path.length > 1).map((each) => [each.path, each])).values()]
})
