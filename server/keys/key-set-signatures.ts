import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import { Type } from '../../dns/constants.ts'
import { apexRRsets, checkApexSignatures, preparedApexRRset, signApexRRset } from '../../keys/apex-rrsets.ts'
import { isKeySigning } from '../../keys/key-role.ts'
import type { ApexSignatures, KeySetDescriptor, SignedApexRRset } from '../../keys/key-set.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { quantumAt, type SignaturePolicy } from '../../keys/signature-policy.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import type { OpenKeySet } from './key-opening.ts'

/** The apex RRsets of a zone that are signed in the main thread, for the current quantum and the next. */
export interface KeySetSignatures {
  /** By type. */
  readonly rrsets: readonly SignedApexRRset[]
  /** By what was signed and when, so that nothing is signed twice. */
  readonly made: ReadonlyMap<string, ApexSignatures>
}

/** What the signatures depend on. */
export interface KeySetSigning {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly keys: OpenKeySet
  readonly signing: SigningConfiguration
  readonly phase: number
  readonly nowSeconds: number
  readonly before: KeySetSignatures | undefined
  /** Whether new signatures of DNSKEY are to be checked; with one that does not hold the whole zone would fall. */
  readonly isChecked: boolean
}

/** Seconds for which DNSKEY and its companions are cached, unless the zone allows less. */
const KEY_TTL = 3_600

/** Signs the apex RRsets of a zone; throws where a signature that is checked does not hold. */
export function signKeySet({
  apex,
  keys,
  signing,
  phase,
  nowSeconds,
  before,
  isChecked,
}: KeySetSigning): KeySetSignatures {
  const { policy, cds } = signing
  const quantum = quantumAt(policy, phase, nowSeconds)
  const made = new Map<string, ApexSignatures>()
  const signAt = (rrset: CanonicalRRset, at: number): ApexSignatures => {
    const key = JSON.stringify([keys.stored.epoch, rrset.type, rrset.ttl, rrset.rdatas.length, cds, policy, at])
    const signers = rrset.type === Type.NSEC3PARAM ? keys.zoneSigners : keys.keySigners
    const known = before?.made.get(key)
    const signatures = known ?? signApexRRset(rrset, signers, { policy, phase, quantum: at })
    if (known === undefined && isChecked && rrset.type === Type.DNSKEY) checkApexSignatures(rrset, signers, signatures)
    made.set(key, signatures)
    return signatures
  }
  const announced = announcedKeys(keys.stored.keys, policy, nowSeconds)
  const rrsets = keyRRsets(apex, signing, keys.dnskeys, announced).map((rrset) =>
    preparedApexRRset(rrset, [signAt(rrset, quantum), signAt(rrset, quantum + 1)]),
  )
  return { rrsets, made }
}

/**
 * RDATA of the KSKs that a parent may be told of. Those of an algorithm that came later wait until no cache has data without
 * its signatures, nor the key set without it: a DS before that would make these bogus (RFC 6781 §4.1.4).
 */
export function announcedKeys(
  keys: readonly StoredKey[],
  { maxTtl }: SignaturePolicy,
  nowSeconds: number,
): Uint8Array[] {
  const keySigning = keys.filter(({ role }) => isKeySigning(role))
  const first = Math.min(...keySigning.map(({ created }) => created))
  const isAnnounced = ({ created }: StoredKey): boolean =>
    created <= first + MADE_TOGETHER || created + maxTtl + KEY_TTL <= nowSeconds
  return keySigning.filter(isAnnounced).map(({ dnskey }) => dnskey)
}

/** Seconds in which all first keys of a zone are made, RSA keys too. */
const MADE_TOGETHER = 600

/** The apex RRsets that follow from the RDATA of all keys, and of the KSKs that the parent may be told of; not signed yet. */
export function keyRRsets(
  apex: Uint8Array,
  { policy, cds, denial }: SigningConfiguration,
  dnskeys: readonly Uint8Array[],
  announced: readonly Uint8Array[],
): CanonicalRRset[] {
  const ttl = Math.min(KEY_TTL, policy.maxTtl)
  const nsec3 = denial === DenialMode.Nsec3WhiteLies
  return apexRRsets({ apex, cds, ttl, nsec3, dnskeys, keySigning: announced })
}

/**
 * Unix seconds at which these key sets, which are published, must be asked for and published anew: in the middle of
 * their second quantum, while the signatures hold for another half. Not later than now: at once, as when the clock was
 * set back. Undefined: never, there are none.
 */
export function nextKeyChange(published: readonly KeySetDescriptor[], nowSeconds: number): number | undefined {
  if (published.length === 0) return undefined
  let soonest = Number.POSITIVE_INFINITY
  for (const { policy, apexRRsets } of published) {
    const [current, next] = apexRRsets[0]!.signatures
    if (nowSeconds < current!.from) return nowSeconds
    soonest = Math.min(soonest, next!.from + Math.floor(policy.quantum / 2))
  }
  return soonest
}
