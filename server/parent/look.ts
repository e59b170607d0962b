/*
 * One look at the parent of a zone: who it is, by which keys its answers are judged, and what every address says.
 */
import { Type } from '../../dns/constants.ts'
import { isAtOrBelow, namesEqual, nameToText } from '../../dns/name.ts'
import { type AskForRRset, followChain } from '../../keys/validation/chain-of-trust.ts'
import type { TrustAnchor } from '../../keys/validation/key-set.ts'
import type { ReceivedRRset } from '../../keys/validation/received-rrset.ts'
import { type TrustedZone, verifyRRset } from '../../keys/validation/verify-rrset.ts'
import type { ParentConfiguration } from '../configuration/types.ts'
import type { Network } from './ask.ts'
import { checkDs } from './check-ds.ts'
import { findDelegation } from './find-delegation.ts'
import { type FoundServers, findParent, findServers } from './find-parent.ts'
import { iterateFrom } from './iterate.ts'
import { askAuthorities, askResolvers } from './lookup.ts'
import type { ParentLook } from './parent-look.ts'
import { ROOT_SERVERS } from './root-servers.ts'
import { systemResolvers } from './system-resolvers.ts'

/** What looking stands on. */
export interface LookParts {
  readonly network: Network
  /** Unix seconds. */
  readonly now: () => number
  /** Instead of IANA's, and of those of the system. */
  readonly roots?: readonly string[]
  readonly systemResolvers?: () => readonly { readonly address: string; readonly port: number }[]
}

/** How a look goes about it. */
export type LookSettings = Pick<ParentConfiguration, 'servers' | 'resolver' | 'families'> & {
  /** None: what the servers say is believed. */
  readonly trustAnchors: readonly TrustAnchor[]
}

/** Addresses that are asked at a time. */
const ADDRESSES_AT_A_TIME = 8
const DNS_PORT = 53

/** Who says where things are in the DNS, as the settings have it. */
export function lookupOf(settings: LookSettings, { network, roots, systemResolvers: own }: LookParts): AskForRRset {
  const { resolver, families } = settings
  if (resolver === 'system') return askResolvers(network, (own ?? systemResolvers)())
  if (resolver !== 'roots') return askResolvers(network, resolver)
  const addresses = (roots ?? ROOT_SERVERS).filter((address) => families.includes(address.includes(':') ? 6 : 4))
  return iterateFrom({ network, families, roots: addresses.map((address) => ({ address, port: DNS_PORT })) })
}

/**
 * Looks for the DS of the zone at `apex`, wire and lower-cased, at every address of every server of its parent. Never
 * rejects; bounded in time, questions, and signatures that are verified.
 */
export async function lookAtParent(apex: Uint8Array, settings: LookSettings, parts: LookParts): Promise<ParentLook> {
  const ask = lookupOf(settings, parts)
  const askParent = settings.servers === undefined ? ask : askAuthorities(parts.network, settings.servers)
  const parent = await findParent(apex, askParent)
  if (typeof parent === 'string') return failedLook(parts, undefined, `the parent cannot be found: ${parent}`)
  const trust = await trustParent(parent, settings, { ask, askParent, now: parts.now })
  if (trust.kind === 'failed') return failedLook(parts, parent, trust.reason)
  const found = await placesOf(parent, settings, trust, { ask, ...parts })
  if (found.kind === 'failed') {
    return failedLook(parts, parent, `the servers of ${nameToText(parent)} cannot all be found: ${found.reason}`)
  }
  const question = { apex, parent, trusted: trust.kind === 'secure' ? trust.zone : undefined, now: parts.now }
  const servers = await inParallel(found.places, (place) => checkDs(parts.network, place, question))
  return { parent: nameToText(parent), at: parts.now(), trust: trust.kind, servers }
}

/** The keys of the parent come from its own servers, where the configuration names them; all else from others. */
export function askWithin(parent: Uint8Array, askParent: AskForRRset, ask: AskForRRset): AskForRRset {
  return (name, type) => (type === Type.DNSKEY && isAtOrBelow(name, parent) ? askParent : ask)(name, type)
}

type ParentTrust =
  | { readonly kind: 'secure'; readonly zone: TrustedZone }
  | { readonly kind: 'insecure' | 'unchecked' }
  | { readonly kind: 'failed'; readonly reason: string }

async function trustParent(
  parent: Uint8Array,
  { trustAnchors }: LookSettings,
  { ask, askParent, now }: { readonly ask: AskForRRset; readonly askParent: AskForRRset; readonly now: () => number },
): Promise<ParentTrust> {
  if (trustAnchors.length === 0) return { kind: 'unchecked' }
  const chain = await followChain(parent, {
    anchors: trustAnchors,
    ask: askWithin(parent, askParent, ask),
    now: now(),
  })
  switch (chain.kind) {
    case 'secure':
      // Somebody gave an SOA for a name that is no apex.
      if (!namesEqual(chain.zone.apex, parent)) return failedTrust(`${nameToText(parent)} is proved to be no zone`)
      return { kind: 'secure', zone: chain.zone }
    case 'insecure':
      return { kind: 'insecure' }
    case 'bogus':
      return failedTrust(`the chain of trust to ${nameToText(parent)} does not hold: ${chain.reason}`)
    case 'unknown':
      return failedTrust(`the chain of trust to ${nameToText(parent)} cannot be followed: ${chain.reason}`)
  }
}

async function placesOf(
  parent: Uint8Array,
  { servers, families }: LookSettings,
  trust: ParentTrust,
  { ask, now, network }: { readonly ask: AskForRRset } & Pick<LookParts, 'network' | 'now'>,
): Promise<FoundServers> {
  if (servers !== undefined) return { kind: 'found', places: servers.map((place) => ({ ...place, name: '' })) }
  // Somebody may have left servers out, or put others in; the parent's own list is signed as all else of it.
  const flawOf = (list: ReceivedRRset): string | undefined => {
    if (trust.kind !== 'secure') return undefined
    const verification = verifyRRset(list, trust.zone, now())
    return verification.kind === 'invalid' ? verification.reason : undefined
  }
  const findDelegated = () => findDelegation(parent, { network, ask, families })
  return findServers(parent, { ask, families, flawOf, findDelegated })
}

function failedLook({ now }: LookParts, parent: Uint8Array | undefined, problem: string): ParentLook {
  return { ...(parent && { parent: nameToText(parent) }), at: now(), trust: 'unchecked', servers: [], problem }
}

function failedTrust(reason: string): ParentTrust {
  return { kind: 'failed', reason }
}

/** In order of the items; so many at a time. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const runSome = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await run(items[index]!)
  }
  await Promise.all(Array.from({ length: ADDRESSES_AT_A_TIME }, runSome))
  return results
}
