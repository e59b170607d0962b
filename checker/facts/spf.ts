import { prefixHolds } from './prefixes.ts'
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
  /** What becomes of everybody else: `-`, `~`, `?`, `+`; undefined where it does not say, which is `?`. */
  readonly rest: string | undefined
  /** Addresses and prefixes that it lets send. */
  readonly allowed: readonly string[]
  readonly records: readonly ZoneRecord[]
}

export const MOST_LOOKUPS = 10
const MOST_VOIDS = 2
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
}

/** Reads the policy of a name. */
export function readSpf(known: ZoneKnowledge, name: string): SpfReading {
  const records = policiesOf(known, name)
  const walk: Walk = { known, seen: new Set(), lookups: 0, voids: 0, beyond: [], allowed: [], isBroken: false }
  const rest = records.length === 1 ? follow(walk, name) : undefined
  const outcome = records.length === 0 ? 'none' : records.length > 1 ? 'several' : walk.isBroken ? 'malformed' : 'read'
  const { lookups, voids, beyond, allowed } = walk
  return { outcome, lookups, voids, beyond, rest, allowed, records }
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
  return into(walk, redirect)
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
    if (lets) walk.allowed.push(argument)
    return
  }
  if (!['include', 'a', 'mx', 'ptr', 'exists'].includes(mechanism)) {
    walk.isBroken = true
    return
  }
  walk.lookups++
  const [, target, length] = /^([^/]*)(\/\d+)?/.exec(argument)!
  if (mechanism === 'include') into(walk, argument)
  else if (mechanism === 'a' || mechanism === 'mx') {
    const found = addressesOf(walk, target === '' ? name : target!, mechanism)
    if (lets)
      walk.allowed.push(
        ...found.map((address) => (length !== undefined && !address.includes(':') ? `${address}${length}` : address)),
      )
  }
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
