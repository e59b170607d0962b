import type { Place } from '../judging/judgement.ts'
import { placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { readIfThere } from './read-lines.ts'

export interface PostfixParameter {
  readonly value: string
  readonly at: Place
}

/** A service of master.cf with the parameters that its `-o` options override. */
export interface PostfixService {
  readonly name: string
  readonly type: string
  readonly command: string
  readonly overrides: ReadonlyMap<string, string>
  readonly at: Place
}

export interface Postfix {
  /** What main.cf sets; the last line of a name counts (postconf(5)). */
  readonly parameters: ReadonlyMap<string, PostfixParameter>
  readonly services: readonly PostfixService[]
}

/** Postfix's configuration, undefined where there is none. */
export const postfix = fact('postfix', (host): Postfix | undefined => {
  const parameters = readParameters(host)
  return parameters === undefined ? undefined : { parameters, services: readServices(host) }
})

function readParameters(host: Host): ReadonlyMap<string, PostfixParameter> | undefined {
  const file = readIfThere(host.root, '/etc/postfix/main.cf')
  if (file === undefined) return undefined
  const parameters = new Map<string, PostfixParameter>()
  for (const { text, line } of logicalLines(file.text)) {
    const match = /^([\w]+)\s*=\s*(.*)$/.exec(text)
    if (match !== null) parameters.set(match[1]!, { value: match[2]!.trim(), at: placeIn(file, line) })
  }
  return parameters
}

function readServices(host: Host): readonly PostfixService[] {
  const file = readIfThere(host.root, '/etc/postfix/master.cf')
  if (file === undefined) return []
  return logicalLines(file.text).flatMap(({ text, line }) => {
    const [name, type, , , , , , ...command] = text.split(/\s+/)
    if (command.length === 0) return []
    const overrides = [...text.matchAll(/\s-o\s+([\w]+)=(\S*)/g)].map((match) => [match[1]!, match[2]!] as const)
    return [{ name: name!, type: type!, command: command[0]!, overrides: new Map(overrides), at: placeIn(file, line) }]
  })
}

/** A line that begins with white space goes on with the one before; comments and empty lines between do not end it. */
function logicalLines(text: string): readonly { readonly text: string; readonly line: number }[] {
  const lines: { text: string; line: number }[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.trim() === '' || raw.trimStart().startsWith('#')) continue
    const last = lines.at(-1)
    if (/^\s/.test(raw) && last !== undefined) last.text += ` ${raw.trim()}`
    else lines.push({ text: raw.trim(), line: index + 1 })
  }
  return lines
}
