import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { exists } from './paths.ts'
import { linesOf, readIfThere } from './read-lines.ts'

export interface MongodSetting {
  readonly value: string
  readonly at: Place
}

export interface Mongod {
  /** By path: `net.bindIp`. */
  readonly settings: ReadonlyMap<string, MongodSetting>
  /** A mapping in braces, which is not read: what it sets is not known. */
  readonly unread: Place | undefined
}

const PATHS = ['/etc/mongod.conf', '/etc/mongodb.conf']
/** What the files of before MongoDB 2.6 call it, which are still read: `bind_ip = 127.0.0.1`. */
const OLD_NAMES: ReadonlyMap<string, string> = new Map([
  ['bind_ip', 'net.bindIp'],
  ['bind_ip_all', 'net.bindIpAll'],
  ['sslMode', 'net.tls.mode'],
  ['tlsMode', 'net.tls.mode'],
])
const MOST_DEPTH = 16

/** MongoDB's configuration, a YAML file of nested mappings; undefined where there is none. `net.ssl` is the older name of `net.tls`. */
export const mongod = fact('mongod', ({ root }): Mongod | undefined => {
  const path = PATHS.find((each) => exists(root, each))
  const file = path === undefined ? undefined : readIfThere(root, path)
  if (file === undefined) return undefined
  const settings = new Map<string, MongodSetting>()
  const open: { readonly indent: number; readonly name: string }[] = []
  let unread: Place | undefined
  for (const { text, number } of linesOf(file)) {
    const [, blanks, key, sign, raw = ''] = /^( *)["']?(\w+)["']?\s*([:=])(?:\s+(.*)|\s*)$/.exec(text) ?? []
    if (key === undefined) continue
    const value = raw
      .replace(/\s#.*$/, '')
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
    const at = placeIn(file, number)
    if (sign === '=') {
      settings.set(OLD_NAMES.get(key) ?? key, { value, at })
      continue
    }
    while (open.length > 0 && open.at(-1)!.indent >= blanks!.length) open.pop()
    if (/^[{&*]/.test(value)) unread ??= at
    else if (value !== '') settings.set(pathOf([...open.map(({ name }) => name), key]), { value, at })
    else if (open.length < MOST_DEPTH) open.push({ indent: blanks!.length, name: key })
  }
  return { settings, unread }
})

function pathOf(names: readonly string[]): string {
  return names.join('.').replace(/^net\.ssl\./, 'net.tls.')
}
