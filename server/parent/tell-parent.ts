import { nameToText } from '../../dns/name.ts'
import { type AskForRRset, type ChainOptions, followChain } from '../../keys/validation/chain-of-trust.ts'
import type { ReceivedRRset } from '../../keys/validation/received-rrset.ts'
import { verifyRRset } from '../../keys/validation/verify-rrset.ts'
import type { ParentNotification } from '../keys/rollover-protocol.ts'
import type { Place } from './exchange.ts'
import { addressesOf, findParent, NO_ADDRESS } from './find-parent.ts'
import { findTarget } from './find-target.ts'
import { askWithin, type LookParts, type LookSettings, lookupOf } from './look.ts'
import { askAuthorities } from './lookup.ts'
import { notifyParent } from './notify.ts'
import { isLoopback } from './server-addresses.ts'

/** Addresses of a target that are tried. */
const MOST_ADDRESSES = 4

/**
 * Finds out where the parent of the zone at `apex` wants to hear of new CDS records, and tells it there. Takes some
 * minutes where nobody answers; never rejects for what others do. Nothing but speed depends on it.
 */
export async function tellParent(
  apex: Uint8Array,
  settings: LookSettings,
  parts: LookParts,
): Promise<ParentNotification> {
  const { servers } = settings
  const lookup = lookupOf(settings, parts)
  const ask = servers === undefined ? lookup : askAuthorities(parts.network, servers)
  const found = await findPlaces(apex, { ...settings, ask, lookup, now: parts.now })
  if (typeof found === 'string') return { at: parts.now(), target: found, outcome: 'none' }
  // A target on this host is for a parent that is on it, too: else somebody has us talk to ourselves.
  const isAmongUs = servers?.some(({ address }) => isLoopback(address)) ?? false
  const places = found.places.filter(({ address }) => isAmongUs || !isLoopback(address))
  const outcome = await notifyParent(parts.network, places.slice(0, MOST_ADDRESSES), apex)
  return { at: parts.now(), target: found.target, outcome }
}

interface PlaceOptions extends LookSettings {
  readonly ask: AskForRRset
  readonly lookup: AskForRRset
  readonly now: () => number
}

/** The target's addresses; a text says why there are none. */
async function findPlaces(
  apex: Uint8Array,
  { ask, lookup, now, trustAnchors, families }: PlaceOptions,
): Promise<{ readonly target: string; readonly places: readonly Place[] } | string> {
  const parent = await findParent(apex, ask)
  if (typeof parent === 'string') return parent
  const flawOf = async (rrset: ReceivedRRset): Promise<string | undefined> =>
    trustAnchors.length === 0
      ? undefined
      : flawIn(rrset, { anchors: trustAnchors, ask: askWithin(parent, ask, lookup), now: now() })
  const found = await findTarget({ apex, parent, ask, flawOf })
  if (found.kind !== 'target') return found.kind === 'none' ? 'none' : found.reason
  const { host, port } = found.target
  const addresses = await addressesOf(host, lookup, families)
  if (typeof addresses === 'string') return addresses
  if (addresses.length === 0) return `${nameToText(host)} ${NO_ADDRESS}`
  const target = `${nameToText(host)}@${port}`
  return { target, places: addresses.map((address) => ({ address, port })) }
}

/**
 * Why the DSYNC RRset is not what the chain of trust leads to. Where a wildcard made it, that nothing closer is there is
 * not seen to: then the parent's general target hears of what a particular one should.
 */
async function flawIn(rrset: ReceivedRRset, options: ChainOptions): Promise<string | undefined> {
  const chain = await followChain(rrset.rrsigs[0]?.signer ?? rrset.owner, options)
  if (chain.kind === 'insecure') return undefined
  if (chain.kind !== 'secure') return `cannot be validated: ${chain.reason}`
  const verification = verifyRRset(rrset, chain.zone, options.now, true)
  return verification.kind === 'valid' ? undefined : verification.reason
}
