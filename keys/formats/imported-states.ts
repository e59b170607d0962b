/*
 * How far the records of a foreign key have spread, as far as its signer says: the states from which its roll goes on.
 * What is on its way is on its way from now on: whatever the other server has waited for is waited for again, since
 * nothing tells how well it knew. Where a signer has less to say than is asked, the DS may be out there, and what was
 * served may be in caches.
 */
import type { KeyDuty, KeyRecord, RecordState, RecordStatus, RolloverKey } from '../rollover/key-state.ts'
import { RECORDS_OF_ROLE } from '../rollover/key-state.ts'
import type { ForeignKey } from './assemble-keys.ts'
import { KNOT_TIMERS, type KnotKey, type KnotTimer } from './knot-listing.ts'
import type { KeyTimes } from './private-key-file.ts'
import type { StateFile } from './state-file.ts'

/** What is assumed of keys that come without states. */
export const CLAIMED_STATES = ['active', 'published', 'retired'] as const
export type ClaimedState = (typeof CLAIMED_STATES)[number]

/** What the states of foreign keys are read by. */
export interface ImportCircumstances {
  /** Unix seconds. */
  readonly now: number
  /** For keys that come without; undefined: by their times, or else `active`. */
  readonly claimed: ClaimedState | undefined
  /** Seconds: the largest TTLs that the other server may have given: of anything, of DNSKEY, and the parent of DS. */
  readonly ttls: { readonly zone: number; readonly key: number; readonly ds: number }
}

/** Where states come from. */
export type StateSource = 'state file' | 'Knot DNS' | 'times' | 'claim'

/** The states of an imported key; `unused`: it is in use no more, or not yet, and has no place here. */
export type ImportedStates =
  | ({ readonly source: StateSource; readonly predecessor: number | undefined } & Pick<RolloverKey, 'duty' | 'records'>)
  | { readonly unused: string }

/**
 * The states of a foreign key. A key without its private key is another signer's (RFC 8901): it is published here, and the
 * other signer signs the zone with it, or has its DS at the parent.
 */
export function importedStates(key: ForeignKey, circumstances: ImportCircumstances): ImportedStates {
  const { privateKey, state, knot, times } = key
  if (privateKey === undefined) return withStates(key, circumstances, { source: 'claim', ...OF_ANOTHER_SIGNER })
  if (state?.goal !== undefined) return fromStateFile(key, state, circumstances)
  if (knot !== undefined) return fromKnot(key, knot, circumstances)
  if (circumstances.claimed !== undefined) {
    return withStates(key, circumstances, { source: 'claim', ...CLAIMS[circumstances.claimed] })
  }
  return fromTimes(key, times, circumstances)
}

type States = Readonly<Record<KeyRecord, RecordState>>

/** What of a key is where. */
interface Spread {
  readonly duty: KeyDuty
  readonly states: Partial<States>
}

const IN_USE: States = { dnskey: 'rumoured', krrsig: 'rumoured', zrrsig: 'rumoured', ds: 'rumoured' }

/** What another signer has signed may be in caches, but the key set here is not signed with its KSK. */
const OF_ANOTHER_SIGNER: Spread = { duty: 'active', states: { ...IN_USE, krrsig: 'hidden' } }

const CLAIMS: Readonly<Record<ClaimedState, Spread>> = {
  active: { duty: 'active', states: IN_USE },
  // It is to take over from the one in use.
  published: { duty: 'active', states: { dnskey: 'rumoured', krrsig: 'rumoured', zrrsig: 'hidden', ds: 'hidden' } },
  // What it has signed, and the DS, are out there until it is shown that they are not; the zone is signed by another.
  retired: { duty: 'retired', states: { ...IN_USE, zrrsig: 'unretentive' } },
}

function fromStateFile(
  key: ForeignKey,
  { goal, records, predecessor }: StateFile,
  circumstances: ImportCircumstances,
): ImportedStates {
  const states = Object.fromEntries(
    RECORDS_OF_ROLE[key.role].map((record) => [record, records[record]?.state ?? 'hidden']),
  ) as Partial<States>
  if (goal === 'hidden' && Object.values(states).every((state) => state === 'hidden')) {
    return { unused: 'BIND has taken it out of use: nothing of it is anywhere any more' }
  }
  const duty = goal === 'hidden' ? 'retired' : 'active'
  const since = Object.fromEntries(Object.entries(records).map(([record, each]) => [record, each?.since]))
  return withStates(key, circumstances, { source: 'state file', duty, states, predecessor, since })
}

/** By the last timer that has run out; a KSK's, and a ZSK's. The DS is seen by nobody here yet. */
const KNOT_STATES: Readonly<Record<KnotTimer, Spread>> = {
  'pre-active': { duty: 'active', states: { dnskey: 'hidden', krrsig: 'hidden', ds: 'hidden', zrrsig: 'rumoured' } },
  publish: { duty: 'active', states: { dnskey: 'rumoured', krrsig: 'rumoured', ds: 'hidden', zrrsig: 'hidden' } },
  ready: { duty: 'active', states: { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'rumoured', zrrsig: 'hidden' } },
  active: {
    duty: 'active',
    states: { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'rumoured', zrrsig: 'rumoured' },
  },
  'retire-active': {
    duty: 'retired',
    states: { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'omnipresent', zrrsig: 'omnipresent' },
  },
  retire: {
    duty: 'retired',
    states: { dnskey: 'omnipresent', krrsig: 'omnipresent', ds: 'unretentive', zrrsig: 'unretentive' },
  },
  'post-active': {
    duty: 'retired',
    states: { dnskey: 'unretentive', krrsig: 'unretentive', ds: 'unretentive', zrrsig: 'omnipresent' },
  },
  revoke: { duty: 'retired', states: {} },
  remove: { duty: 'retired', states: {} },
}

function fromKnot(key: ForeignKey, { timers }: KnotKey, circumstances: ImportCircumstances): ImportedStates {
  const reached = KNOT_TIMERS.findLast((name) => (timers[name] ?? Number.POSITIVE_INFINITY) <= circumstances.now)
  if (reached === undefined)
    return { unused: 'Knot DNS would have published it later: Veil makes its own keys in time' }
  if (reached === 'revoke') return { unused: 'Knot DNS has revoked it' }
  if (reached === 'remove') return { unused: 'Knot DNS has removed it from the zone' }
  const isCombined = key.role === 'csk'
  // A combined key is in use in both ways once it is active; before, `ready`, its signatures of the zone may be out too.
  const states = {
    ...KNOT_STATES[reached].states,
    ...(isCombined && reached === 'ready' && { zrrsig: 'rumoured' as const }),
  }
  return withStates(key, circumstances, { source: 'Knot DNS', duty: KNOT_STATES[reached].duty, states })
}

/** BIND before it had states: when a key is published, in use and out of use. */
function fromTimes(key: ForeignKey, times: KeyTimes, circumstances: ImportCircumstances): ImportedStates {
  const { now } = circumstances
  const isPast = (at: number | undefined) => at !== undefined && at <= now
  if (isPast(times.revoke)) return { unused: 'it is revoked' }
  if (isPast(times.delete)) return { unused: 'it was to be taken out of the zone: its time has come' }
  if (times.publish !== undefined && times.publish > now) {
    return { unused: 'it was to be published later: Veil makes its own keys in time' }
  }
  const claim = isPast(times.inactive) ? 'retired' : (times.activate ?? 0) > now ? 'published' : 'active'
  const source = Object.keys(times).some((name) => name !== 'created') ? 'times' : 'claim'
  return withStates(key, circumstances, { source, ...CLAIMS[claim] })
}

interface Told extends Spread {
  readonly source: StateSource
  readonly predecessor?: number | undefined
  /** Unix seconds, of what has come to rest. */
  readonly since?: Readonly<Partial<Record<string, number | undefined>>>
}

function withStates(
  { role, ttl }: ForeignKey,
  { now, ttls }: ImportCircumstances,
  { source, duty, states, predecessor, since = {} }: Told,
): ImportedStates {
  const largest: Readonly<Record<KeyRecord, number>> = {
    dnskey: Math.max(ttl ?? 0, ttls.key),
    krrsig: Math.max(ttl ?? 0, ttls.key),
    zrrsig: ttls.zone,
    ds: ttls.ds,
  }
  const statusOf = (record: KeyRecord): RecordStatus => {
    const state = states[record] ?? 'hidden'
    const isAtRest = state === 'hidden' || state === 'omnipresent'
    return { state, since: isAtRest ? Math.min(now, since[record] ?? now) : now, ttl: largest[record] }
  }
  const records = Object.fromEntries(RECORDS_OF_ROLE[role].map((record) => [record, statusOf(record)]))
  return { source, duty, records, predecessor }
}
