/*
 * When time has done its part: when all caches have what is served (rumoured to omnipresent), or none has any more what
 * was (unretentive to hidden). Measured from what is known to have happened, never from a guess.
 *
 *   DNSKEY, KRRSIG  appear   served + TTLkey + publish safety     Ipub, RFC 7583 §3.2.1 and §3.3.1
 *                   leave    served + TTLkey
 *   ZRRSIG          both     served + TTLmax + retire safety      Iret, RFC 7583 §3.2.1, Dsgn = 0: signatures are made online
 *   DS              both     seen + TTLds + retire safety         Iret, RFC 7583 §3.3.1
 *
 * Where RFC 7583 adds a guessed propagation delay, `served` is when the last worker acknowledged, and `seen` when every
 * address of every server of the parent had changed. A parent that goes by CDS may have a CDS RRset from a worker that has
 * not followed yet, or from a cache: until `served` + TTLkey + publish safety it can still turn back, or has not begun,
 * and what is seen before proves nothing.
 */
import type { KeyRecord, RecordStatus, RolloverKey, Transition } from './key-state.ts'
import { hasNoDs, is } from './record-states.ts'
import type { RolloverSituation, WaitReason } from './step.ts'

/** Seconds: the largest TTLs with which caches may hold, now, what records of keys concern. */
export interface RecordTtls {
  /** DNSKEY RRset and its signatures. */
  readonly key: number
  /** All other RRsets of the zone and their signatures, and negative answers. */
  readonly zone: number
  /** The parent's DS RRset. */
  readonly ds: number
}

/** The TTLs that a situation declares. No cache keeps a record beyond its signature (RFC 4035 §5.3.3). */
export function ttlsOf({ keyTtl, maxTtl, validity, policy }: RolloverSituation): RecordTtls {
  return { key: keyTtl, zone: Math.min(maxTtl, validity), ds: policy.parentDsTtl }
}

/**
 * What the step of a rumoured or unretentive record still waits for; undefined: time has done its part. The TTL is the one
 * recorded with the step, or the present one where that is larger: no change of the policy shortens a wait.
 */
export function timerOf(record: KeyRecord, status: RecordStatus, situation: RolloverSituation): WaitReason | undefined {
  const { policy, now } = situation
  const present = ttlsOf(situation)[TTL_OF_RECORD[record]]
  const isAppearing = status.state === 'rumoured'
  if (record === 'ds') {
    const { seen, served } = status
    if (seen === undefined) return { kind: 'parent', expects: isAppearing ? 'present' : 'absent' }
    if (served === undefined) return { kind: 'served' }
    return waitFrom(seen.at, Math.max(status.ttl, present, seen.ttl), policy.retireSafety, now)
  }
  if (status.served === undefined) return { kind: 'served' }
  const safety = record === 'zrrsig' ? policy.retireSafety : isAppearing ? policy.publishSafety : 0
  return waitFrom(status.served, Math.max(status.ttl, present), safety, now)
}

/** Unix seconds: from when on the parent can have no CDS from before a DS got into its state; infinite: nobody knows yet. */
export function lastingFrom(
  { served = Number.POSITIVE_INFINITY }: RecordStatus,
  { keyTtl, policy }: Pick<RolloverSituation, 'keyTtl' | 'policy'>,
): number {
  return served + keyTtl + policy.publishSafety
}

/**
 * The TTL to record with a step: how long caches may hold what was served before it. Where a zone had no DNSKEY yet, they
 * hold the answer that there is none, with the TTL of negative answers.
 */
export function ttlOfTransition(keys: readonly RolloverKey[], { record, to }: Transition, ttls: RecordTtls): number {
  const ttl = ttls[TTL_OF_RECORD[record]]
  if (record !== 'dnskey' && record !== 'krrsig') return ttl
  const isFirst = to === 'rumoured' && hasNoDs(keys) && !keys.some((key) => is(key, 'dnskey', 'omnipresent'))
  return isFirst ? Math.max(ttl, ttls.zone) : ttl
}

const TTL_OF_RECORD: Readonly<Record<KeyRecord, keyof RecordTtls>> = {
  dnskey: 'key',
  krrsig: 'key',
  zrrsig: 'zone',
  ds: 'ds',
}

function waitFrom(since: number, ttl: number, safety: number, now: number): WaitReason | undefined {
  const until = since + ttl + safety
  return now < until ? { kind: 'time', until, since, ttl, safety } : undefined
}
