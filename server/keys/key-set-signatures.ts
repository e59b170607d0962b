import type { CanonicalRRset } from '../../dns/canonical-rrset.ts'
import { Type } from '../../dns/constants.ts'
import {
  apexRRsets,
  checkApexSignatures,
  preparedApexRRset,
  signApexRRset,
  withSignatures,
} from '../../keys/apex-rrsets.ts'
import type { BundleSupply } from '../../keys/bundle/bundle-supply.ts'
import { isKeySigning } from '../../keys/key-role.ts'
import type { ApexSignatures, KeySetDescriptor, SignedApexRRset } from '../../keys/key-set.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { quantumAt, type SignaturePolicy, startOfQuantum } from '../../keys/signature-policy.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import type { OpenKeySet } from './key-opening.ts'
import { suppliedAt } from './offline-keys.ts'

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
  /** What those of them have signed that are not here. */
  readonly supply: BundleSupply
  readonly signing: SigningConfiguration
  readonly phase: number
  readonly nowSeconds: number
  readonly before: KeySetSignatures | undefined
  /** Whether new signatures of DNSKEY are to be checked; with one that does not hold the whole zone would fall. */
  readonly isChecked: boolean
}

/** Seconds for which DNSKEY and its companions are cached, unless the zone allows less. */
const KEY_TTL = 3_600

/**
 * Signs the apex RRsets of a zone; throws where a signature that is checked does not hold. Where offline keys have signed
 * with a smaller TTL than the RRset is to have, it has theirs.
 */
export function signKeySet(settings: KeySetSigning): KeySetSignatures {
  const { apex, keys, supply, signing, phase, nowSeconds, before } = settings
  const { policy } = signing
  const quantum = quantumAt(policy, phase, nowSeconds)
  const quanta = [quantum, quantum + 1]
  const made = new Map<string, ApexSignatures>()
  const sign = (rrset: CanonicalRRset): SignedApexRRset => {
    const isOfKeys = rrset.type !== Type.NSEC3PARAM
    const offline = { signers: isOfKeys ? keys.offlineSigners : [], supply }
    const supplied = quanta.map((each) => {
      const at = Math.max(nowSeconds, startOfQuantum(policy, phase, each))
      return suppliedAt(offline, rrset, at, policy.backdate)
    })
    const ttl = Math.min(rrset.ttl, ...supplied.flat().map((each) => each.ttl))
    const served = { ...rrset, ttl }
    const signatures = quanta.map((each, index) => {
      const key = keyOfSignatures(settings, served, each)
      const own = before?.made.get(key) ?? signHere(settings, served, each)
      made.set(key, own)
      return withSignatures(
        own,
        ttl,
        supplied[index]!.map(({ rrsig }) => rrsig),
      )
    })
    return preparedApexRRset(served, signatures)
  }
  const announced = announcedKeys(keys.stored.keys, policy, nowSeconds)
  return { rrsets: keyRRsets(apex, signing, keys.dnskeys, announced).map(sign), made }
}

function keyOfSignatures({ keys, signing }: KeySetSigning, rrset: CanonicalRRset, quantum: number): string {
  const { policy, cds } = signing
  return JSON.stringify([keys.stored.epoch, rrset.type, rrset.ttl, rrset.rdatas.length, cds, policy, quantum])
}

/** The signatures of the keys that are here. */
function signHere(settings: KeySetSigning, rrset: CanonicalRRset, quantum: number): ApexSignatures {
  const { keys, signing, phase, isChecked } = settings
  const signers = rrset.type === Type.NSEC3PARAM ? keys.zoneSigners : keys.keySigners
  const signatures = signApexRRset(rrset, signers, { policy: signing.policy, phase, quantum })
  if (isChecked && rrset.type === Type.DNSKEY) checkApexSignatures(rrset, signers, signatures)
  return signatures
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
