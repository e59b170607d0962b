import { type Place, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import { glob } from './paths.ts'
import { readIfThere, withoutBlockComments } from './read-lines.ts'

export interface AptValue {
  readonly value: string
  readonly at: Place
}

/**
 * Settings of apt.conf(5), by their whole name (`APT::Periodic::Unattended-Upgrade`), values in order: parts of
 * apt.conf.d by name, then apt.conf. `#clear NAME;` takes back what stood before.
 */
export const apt = fact('apt', ({ root }): ReadonlyMap<string, readonly AptValue[]> => {
  const settings = new Map<string, AptValue[]>()
  const parts = glob(root, '/etc/apt/apt.conf.d/*').filter(
    (path) => /\/[\w.-]+$/.test(path) && !/\.(bak|dpkg-\w+|save|orig|disabled)$/.test(path),
  )
  for (const path of [...parts, '/etc/apt/apt.conf']) {
    const file = readIfThere(root, path)
    if (file === undefined) continue
    const scopes: string[] = []
    for (const { token, line } of tokensOf(file.text)) readToken(token, placeIn(file, line), scopes, settings)
  }
  return settings
})

/** Blocks in blocks beyond this have no names: no file of apt needs more than three. */
const DEEPEST = 50

interface Token {
  readonly token: string
  readonly line: number
}

/** Statements end with `;`, blocks begin with `{` and end with `}` or `};`. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  const plain = withoutBlockComments(text, '/*', '*/')
  for (const [index, raw] of plain.split('\n').entries()) {
    const line = raw.replace(/^\s*(?:\/\/|#(?!clear)).*$/, '').replace(/\s\/\/.*$/, '')
    for (const match of line.matchAll(/"[^"]*"|[{};]|[^\s{};"]+/g)) tokens.push({ token: match[0], line: index + 1 })
  }
  return statementsOf(tokens)
}

function statementsOf(words: readonly Token[]): readonly Token[] {
  const statements: Token[] = []
  let waiting: string[] = []
  for (const { token, line } of words) {
    if (token !== '{' && token !== '}' && token !== ';') {
      waiting.push(token)
      continue
    }
    if (waiting.length > 0 || token !== ';') statements.push({ token: `${waiting.join(' ')}${token}`, line })
    waiting = []
  }
  return statements
}

function readToken(token: string, at: Place, scopes: string[], settings: Map<string, AptValue[]>): void {
  const end = token.at(-1)
  const [first = '', ...rest] = token
    .slice(0, -1)
    .trim()
    .split(/\s+(?=")|\s+/)
  if (end === '{') {
    scopes.push(scopes.length < DEEPEST ? first.replace(/::$/, '') : '')
    return
  }
  if (first === '#clear') {
    for (const name of settings.keys()) if (name === rest[0] || name.startsWith(`${rest[0]}::`)) settings.set(name, [])
    return
  }
  if (first !== '') {
    const isBare = first.startsWith('"')
    const name = [...scopes.slice(0, DEEPEST), ...(isBare ? [] : [first.replace(/::$/, '')])].join('::')
    const value = (isBare ? token.slice(0, -1) : rest.join(' ')).replaceAll('"', '').trim()
    const known = settings.get(name)
    if (known === undefined) settings.set(name, [{ value, at }])
    else known.push({ value, at })
  }
  if (end === '}') scopes.pop()
}
