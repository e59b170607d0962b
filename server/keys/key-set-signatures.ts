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
import type { ApexSignatures, KeySetDescriptor, SignedApexRRset } from '../../keys/key-set.ts'
import type { StoredKeySet } from '../../keys/key-store.ts'
import { quantumAt, startOfQuantum } from '../../keys/signature-policy.ts'
import { DenialMode } from '../../zones/denial/denial.ts'
import { KEY_TTL } from '../configuration/keys.ts'
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
  return { rrsets: keyRRsets(apex, signing, keys).map(sign), made }
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

/** What the apex RRsets follow from. */
export type ApexKeys = Pick<OpenKeySet, 'dnskeys' | 'announced'> & {
  readonly stored: Pick<StoredKeySet, 'goal'>
}

/** The apex RRsets that follow from the keys, not signed yet. None: the zone is not signed, or not any more. */
export function keyRRsets(
  apex: Uint8Array,
  { policy, cds, denial }: SigningConfiguration,
  { dnskeys, announced, stored }: ApexKeys,
): CanonicalRRset[] {
  if (dnskeys.length === 0) return []
  const ttl = Math.min(KEY_TTL, policy.maxTtl)
  const nsec3 = denial === DenialMode.Nsec3WhiteLies
  const isLeaving = stored.goal === 'insecure' && announced.length === 0
  const asked = cds === 'publish' && isLeaving ? 'delete' : cds
  const shown = asked === 'publish' && announced.length === 0 ? 'off' : asked
  return apexRRsets({ apex, cds: shown, ttl, nsec3, dnskeys, keySigning: announced })
}

/**
 * Unix seconds at which these key sets, which are published, must be asked for and published anew: in the middle of
 * their second quantum, while the signatures hold for another half. Not later than now: at once, as when the clock was
 * set back. Undefined: never, there are none.
 */
export function nextKeyChange(published: readonly KeySetDescriptor[], nowSeconds: number): number | undefined {
  let soonest = Number.POSITIVE_INFINITY
  for (const { policy, apexRRsets } of published) {
    if (apexRRsets.length === 0) continue
    const [current, next] = apexRRsets[0]!.signatures
    if (nowSeconds < current!.from) return nowSeconds
    soonest = Math.min(soonest, next!.from + Math.floor(policy.quantum / 2))
  }
  return Number.isFinite(soonest) ? soonest : undefined
}
