import { readAddress, readListen, readPrefix } from '../../server/address.ts'
import { readName } from '../../server/configuration/names.ts'

/** What `dnsctl init` needs to know to write a configuration and a first zone. */
export interface Setup {
  /** Name of the zone, without the trailing dot. */
  readonly zone: string
  /** `address@port` each. */
  readonly listen: readonly string[]
  readonly state: string
  readonly user: string | undefined
  /** Name servers, the first one primary. A name in the zone needs addresses; others have their own elsewhere. */
  readonly nameServers: readonly Host[]
  /** Addresses of the zone's own name and of www; empty: neither is written. */
  readonly addresses: readonly string[]
  /** Mailbox of whoever answers for the zone. */
  readonly mail: string
  /** Client prefixes of the view `internal`. */
  readonly insiders: readonly string[]
  /** Hosts that insiders alone see. */
  readonly hosts: readonly Host[]
}

/** A host of the zone, or a name server. */
export interface Host {
  /** Relative to the zone, or absolute with a trailing dot. */
  readonly name: string
  readonly addresses: readonly string[]
}

/** RFC 1918 and RFC 4193. */
export const PRIVATE_NETWORKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fd00::/8'] as const

/** Each says what is wrong with an answer, undefined where nothing is. */
export const objections = {
  zone: (text: string) => (text === '' ? 'a zone needs a name' : (nameObjection(text) ?? hostNameObjection(text))),
  listen: eachOf((text) => reason(readListen(text)), 'at least one address, such as 127.0.0.1@5300'),
  addresses: eachOf((text) => reason(readAddress(text)), undefined),
  insiders: eachOf((text) => {
    const reading = readPrefix(text)
    return reading.outcome === 'read' ? reading.remark : reading.reason
  }, 'at least one prefix, such as 10.0.0.0/8'),
  hosts: eachOf((text) => {
    const host = readHost(text)
    return typeof host === 'string' ? host : host.addresses.length === 0 ? `"${text}" lacks "=ADDRESS"` : undefined
  }, undefined),
  nameServers: eachOf((text) => {
    const host = readHost(text)
    return typeof host === 'string' ? host : undefined
  }, 'at least one name server, such as ns1=192.0.2.53'),
  mail: (text: string) =>
    /^[^\s@;"()\\]+@[^\s@;"()\\]+$/.test(text) ? undefined : `"${text}" is no mailbox: write user@domain`,
} as const

/** `a, b c` -> `['a', 'b', 'c']`. */
export function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '')
}

/** Reads `name=address` or `name=address/address…`, or a bare name; a text says what is wrong. */
function readHost(text: string): Host | string {
  const [name = '', addresses, ...rest] = text.split('=')
  if (rest.length > 0 || name === '' || addresses === '') return `"${text}" is not NAME=ADDRESS`
  const problem = nameObjection(name)
  if (problem !== undefined) return problem
  if (/[;()"$\s]/.test(name)) return `"${name}" has characters that a host name cannot have`
  const list = addresses?.split('/') ?? []
  const wrong = list.map((address) => reason(readAddress(address))).find((each) => each !== undefined)
  return wrong ?? { name, addresses: list }
}

/** Name and addresses of several hosts; what was objected to before cannot come here. */
export function hostsOf(texts: readonly string[]): Host[] {
  return texts.map((text) => {
    const host = readHost(text)
    if (typeof host === 'string') throw new Error(host)
    return host
  })
}

/** A name server inside the zone is found by its address alone, so the zone must have it. */
export function glueObjection(zone: string, nameServers: readonly Host[]): string | undefined {
  const missing = nameServers.find((host) => isInside(zone, host.name) && host.addresses.length === 0)
  return missing && `${missing.name} is in the zone, so it needs an address: ${missing.name}=ADDRESS`
}

function isInside(zone: string, name: string): boolean {
  if (!name.endsWith('.')) return true
  const [absolute, apex] = [name.toLowerCase(), `${zone.toLowerCase()}.`]
  return absolute === apex || absolute.endsWith(`.${apex}`)
}

function eachOf(objection: (text: string) => string | undefined, whenEmpty: string | undefined) {
  return (text: string): string | undefined => {
    const words = listOf(text)
    if (words.length === 0) return whenEmpty
    return words.map(objection).find((each) => each !== undefined)
  }
}

function nameObjection(text: string): string | undefined {
  const reading = readName(text)
  return reading.outcome === 'read' ? undefined : reading.reason
}

/** A first zone is a domain; other octets than these would be allowed, but are a slip here, and file names too. */
function hostNameObjection(text: string): string | undefined {
  return /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?$/.test(text) ? undefined : `"${text}" is no domain name`
}

function reason(reading: { outcome: 'read' } | { outcome: 'unreadable'; reason: string }): string | undefined {
  return reading.outcome === 'read' ? undefined : reading.reason
}
