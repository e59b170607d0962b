import { Type } from '../dns/constants.ts'
import { apexRRsets, preparedApexRRset, signApexRRset } from '../keys/apex-rrsets.ts'
import type { ApexSignatures, SignedApexRRset } from '../keys/key-set.ts'
import { quantumAt, startOfQuantum } from '../keys/signature-policy.ts'
import type { CanonicalRRset } from '../keys/signing-input.ts'
import { DenialMode } from '../zones/denial/denial.ts'
import type { SigningConfiguration } from './configuration/types.ts'
import type { OpenKeySet } from './key-opening.ts'

/** The apex RRsets of a zone that are signed in the main thread, for the current quantum and the next. */
export interface KeySetSignatures {
  /** By type. */
  readonly rrsets: readonly SignedApexRRset[]
  /** Unix seconds: the first quantum's begin, and when all must be signed anew, in the middle of the second. */
  readonly from: number
  readonly until: number
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
}

/** Seconds for which DNSKEY and its companions are cached, unless the zone allows less. */
const KEY_TTL = 3_600

/** Signs the apex RRsets of a zone. */
export function signKeySet({ apex, keys, signing, phase, nowSeconds, before }: KeySetSigning): KeySetSignatures {
  const { policy, cds } = signing
  const quantum = quantumAt(policy, phase, nowSeconds)
  const made = new Map<string, ApexSignatures>()
  const signAt = (rrset: CanonicalRRset, at: number): ApexSignatures => {
    const key = JSON.stringify([keys.stored.epoch, rrset.type, rrset.ttl, cds, policy, at])
    const signers = rrset.type === Type.NSEC3PARAM ? keys.zoneSigners : keys.keySigners
    const signatures = before?.made.get(key) ?? signApexRRset(rrset, signers, { policy, phase, quantum: at })
    made.set(key, signatures)
    return signatures
  }
  const rrsets = apexRRsets({
    ...{ apex, cds, ttl: Math.min(KEY_TTL, policy.maxTtl), nsec3: signing.denial === DenialMode.Nsec3WhiteLies },
    ...{ dnskeys: keys.dnskeys, keySigning: keys.keySigning },
  }).map((rrset) => preparedApexRRset(rrset, [signAt(rrset, quantum), signAt(rrset, quantum + 1)]))
  return {
    rrsets,
    from: startOfQuantum(policy, phase, quantum),
    until: startOfQuantum(policy, phase, quantum + 1) + Math.floor(policy.quantum / 2),
    made,
  }
}
