import { isIP } from 'node:net'
import { prefixHolds } from './prefixes.ts'
import { expandedDomain } from './spf-macros.ts'
import type { ZoneRecord } from './veil-zones.ts'

/** What a policy of senders (RFC 7208) says, as far as the operator's own zones tell. */
export interface SpfReading {
  readonly outcome: 'none' | 'several' | 'malformed' | 'read'
  /** Terms that cost a lookup, over all policies that it leads to (§4.6.4). */
  readonly lookups: number
  /** Names that it asks for and that own zones do not have. */
  readonly voids: number
  /** Names outside own zones whose policies nobody can read here. */
  readonly beyond: readonly string[]
  /** Who may send depends on each message, by macros: nobody can tell here whom it lets. */
  readonly varies: boolean
  /** It asks for names of senders' addresses (ptr), which RFC 7208 §5.5 advises against. */
  readonly usesPtr: boolean
  /** What becomes of everybody else: `-`, `~`, `?`, `+`; undefined where it does not say, which is `?`. */
  readonly rest: string | undefined
  /** Addresses and prefixes that it lets send. */
  readonly allowed: readonly string[]
  readonly records: readonly ZoneRecord[]
}

const MOST_LOOKUPS = 10
const MOST_VOIDS = 2
/** Exchangers that one `mx` may lead to (§4.6.4). */
const MOST_EXCHANGERS = 10
/** Policies that are followed; a chain that is longer is broken by its lookups anyhow. */
const MOST_POLICIES = 24

/** Records of one view, with the zones that it is the truth about. */
export interface ZoneKnowledge {
  readonly records: readonly ZoneRecord[]
  /** Names of zones, lower case, with a dot at the end. */
  readonly zones: readonly string[]
}

interface Walk {
  readonly known: ZoneKnowledge
  readonly seen: Set<string>
  lookups: number
  voids: number
  readonly beyond: string[]
  readonly allowed: string[]
  isBroken: boolean
  varies: boolean
  usesPtr: boolean
}

/** Reads the policy of a name. */
export function readSpf(known: ZoneKnowledge, name: string): SpfReading {
  const records = policiesOf(known, name)
  const walk: Walk = {
    known,
    seen: new Set(),
    lookups: 0,
    voids: 0,
    beyond: [],
    allowed: [],
    isBroken: false,
    varies: false,
    usesPtr: false,
  }
  const rest = records.length === 1 ? follow(walk, name) : undefined
  const outcome = records.length === 0 ? 'none' : records.length > 1 ? 'several' : walk.isBroken ? 'malformed' : 'read'
  const { lookups, voids, beyond, allowed, varies, usesPtr } = walk
  return { outcome, lookups, voids, beyond, varies, usesPtr, rest, allowed, records }
}

/** Whether receivers give up on it (permerror). */
export function isBeyondLimits({ lookups, voids }: SpfReading): boolean {
  return lookups > MOST_LOOKUPS || voids > MOST_VOIDS
}

/** Whether it lets an address send. */
export function allows({ allowed }: SpfReading, address: string): boolean {
  return allowed.some((prefix) => prefixHolds(prefix, address))
}

/** The strings of a TXT record joined, as receivers join them (§3.3). */
export function txtOf({ rdata }: ZoneRecord): string {
  const strings = rdata.match(/"(?:[^"\\]|\\.)*"|\S+/gs) ?? []
  return strings
    .map((text) => (text.startsWith('"') ? text.slice(1, -1) : text))
    .join('')
    .replace(/\\(\d{3}|.)/gs, (_, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
    )
}

function policiesOf({ records }: ZoneKnowledge, name: string): readonly ZoneRecord[] {
  return records.filter(
    (record) => record.owner === name && record.type === 'TXT' && /^v=spf1(?: |$)/i.test(txtOf(record)),
  )
}

/** Goes through the terms of a name's policy; returns what becomes of everybody else. */
function follow(walk: Walk, name: string): string | undefined {
  if (walk.seen.has(name) || walk.seen.size >= MOST_POLICIES) return undefined
  walk.seen.add(name)
  const [record, ...more] = policiesOf(walk.known, name)
  if (record === undefined || more.length > 0) {
    walk.isBroken = true
    return undefined
  }
  let redirect: string | undefined
  for (const term of txtOf(record).split(/ +/).slice(1).filter(Boolean)) {
    const [, qualifier, word, mark, argument] = /^([-+~?]?)([a-z][a-z0-9_.-]*)([:=/]?)(.*)$/i.exec(term) ?? []
    if (word === undefined) {
      walk.isBroken = true
      continue
    }
    const mechanism = word.toLowerCase()
    if (mechanism === 'all') return qualifier === '' ? '+' : qualifier
    if (mark === '=') {
      if (mechanism === 'redirect') redirect = argument
      continue
    }
    take(walk, {
      name,
      mechanism,
      argument: mark === '/' ? `/${argument}` : argument!,
      lets: qualifier === '' || qualifier === '+',
    })
  }
  if (redirect === undefined) return undefined
  walk.lookups++
  const target = targetOf(walk, redirect, name)
  return target === undefined ? undefined : into(walk, target)
}

interface Term {
  readonly name: string
  readonly mechanism: string
  readonly argument: string
  /** Whether it lets whom it names send. */
  readonly lets: boolean
}

function take(walk: Walk, { name, mechanism, argument, lets }: Term): void {
  if (mechanism === 'ip4' || mechanism === 'ip6') {
    const family = mechanism === 'ip4' ? 4 : 6
    if (isIP(argument.split('/', 1)[0]!) !== family) walk.isBroken = true
    if (lets) walk.allowed.push(argument)
    return
  }
  if (!['include', 'a', 'mx', 'ptr', 'exists'].includes(mechanism)) {
    walk.isBroken = true
    return
  }
  walk.lookups++
  if (mechanism === 'ptr') walk.usesPtr = true
  const [, domain = '', four, six] = /^(.*?)(\/\d+)?(?:\/(\/\d+))?$/.exec(argument) ?? []
  const target = targetOf(walk, domain === '' ? name : domain, name)
  if (target === undefined || mechanism === 'ptr') return
  if (mechanism === 'include') include(walk, target, lets)
  else if (mechanism === 'exists') exists(walk, target)
  else {
    const found = addressesOf(walk, target, mechanism === 'a' ? 'a' : 'mx')
    if (lets) walk.allowed.push(...found.map((address) => `${address}${(address.includes(':') ? six : four) ?? ''}`))
  }
}

/** The name that a term's domain stands for; undefined where it stands for another with each message, or is none. */
function targetOf(walk: Walk, text: string, name: string): string | undefined {
  const expanded = expandedDomain(text, name)
  if (expanded.outcome === 'fixed') return expanded.name
  if (expanded.outcome === 'varies') walk.varies = true
  else walk.isBroken = true
  return undefined
}

/** Whom an included policy lets send, this one lets, unless it stands here with another qualifier. */
function include(walk: Walk, target: string, lets: boolean): void {
  const before = walk.allowed.length
  into(walk, target)
  if (!lets) walk.allowed.length = before
}

/** Whoever sends is let where the name has an address. */
function exists(walk: Walk, target: string): void {
  const name = absolute(target)
  if (!isOwn(walk.known, name)) walk.beyond.push(name)
  else if (hostAddresses(walk.known, name).length === 0) walk.voids++
}

/** A policy of another name: followed where it is an own one; else nobody here knows what it costs. */
function into(walk: Walk, target: string): string | undefined {
  const name = absolute(target)
  if (isOwn(walk.known, name)) return follow(walk, name)
  walk.beyond.push(name)
  return undefined
}

function addressesOf(walk: Walk, target: string, mechanism: 'a' | 'mx'): readonly string[] {
  const name = absolute(target)
  if (!isOwn(walk.known, name)) {
    walk.beyond.push(name)
    return []
  }
  const hosts = mechanism === 'a' ? [name] : exchangersOf(walk.known, name)
  if (hosts.length > MOST_EXCHANGERS) walk.isBroken = true
  const found = hosts.flatMap((host) => hostAddresses(walk.known, host))
  if (found.length === 0 && hosts.every((host) => isOwn(walk.known, host))) walk.voids++
  return found
}

/** Hosts that a name's MX records name; none for a null MX (RFC 7505). */
export function exchangersOf({ records }: ZoneKnowledge, name: string): readonly string[] {
  return records
    .filter((record) => record.owner === name && record.type === 'MX')
    .map(({ rdata }) => absolute(rdata.split(/\s+/)[1] ?? '.'))
    .filter((host) => host !== '.')
}

/** Addresses that own zones have for a host. */
export function hostAddresses({ records }: ZoneKnowledge, host: string): readonly string[] {
  return records
    .filter(({ owner, type }) => owner === host && (type === 'A' || type === 'AAAA'))
    .map(({ rdata }) => rdata)
}

export function isOwn({ zones }: ZoneKnowledge, name: string): boolean {
  return zones.some((zone) => name === zone || name.endsWith(`.${zone}`))
}

function absolute(name: string): string {
  return name === '.' || name.endsWith('.') ? name.toLowerCase() : `${name.toLowerCase()}.`
}
