/*
 * What resolvers of the world may hold while a simulated roll goes on: of the parent's DS RRset, of the key set and of
 * signatures any generation that was served and whose TTL has not passed, in any combination. It knows nothing of the
 * rules that the roll follows, so it tells whether they were good for anything.
 */
import type { RolloverKey } from '../../keys/rollover/key-state.ts'
import type { SimulatedMoment } from '../../keys/rollover/simulate.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import { ttlsOf } from '../../keys/rollover/timers.ts'

/** What caches may hold at one time, and what comes of it. */
export interface CacheView {
  /** Unix seconds. */
  readonly at: number
  /** The generations that may be held, the one that is served first. */
  readonly ds: readonly Generation[]
  readonly keySets: readonly Generation[]
  readonly signatures: readonly Generation[]
  readonly combinations: number
  /** Those of them that a validator rejects, told by what does not fit. */
  readonly faults: readonly string[]
}

/** One state of an RRset: whose it is, by id. */
export interface Generation {
  readonly members: readonly string[]
  /** Of a key set, who signs it. */
  readonly signers: readonly string[]
  /** Unix seconds: up to when caches may hold it; undefined: it is being served. */
  readonly until: number | undefined
}

/** A generation and when it was served, Unix seconds. */
interface Served {
  readonly members: readonly string[]
  readonly signers: readonly string[]
  readonly from: number
  to: number
}

/** What caches may hold, at each time at which that grows, or at the times given. */
export function cachesOver(
  moments: readonly SimulatedMoment[],
  situation: RolloverSituation,
  { parentDelay, keys, at }: { parentDelay: number; keys: readonly RolloverKey[]; at?: readonly number[] },
): CacheView[] {
  const [first] = moments
  if (first === undefined) return []
  const ttls = ttlsOf(situation)
  const states = [{ at: Number.NEGATIVE_INFINITY, keys: situation.keys }, ...moments]
  const keySets = generations(states.map((state) => ({ at: state.at, ...keySetOf(state.keys) })))
  const signatures = generations(states.map((state) => ({ at: state.at, ...signersOf(state.keys) })))
  const ds = generations(parentStates(states, situation, parentDelay))
  const times = at ?? [...new Set([...moments, ...ds.map(({ from }) => ({ at: from }))].map((each) => each.at))]
  return times
    .filter((time) => time >= first.at)
    .sort((a, b) => a - b)
    .map((time) => {
      const held = {
        ds: heldAt(ds, time, ttls.ds),
        keySets: heldAt(keySets, time, ttls.key),
        signatures: heldAt(signatures, time, ttls.zone),
      }
      return { at: time, ...held, ...judge(held, keys) }
    })
}

function keySetOf(keys: readonly RolloverKey[]) {
  return { members: served(keys, 'dnskey'), signers: served(keys, 'krrsig') }
}

function signersOf(keys: readonly RolloverKey[]) {
  return { members: served(keys, 'zrrsig'), signers: [] }
}

function served(keys: readonly RolloverKey[], record: 'dnskey' | 'krrsig' | 'zrrsig'): string[] {
  return idsOf(keys, ({ records }) => ['rumoured', 'omnipresent'].includes(records[record]?.state ?? 'hidden'))
}

function idsOf(keys: readonly RolloverKey[], is: (key: RolloverKey) => boolean): string[] {
  return keys
    .filter(is)
    .map(({ id }) => id)
    .sort()
}

/** What the parent has: at first what is known of it, then what it was asked for `parentDelay` ago. */
function parentStates(
  states: readonly { readonly at: number; readonly keys: readonly RolloverKey[] }[],
  { keys }: RolloverSituation,
  parentDelay: number,
) {
  const hasDs = ({ records: { ds } }: RolloverKey) =>
    ds?.state === 'omnipresent' || (ds?.state === 'unretentive' ? ds.seen === undefined : ds?.seen !== undefined)
  const asked = ({ records: { ds } }: RolloverKey) => ds?.state === 'rumoured' || ds?.state === 'omnipresent'
  const delayed = states.slice(1).map((state) => ({
    ...{ at: state.at + parentDelay, members: idsOf(state.keys, asked), signers: [] },
  }))
  return [{ at: Number.NEGATIVE_INFINITY, members: idsOf(keys, hasDs), signers: [] }, ...delayed]
}

/** One for each stretch of time in which the same was served. */
function generations(
  states: readonly { readonly at: number; readonly members: readonly string[]; readonly signers: readonly string[] }[],
): Served[] {
  const found: Served[] = []
  for (const { at, members, signers } of states) {
    const last = found.at(-1)
    if (last !== undefined && isSame(last, { members, signers })) continue
    if (last !== undefined) last.to = at
    found.push({ members, signers, from: at, to: Number.POSITIVE_INFINITY })
  }
  return found
}

function isSame(a: Pick<Served, 'members' | 'signers'>, b: Pick<Served, 'members' | 'signers'>): boolean {
  return a.members.join() === b.members.join() && a.signers.join() === b.signers.join()
}

function heldAt(all: readonly Served[], at: number, ttl: number): Generation[] {
  return all
    .filter(({ from, to }) => from <= at && at < to + ttl)
    .map(({ members, signers, to }) => ({ members, signers, until: at < to ? undefined : to + ttl }))
    .reverse()
}

function judge(
  { ds, keySets, signatures }: Pick<CacheView, 'ds' | 'keySets' | 'signatures'>,
  keys: readonly RolloverKey[],
): Pick<CacheView, 'combinations' | 'faults'> {
  const faults = new Set<string>()
  for (const anchor of ds) {
    for (const keySet of keySets) {
      for (const signature of signatures) {
        const fault = faultOf(anchor, keySet, signature, keys)
        if (fault !== undefined) faults.add(fault)
      }
    }
  }
  return { combinations: ds.length * keySets.length * signatures.length, faults: [...faults] }
}

/**
 * Why a validator rejects that; undefined: it does not. Judged as strictly as any does: for each algorithm of the DS
 * there has to be a key that it names and that signs the key set, for each of the key set a key that signs the zone.
 */
function faultOf(
  anchor: Generation,
  keySet: Generation,
  signature: Generation,
  keys: readonly RolloverKey[],
): string | undefined {
  const anchored = own(anchor.members, keys)
  if (anchored.length === 0) return undefined
  const chained = anchored.filter(({ id }) => keySet.members.includes(id) && keySet.signers.includes(id))
  const broken = algorithmsOf(anchored).find((algorithm) => !algorithmsOf(chained).includes(algorithm))
  if (broken !== undefined) return `a DS of algorithm ${broken} that leads to no key of the key set`
  const published = own(keySet.members, keys)
  const signing = published.filter(({ id }) => signature.members.includes(id))
  const unsigned = algorithmsOf(published).find((algorithm) => !algorithmsOf(signing).includes(algorithm))
  return unsigned === undefined ? undefined : `signatures of algorithm ${unsigned} by no key of the key set`
}

/** Keys of other signers are left out: what they sign is not known here. */
function own(ids: readonly string[], keys: readonly RolloverKey[]): RolloverKey[] {
  return keys.filter(({ id, isForeign }) => ids.includes(id) && isForeign !== true)
}

function algorithmsOf(keys: readonly RolloverKey[]): number[] {
  return [...new Set(keys.map(({ algorithm }) => algorithm))]
}
