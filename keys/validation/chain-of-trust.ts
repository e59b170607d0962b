/*
 * From a trust anchor down to a zone: each key set by the DS of its parent (RFC 4035 §5). Answers come from whoever `ask`
 * goes to, and none of it is believed.
 */
import { Rcode, Type } from '../../dns/constants.ts'
import type { Message } from '../../dns/message.ts'
import { countLabels, isAtOrBelow, nameToText } from '../../dns/name.ts'
import { judgeDsDenial } from './ds-denial.ts'
import { isUsable, type TrustAnchor, trustKeySet } from './key-set.ts'
import { findRRset } from './received-rrset.ts'
import { type TrustedZone, verifyRRset } from './verify-rrset.ts'

/** What the chain says of a zone; reasons are sentences without their full stops. */
export type ChainOfTrust =
  | { readonly kind: 'secure'; readonly zone: TrustedZone }
  /** It is proved that the zone, or one above it, is not signed. */
  | { readonly kind: 'insecure'; readonly from: string }
  | { readonly kind: 'bogus'; readonly reason: string }
  /** Somebody who had to be asked did not answer. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** Asks for an RRset of any zone, with signatures; the text says why there is no answer. */
export type AskForRRset = (name: Uint8Array, type: number) => Promise<Message | string>

export interface ChainOptions {
  readonly anchors: readonly TrustAnchor[]
  readonly ask: AskForRRset
  /** Unix seconds. */
  readonly now: number
}

/** Follows the chain to `apex`, wire and lower-cased. Questions are at most two for each label of it. */
export async function followChain(apex: Uint8Array, options: ChainOptions): Promise<ChainOfTrust> {
  const owner = closestAnchor(apex, options.anchors)
  if (owner === undefined) return bogus(`no trust anchor is at or above ${nameToText(apex)}`)
  if (countLabels(apex) > MOST_LABELS) return bogus(`${nameToText(apex)} has too many labels`)
  const own = options.anchors.filter((anchor) => Buffer.compare(anchor.owner, owner) === 0)
  let trust = await trustZone(owner, own, options)
  for (const name of namesBetween(owner, apex)) {
    if (trust.kind !== 'secure') return trust
    trust = await stepDown(trust.zone, name, options)
  }
  return trust
}

/** More labels than any parent of a delegation has; each costs questions. */
const MOST_LABELS = 16
/** Records of a DS RRset: more is no honest zone's. */
const MOST_DS = 32

/** The zone that `name` is in, which is the one above or begins there. */
async function stepDown(zone: TrustedZone, name: Uint8Array, options: ChainOptions): Promise<ChainOfTrust> {
  const message = await options.ask(name, Type.DS)
  if (typeof message === 'string') return { kind: 'unknown', reason: message }
  const what = `the DS of ${nameToText(name)}`
  const rrset = findRRset(message.answer, name, Type.DS)
  if (rrset !== undefined) {
    const verification = verifyRRset(rrset, zone, options.now)
    if (verification.kind === 'invalid') return bogus(`${what} ${verification.reason}`)
    const anchors = rrset.rdatas.map((rdata) => ({ owner: name, type: Type.DS, rdata }))
    if (anchors.length > MOST_DS) return bogus(`${what} has more than ${MOST_DS} records`)
    return anchors.some(isUsable) ? trustZone(name, anchors, options) : { kind: 'insecure', from: nameToText(name) }
  }
  if (message.rcode !== Rcode.NoError && message.rcode !== Rcode.NxDomain) {
    return { kind: 'unknown', reason: `${what} cannot be had: RCODE ${message.rcode}` }
  }
  const denial = judgeDsDenial(message.authority, name, zone, options.now)
  switch (denial.kind) {
    case 'unsigned':
      return { kind: 'insecure', from: nameToText(name) }
    case 'inside':
      return { kind: 'secure', zone }
    case 'absent':
      return bogus(`it is proved that there is no ${nameToText(name)}`)
    case 'unproved':
      return bogus(`the answer about ${what} ${denial.reason}`)
  }
}

async function trustZone(
  apex: Uint8Array,
  anchors: readonly TrustAnchor[],
  { ask, now }: ChainOptions,
): Promise<ChainOfTrust> {
  const message = await ask(apex, Type.DNSKEY)
  if (typeof message === 'string') return { kind: 'unknown', reason: message }
  const rrset = findRRset(message.answer, apex, Type.DNSKEY)
  if (rrset === undefined) return bogus(`${nameToText(apex)} has no DNSKEY, though it is said to be signed`)
  const trust = trustKeySet(rrset, anchors, now)
  if (trust.kind === 'bogus') return bogus(`the DNSKEY of ${nameToText(apex)} ${trust.reason}`)
  return { kind: 'secure', zone: trust.zone }
}

/** Owner of the anchors that are nearest. */
function closestAnchor(apex: Uint8Array, anchors: readonly TrustAnchor[]): Uint8Array | undefined {
  return anchors
    .map(({ owner }) => owner)
    .filter((owner) => isAtOrBelow(apex, owner))
    .sort((a, b) => b.length - a.length)[0]
}

/** The names below `from` down to `to`, longest last. */
function namesBetween(from: Uint8Array, to: Uint8Array): Uint8Array[] {
  const names: Uint8Array[] = []
  for (let at = 0; to.length - at > from.length; at += to[at]! + 1) names.unshift(to.subarray(at))
  return names
}

function bogus(reason: string): ChainOfTrust {
  return { kind: 'bogus', reason }
}
