/** A value of a configuration in UCL: numbers, times and booleans stay words. */
export type UclValue = string | readonly UclValue[] | UclObject
export type UclObject = ReadonlyMap<string, UclValue>

type Open = Map<string, UclValue>
interface Reader {
  readonly tokens: readonly string[]
  at: number
}

const MOST_DEPTH = 20
/** White space, comments, marks, quoted strings, words; a line's end separates. */
const TOKEN =
  /[ \t\r]+|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[\n;,{}[\]=]|:(?=\s)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|'[^'\n]*'?|[^\s;,{}[\]="']+|./g

/**
 * The objects of a text in UCL, as rspamd has it; includes are left out, for who reads knows which files there are. What does
 * not belong there is passed over: any text leads to a result.
 */
export function readUcl(text: string): UclObject {
  const tokens = (text.match(TOKEN) ?? []).filter((token) => !/^(?:[ \t\r]+|#|\/\*)/.test(token))
  return readObject({ tokens, at: 0 }, 0)
}

/** The value as one word; undefined where it is an object or a list. */
export function wordOf(value: UclValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value as an object; an empty one where it is none. */
export function objectOf(value: UclValue | undefined): UclObject {
  return value instanceof Map ? (value as UclObject) : new Map()
}

/** What another file adds: its values stand in place of those of the same name, objects are merged. */
export function merged(one: UclObject, other: UclObject): UclObject {
  const both = new Map(one)
  for (const [key, value] of other) {
    const before = both.get(key)
    both.set(key, before instanceof Map && value instanceof Map ? merged(before, value) : value)
  }
  return both
}

function readObject(reader: Reader, depth: number): UclObject {
  const object: Open = new Map()
  while (reader.at < reader.tokens.length) {
    const token = reader.tokens[reader.at++]!
    if (token === '}') return object
    if ('\n;,{[]=:'.includes(token)) continue
    if (token.startsWith('.')) skipLine(reader)
    else readMember(reader, object, unquoted(token.replace(/:$/, '')), depth)
  }
  return object
}

/** `key = value`, `key { … }`, `section "name" { … }`. */
function readMember(reader: Reader, object: Open, key: string, depth: number): void {
  const names: string[] = [key]
  while (reader.at < reader.tokens.length) {
    const token = reader.tokens[reader.at]!
    if (token === '{') {
      reader.at++
      const inner = depth < MOST_DEPTH ? readObject(reader, depth + 1) : new Map<string, UclValue>()
      put(object, names, inner)
      return
    }
    if (token === '=' || token === ':') {
      reader.at++
      object.set(key, readValue(reader, depth))
      return
    }
    if (token === '[') {
      object.set(key, readValue(reader, depth))
      return
    }
    if ('\n;,}]'.includes(token)) {
      if (names.length > 1) object.set(key, names.slice(1).join(' '))
      return
    }
    names.push(unquoted(token))
    reader.at++
  }
}

function put(object: Open, names: readonly string[], inner: UclObject): void {
  const nested = names.slice(1).reduceRight<UclObject>((value, name) => new Map([[name, value]]), inner)
  const before = object.get(names[0]!)
  object.set(names[0]!, before instanceof Map ? merged(before, nested) : nested)
}

function readValue(reader: Reader, depth: number): UclValue {
  const words: string[] = []
  while (reader.at < reader.tokens.length) {
    const token = reader.tokens[reader.at]!
    if (words.length === 0 && token === '{') {
      reader.at++
      return depth < MOST_DEPTH ? readObject(reader, depth + 1) : new Map()
    }
    if (words.length === 0 && token === '[') {
      reader.at++
      return depth < MOST_DEPTH ? readList(reader, depth + 1) : []
    }
    if ('\n;,}]'.includes(token)) break
    words.push(unquoted(token))
    reader.at++
  }
  return words.join(' ')
}

function readList(reader: Reader, depth: number): readonly UclValue[] {
  const list: UclValue[] = []
  while (reader.at < reader.tokens.length) {
    const token = reader.tokens[reader.at]!
    if (token === ']') {
      reader.at++
      return list
    }
    if ('\n;,}=:'.includes(token)) reader.at++
    else list.push(readValue(reader, depth))
  }
  return list
}

function skipLine(reader: Reader): void {
  while (reader.at < reader.tokens.length && reader.tokens[reader.at] !== '\n') reader.at++
}

function unquoted(token: string): string {
  return /^["']/.test(token) ? token.slice(1, token.length > 1 && token.endsWith(token[0]!) ? -1 : undefined) : token
}
