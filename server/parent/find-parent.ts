/*
 * Which zone is a zone's parent, and every address of every server of it.
 */
import { Class, Type } from '../../dns/constants.ts'
import type { Message } from '../../dns/message.ts'
import { canonicalName, countLabels, namesEqual, nameToText, parentName } from '../../dns/name.ts'
import type { AskForRRset } from '../../keys/validation/chain-of-trust.ts'
import { findRRset, type ReceivedRRset } from '../../keys/validation/received-rrset.ts'
import type { Place } from './exchange.ts'
import { addressesIn, familyTypes } from './server-addresses.ts'

/** One address of one of the parent's servers. */
export interface ParentPlace extends Place {
  /** Canonical text; empty where only the address is known. */
  readonly name: string
  readonly listing?: ParentListing
}

/**
 * Who alone says that it serves the zone, where not all do: the zone's own list, the delegation in the zone above, or the
 * addresses that come with that.
 */
export type ParentListing = 'apex' | 'delegation' | 'glue'

/** Reasons are sentences without their full stops. */
export type FoundServers =
  | { readonly kind: 'found'; readonly places: readonly ParentPlace[] }
  | { readonly kind: 'failed'; readonly reason: string }

/** Labels of a zone beyond which its parent is not looked for. */
const MOST_LABELS = 32
/** Names of servers, and addresses, that a parent may have; the root has 13 and 26. */
const MOST_SERVERS = 32
const MOST_ADDRESSES = 64
const DNS_PORT = 53

/** The parent's apex, canonical: the nearest name above `apex` that has an SOA. A text says why it cannot be told. */
export async function findParent(apex: Uint8Array, ask: AskForRRset): Promise<Uint8Array | string> {
  if (apex.length === 1) return 'the root has no parent'
  if (countLabels(apex) > MOST_LABELS) return `${nameToText(apex)} has too many labels`
  for (let name = parentName(apex); ; name = parentName(name)) {
    const message = await ask(name, Type.SOA)
    if (typeof message === 'string') return message
    if (findRRset(message.answer, name, Type.SOA) !== undefined) return canonicalName(name)
    if (name.length === 1) return 'nobody gave an SOA of the root'
  }
}

/** A server that the zone above names. */
export interface DelegatedServer {
  /** Canonical wire. */
  readonly name: Uint8Array
  /** Text; those that came with the referral, of the families that are asked over. */
  readonly glue: readonly string[]
}

/** How servers are looked for. */
export interface FindOptions {
  readonly ask: AskForRRset
  readonly families: readonly (4 | 6)[]
  /** Why the NS RRset is not to be believed; undefined: it is. */
  readonly flawOf: (list: ReceivedRRset) => string | undefined
  /** Who the zone above names; a text says why that cannot be told. */
  readonly findDelegated: () => Promise<readonly DelegatedServer[] | string>
}

/**
 * Every address, of these families, of every server that the zone or its delegation names. Fails where one of the servers' names has no address or
 * could not be asked about: then there may be servers that nobody has looked at.
 */
export async function findServers(
  zone: Uint8Array,
  { ask, families, flawOf, findDelegated }: FindOptions,
): Promise<FoundServers> {
  const message = await ask(zone, Type.NS)
  if (typeof message === 'string') return failed(message)
  const list = findRRset(message.answer, zone, Type.NS)
  if (list === undefined) return failed(`nobody gave the name servers of ${nameToText(zone)}`)
  const flaw = flawOf(list)
  if (flaw !== undefined) return failed(`the list of them ${flaw}`)
  const delegated = await findDelegated()
  if (typeof delegated === 'string') return failed(delegated)
  const own = list.rdatas.map(canonicalName)
  const names = [...own, ...delegated.map(({ name }) => name).filter((name) => !isAmong(own, name))]
  if (names.length > MOST_SERVERS) return failed(`${nameToText(zone)} has more than ${MOST_SERVERS} name servers`)
  const places: ParentPlace[] = []
  for (const name of names) {
    const glue = delegated.find((server) => namesEqual(server.name, name))?.glue ?? []
    const found = await addressesOf(name, ask, families)
    if (typeof found === 'string') return failed(found)
    if (found.length + glue.length === 0) return failed(`${nameToText(name)} ${NO_ADDRESS}`)
    const listing = listingOf(name, own, delegated)
    const place = { name: nameToText(name), port: DNS_PORT }
    places.push(...found.map((address) => ({ ...place, address, ...(listing && { listing }) })))
    const stale = glue.filter((address) => !found.includes(address))
    places.push(...stale.map((address) => ({ ...place, address, listing: 'glue' as const })))
  }
  if (places.length > MOST_ADDRESSES) {
    return failed(`the name servers of ${nameToText(zone)} have more than ${MOST_ADDRESSES} addresses`)
  }
  return { kind: 'found', places }
}

function listingOf(
  name: Uint8Array,
  own: readonly Uint8Array[],
  delegated: readonly DelegatedServer[],
): ParentListing | undefined {
  if (!isAmong(own, name)) return 'delegation'
  const isDelegated = delegated.length === 0 || delegated.some((server) => namesEqual(server.name, name))
  return isDelegated ? undefined : 'apex'
}

function isAmong(names: readonly Uint8Array[], name: Uint8Array): boolean {
  return names.some((each) => namesEqual(each, name))
}

/** Every address of these families that the name has; a text says why they cannot be told. */
export async function addressesOf(
  name: Uint8Array,
  ask: AskForRRset,
  families: readonly (4 | 6)[],
): Promise<string[] | string> {
  const addresses: string[] = []
  for (const type of familyTypes(families)) {
    const message = await ask(name, type)
    if (typeof message === 'string') return message
    if (hasAlias(message, name)) return `${nameToText(name)} is an alias, which a server's name must not be`
    addresses.push(...addressesIn(message.answer, name, families))
  }
  return addresses
}

/** What is said of a name without an address. */
export const NO_ADDRESS = 'has no address of a family that is asked over'

/** RFC 2181 §10.3. */
function hasAlias({ answer }: Message, name: Uint8Array): boolean {
  return answer.some(
    (record) => record.class === Class.In && record.type === Type.CNAME && namesEqual(record.name, name),
  )
}

function failed(reason: string): FoundServers {
  return { kind: 'failed', reason }
}
