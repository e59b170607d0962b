import { type Place, placeIn } from '../judging/judgement.ts'
import type { Root } from '../root/root.ts'
import { fact } from './fact.ts'
import { exists, glob } from './paths.ts'
import { readIfThere } from './read-lines.ts'

/** A rule that sends what it selects to another host. */
export interface Forward {
  readonly target: string
  readonly protocol: 'tcp' | 'udp' | 'relp'
  /** `*.*`, `auth,authpriv.*`; undefined for an action that stands alone, and takes all. */
  readonly selector: string | undefined
  readonly driver: string | undefined
  readonly driverMode: string | undefined
  readonly authenticationMode: string | undefined
  readonly permittedPeer: string | undefined
  readonly hasDiskQueue: boolean
  readonly retriesForEver: boolean
  readonly at: Place
}

export interface Rsyslog {
  readonly forwards: readonly Forward[]
  /** Files that imfile reads. */
  readonly inputFiles: readonly string[]
  /** Modules that are loaded. */
  readonly modules: readonly string[]
}

interface Legacy {
  driver?: string
  mode?: string
  authentication?: string
  peer?: string
  queueFile?: string
  queueType?: string
  retries?: string
  defaultDriver?: string
}

interface Statement {
  readonly text: string
  readonly at: Place
}

const MOST_FILES = 64

/** rsyslogd's rules, both of the old form and of RainerScript, with what they include; undefined where it is not configured. */
export const rsyslog = fact('rsyslog', ({ root }): Rsyslog | undefined => {
  if (!exists(root, '/etc/rsyslog.conf')) return undefined
  const forwards: Forward[] = []
  const inputFiles: string[] = []
  const modules: string[] = []
  const legacy: Legacy = {}
  for (const statement of statementsOf(root, '/etc/rsyslog.conf', [])) {
    readLegacy(statement.text, legacy)
    const module = /^(?:module\s*\(.*?\bload\s*=\s*"([^"]+)"|\$ModLoad\s+(\S+))/i.exec(statement.text)
    if (module !== null) modules.push((module[1] ?? module[2])!)
    const file =
      /\binput\s*\([^)]*type\s*=\s*"imfile"[^)]*\bfile\s*=\s*"([^"]+)"/i.exec(statement.text)?.[1] ??
      /^\$InputFileName\s+(\S+)/i.exec(statement.text)?.[1]
    if (file !== undefined) inputFiles.push(file)
    const forward = forwardOf(statement, legacy)
    if (forward !== undefined) forwards.push(forward)
  }
  return { forwards, inputFiles, modules }
})

function statementsOf(root: Root, path: string, above: readonly string[]): readonly Statement[] {
  const file = above.includes(path) || above.length >= MOST_FILES ? undefined : readIfThere(root, path)
  if (file === undefined) return []
  const statements: Statement[] = []
  let open: { text: string; line: number } | undefined
  for (const [index, raw] of file.text.split('\n').entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim()
    if (line === '') continue
    open = open === undefined ? { text: line, line: index + 1 } : { text: `${open.text} ${line}`, line: open.line }
    const isOpen = count(open.text, '(') > count(open.text, ')') || line.endsWith('\\')
    if (isOpen && open.text.length < 20_000) continue
    const include =
      /^\$IncludeConfig\s+(\S+)/i.exec(open.text)?.[1] ?? /^include\s*\([^)]*file\s*=\s*"([^"]+)"/i.exec(open.text)?.[1]
    if (include === undefined) statements.push({ text: open.text, at: placeIn(file, open.line) })
    else for (const each of glob(root, include)) statements.push(...statementsOf(root, each, [...above, path]))
    open = undefined
  }
  return statements
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1
}

/** Directives of the old form hold for the action that follows. */
function readLegacy(text: string, legacy: Legacy): void {
  const [, name, value] = /^\$(\w+)\s+(.*)$/.exec(text) ?? []
  if (name === undefined) {
    const global = /^global\s*\(.*?defaultNetstreamDriver\s*=\s*"([^"]+)"/i.exec(text)?.[1]
    if (global !== undefined) legacy.defaultDriver = global
    return
  }
  const key = name.toLowerCase()
  const fields: Readonly<Record<string, keyof Legacy>> = {
    defaultnetstreamdriver: 'defaultDriver',
    actionsendstreamdriver: 'driver',
    actionsendstreamdrivermode: 'mode',
    actionsendstreamdriverauthmode: 'authentication',
    actionsendstreamdriverpermittedpeer: 'peer',
    actionqueuetype: 'queueType',
    actionqueuefilename: 'queueFile',
    actionresumeretrycount: 'retries',
  }
  const field = fields[key]
  if (field !== undefined) legacy[field] = value!.trim()
}

function forwardOf({ text, at }: Statement, legacy: Legacy): Forward | undefined {
  const action = /^(?:(\S*\.\S+)\s+)?(?:if\s.*\bthen\s+)?\{?\s*action\s*\((.*)\)/is.exec(text)
  if (action !== null)
    return forwardOfAction(action[1] ?? (/^if\s/i.test(text) ? 'if' : undefined), action[2]!, legacy, at)
  const [, selector, marks, target] = /^(\S+)\s+(@@?)(?:\([^)]*\))?(\S+)/.exec(text) ?? []
  if (selector === undefined) return undefined
  return {
    target: target!.replace(/;.*$/, ''),
    protocol: marks === '@@' ? 'tcp' : 'udp',
    selector,
    driver: legacy.driver ?? legacy.defaultDriver,
    driverMode: legacy.mode,
    authenticationMode: legacy.authentication,
    permittedPeer: legacy.peer,
    hasDiskQueue: legacy.queueFile !== undefined && legacy.queueType !== undefined,
    retriesForEver: legacy.retries === '-1',
    at,
  }
}

function forwardOfAction(
  selector: string | undefined,
  parameters: string,
  legacy: Legacy,
  at: Place,
): Forward | undefined {
  const values = new Map(
    [...parameters.matchAll(/([\w.]+)\s*=\s*(?:"([^"]*)"|\[([^\]]*)\])/g)].map(
      (match) => [match[1]!.toLowerCase(), (match[2] ?? match[3])!] as const,
    ),
  )
  const type = values.get('type')
  if (type !== 'omfwd' && type !== 'omrelp') return undefined
  const isRelp = type === 'omrelp'
  return {
    target: `${values.get('target') ?? ''}${values.has('port') ? `:${values.get('port')}` : ''}`,
    protocol: isRelp ? 'relp' : values.get('protocol')?.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
    selector,
    driver: isRelp
      ? values.get('tls') === 'on'
        ? 'gtls'
        : undefined
      : (values.get('streamdriver') ?? values.get('streamdriver.name') ?? legacy.defaultDriver),
    driverMode: isRelp
      ? values.get('tls') === 'on'
        ? '1'
        : '0'
      : (values.get('streamdrivermode') ?? values.get('streamdriver.mode')),
    authenticationMode: isRelp
      ? values.get('tls.authmode') && `x509/${values.get('tls.authmode')}`
      : values.get('streamdriverauthmode'),
    permittedPeer: values.get('streamdriverpermittedpeers') ?? values.get('tls.permittedpeer'),
    hasDiskQueue: values.has('queue.filename') && values.has('queue.type'),
    retriesForEver: values.get('action.resumeretrycount') === '-1',
    at,
  }
}

/** Whether a selector takes messages of that facility at priority notice (rsyslog.conf(5)): later parts correct earlier ones. */
export function takes(selector: string | undefined, facility: string): boolean {
  if (selector === undefined) return true
  let isTaken = false
  for (const part of selector.split(';')) {
    const cut = part.lastIndexOf('.')
    const facilities = part.slice(0, cut).split(',')
    if (!facilities.includes('*') && !facilities.includes(facility)) continue
    isTaken = ['*', 'debug', 'info', 'notice', '=notice'].includes(part.slice(cut + 1).toLowerCase())
  }
  return isTaken
}
