/*
 * What the zone above says of who serves a zone: resolvers begin there, and need not ever learn of the zone's own list.
 */
import { Flag, Rcode, Type } from '../../dns/constants.ts'
import type { Message } from '../../dns/message.ts'
import { canonicalName, isAtOrBelow, namesEqual, nameToText } from '../../dns/name.ts'
import type { AskForRRset } from '../../keys/validation/chain-of-trust.ts'
import { findRRset } from '../../keys/validation/received-rrset.ts'
import { askServer, type Network } from './ask.ts'
import { type DelegatedServer, findParent } from './find-parent.ts'
import { addressesIn, familyTypes } from './server-addresses.ts'

export interface DelegationOptions {
  readonly network: Network
  readonly ask: AskForRRset
  readonly families: readonly (4 | 6)[]
}

/** Addresses of the zone above that are asked, until one answers. */
const MOST_ASKED = 6
const DNS_PORT = 53
const NAME_THEM = '`parent: { servers: [ADDRESS] }` names the servers where that zone cannot be asked'

/**
 * The delegation of a zone, as a server of the zone above gives it; nobody there where that zone says that there is none,
 * as of the root. A text says why it cannot be told. Nothing of it is signed: it may add servers, and take none away.
 */
export async function findDelegation(
  zone: Uint8Array,
  options: DelegationOptions,
): Promise<readonly DelegatedServer[] | string> {
  if (zone.length === 1) return []
  const { ask, families, network } = options
  const above = await findParent(zone, ask)
  if (typeof above === 'string') return above
  let reason = 'no address of its servers can be found'
  for (const address of await someAddresses(above, options)) {
    const answer = await askServer(network, { address, port: DNS_PORT }, { name: zone, type: Type.NS })
    const read = answer.kind === 'message' ? readReferral(answer.message, { zone, above, families }) : undefined
    if (read !== undefined) return read
    reason = `${address}: ${answer.kind === 'message' ? 'it gives no referral' : answer.reason}`
  }
  return `who ${nameToText(above)} says they are: ${reason}; ${NAME_THEM}`
}

/** Any addresses of a zone's servers: one will do. */
async function someAddresses(zone: Uint8Array, { ask, families }: DelegationOptions): Promise<string[]> {
  const list = await ask(zone, Type.NS)
  const rrset = typeof list === 'string' ? undefined : findRRset(list.answer, zone, Type.NS)
  const addresses: string[] = []
  for (const name of rrset?.rdatas.map(canonicalName) ?? []) {
    for (const type of familyTypes(families)) {
      const message = await ask(name, type)
      if (typeof message !== 'string') addresses.push(...addressesIn(message.answer, name, families))
    }
    if (addresses.length >= MOST_ASKED) break
  }
  return addresses.slice(0, MOST_ASKED)
}

/** Who serves a zone, as an answer of a server of the zone above says. Undefined: it says neither who does nor that nobody does. */
export function readReferral(
  { rcode, flags, answer, authority, additional }: Message,
  { zone, above, families }: { zone: Uint8Array; above: Uint8Array; families: readonly (4 | 6)[] },
): readonly DelegatedServer[] | undefined {
  const isAuthoritative = (flags & Flag.AA) !== 0
  if (isAuthoritative && rcode === Rcode.NxDomain) return []
  if (rcode !== Rcode.NoError) return undefined
  // Who serves both zones answers with the zone's own list.
  const section = isAuthoritative ? answer : authority
  const names = section
    .filter(({ type, name }) => type === Type.NS && namesEqual(name, zone))
    .map(({ rdata }) => canonicalName(rdata))
  if (names.length === 0) return isAuthoritative ? [] : undefined
  return names.map((name) => ({
    name,
    glue: isAtOrBelow(name, above) ? addressesIn(additional, name, families) : [],
  }))
}
