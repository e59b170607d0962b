import type { Evidence, Place } from '../judging/judgement.ts'
import { cite, placeIn } from '../judging/judgement.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { POSTFIX_DEFAULTS } from './postfix-defaults.ts'
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
  /** The whole entry, its lines joined. */
  readonly text: string
  readonly overrides: ReadonlyMap<string, string>
  readonly at: Place
  /** Whether it runs in the queue's folder, so that paths of sockets count from there (master(5)). */
  readonly isChrooted: boolean
}

export interface Postfix {
  /** What main.cf sets; the last line of a name counts (postconf(5)). */
  readonly parameters: ReadonlyMap<string, PostfixParameter>
  readonly services: readonly PostfixService[]
  /** What myhostname is where main.cf does not say. */
  readonly hostName: string
}

/** A parameter as a service has it: expanded, with the place that sets it; no place where it is Postfix's own default. */
export interface EffectiveParameter {
  readonly value: string
  readonly at: Place | undefined
}

const MOST_DEPTH = 12
/** A value that names many that name many would never end. */
const MOST_EXPANSIONS = 1000
const LONGEST_VALUE = 16_384

/** Postfix's configuration, undefined where there is none. */
export const postfix = fact('postfix', (host): Postfix | undefined => {
  const parameters = readParameters(host)
  if (parameters === undefined) return undefined
  const hostName = readIfThere(host.root, '/etc/hostname')?.text.trim() ?? 'localhost'
  return {
    parameters,
    services: readServices(host),
    hostName: hostName.includes('.') ? hostName : `${hostName}.localdomain`,
  }
})

/** Services that take mail by SMTP: those of the network, and those that postscreen(8) passes clients on to. */
export function smtpServers(found: Postfix): readonly PostfixService[] {
  return found.services.filter(({ command, type }) => command === 'smtpd' && (type === 'inet' || type === 'pass'))
}

/** What a parameter is for a service, or for all that override nothing: `-o`, else main.cf, else Postfix's default. */
export function parameterOf(found: Postfix, name: string, service?: PostfixService): EffectiveParameter {
  const raw = rawValue(found, name, service) ?? ''
  const at = service?.overrides.has(name) ? service.at : found.parameters.get(name)?.at
  return { value: expanded({ found, service, left: MOST_EXPANSIONS }, raw, MOST_DEPTH).trim(), at }
}

/** Evidence for a parameter: its line, or that it is not set. */
export function citeParameter(name: string, { value, at }: EffectiveParameter): Evidence {
  if (at !== undefined) return cite(at)
  const excerpt = `${name} is not set: ${value === '' ? 'empty' : value}`
  return { source: 'file', path: '/etc/postfix/main.cf', excerpt }
}

/** Items of a list of Postfix: split at white space and commas, what stands in braces kept whole. */
export function listOf(value: string): readonly string[] {
  const items = value.match(/\{[^{}]*\}|[^\s,{}]+/g) ?? []
  return items.map((item) => item.replace(/^\{\s*|\s*\}$/g, ''))
}

function rawValue(found: Postfix, name: string, service: PostfixService | undefined): string | undefined {
  const set = service?.overrides.get(name) ?? found.parameters.get(name)?.value
  if (set !== undefined) return set
  if (name === 'myhostname') return found.hostName
  if (name === 'mydomain') return rawValue(found, 'myhostname', service)?.replace(/^[^.]*\.(?=.)/, '')
  return POSTFIX_DEFAULTS[name]
}

interface Expansion {
  readonly found: Postfix
  readonly service: PostfixService | undefined
  /** Expansions that may still be made. */
  left: number
}

/** `$name`, `${name}`, `$(name)`, and `${name?text}`, `${name:text}` for what is set or not (postconf(5)). */
function expanded(expansion: Expansion, value: string, depth: number): string {
  if (depth === 0 || !value.includes('$')) return value.slice(0, LONGEST_VALUE)
  const look = (name: string): string | undefined => {
    const raw = expansion.left-- > 0 ? rawValue(expansion.found, name, expansion.service) : undefined
    return raw === undefined ? undefined : expanded(expansion, raw, depth - 1)
  }
  const stands = (whole: string, ...[plain, round, braced, when, text]: (string | undefined)[]): string => {
    const name = plain ?? round ?? braced
    if (name === undefined) return whole
    const known = look(name)
    if (when === undefined) return known ?? whole
    const isSet = known !== undefined && known !== ''
    return isSet === (when === '?') ? expanded(expansion, text ?? '', depth - 1) : (known ?? '')
  }
  const names = /\$(?:\$|(\w+)|\((\w+)\)|\{(\w+)(?:([?:])([^{}]*))?\})/g
  return value.slice(0, LONGEST_VALUE).replace(names, stands).slice(0, LONGEST_VALUE)
}

function readParameters(host: Host): ReadonlyMap<string, PostfixParameter> | undefined {
  const file = readIfThere(host.root, '/etc/postfix/main.cf')
  if (file === undefined) return undefined
  const parameters = new Map<string, PostfixParameter>()
  for (const { text, line } of logicalLines(file.text)) {
    const match = /^([\w-]+)\s*=\s*(.*)$/.exec(text)
    if (match !== null) parameters.set(match[1]!, { value: match[2]!.trim(), at: placeIn(file, line) })
  }
  return parameters
}

function readServices(host: Host): readonly PostfixService[] {
  const file = readIfThere(host.root, '/etc/postfix/master.cf')
  if (file === undefined) return []
  return logicalLines(file.text).flatMap(({ text, line }) => {
    const [name, type, , , chroot, , , command] = text.split(/\s+/, 8)
    if (command === undefined) return []
    const isChrooted = chroot === 'y'
    return [
      { name: name!, type: type!, command, text, overrides: overridesIn(text), at: placeIn(file, line), isChrooted },
    ]
  })
}

const OVERRIDE = /\s-o\s*(?:(\w+)=(\S*)|\{\s*(\w+)\s*=\s*([^{}]*)\})/g

/** `-o name=value` and `-o { name = value with spaces }`; the last of a name counts. */
function overridesIn(text: string): ReadonlyMap<string, string> {
  const overrides = new Map<string, string>()
  for (const [, name, value, braced, spaced] of text.matchAll(OVERRIDE)) {
    overrides.set((name ?? braced)!, (value ?? spaced)!.trim())
  }
  return overrides
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
