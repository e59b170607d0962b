/*
 * Keys as they are after a step, and after what was learnt about workers and the parent. Nothing is changed in place.
 */
import {
  type DsSighting,
  type KeyRecord,
  RECORDS_OF_ROLE,
  type RecordStatus,
  type RolloverKey,
  type Transition,
} from './key-state.ts'
import type { KeyChange, RolloverSituation } from './step.ts'
import { lastingFrom, type RecordTtls, ttlOfTransition } from './timers.ts'

/** When a step is flushed, Unix seconds, and the TTLs that caches may go by. */
export interface StepTime {
  readonly now: number
  readonly ttls: RecordTtls
}

/** The keys after these transitions, one after another. Throws a RangeError for one that does not fit its key. */
export function applyTransitions<Key extends RolloverKey>(
  keys: readonly Key[],
  transitions: readonly Transition[],
  { now, ttls }: StepTime,
): Key[] {
  let result = [...keys]
  for (const transition of transitions) {
    const { key: id, record, from, to } = transition
    const key = result.find((each) => each.id === id)
    if (key?.records[record]?.state !== from) {
      throw new RangeError(`key ${id} has no record ${record} that is ${from}`)
    }
    const status: RecordStatus = { state: to, since: now, ttl: ttlOfTransition(result, transition, ttls) }
    // That caches have followed changes nothing that is served.
    const isObservation = to === 'omnipresent' || to === 'hidden'
    result = withRecord(result, id, record, isObservation ? { ...status, served: now } : status)
  }
  return result
}

/**
 * The keys once all workers serve them as they are in `published`, at `at`, Unix seconds: timers of these steps run from
 * then. Records that have taken a step since do not count.
 */
export function noteServed<Key extends RolloverKey>(
  keys: readonly Key[],
  published: readonly RolloverKey[],
  at: number,
): Key[] {
  return keys.map((key) => {
    const before = published.find(({ id }) => id === key.id)
    return mapRecords(key, (status, record) => {
      const served = before?.records[record]
      const isSame = served !== undefined && served.state === status.state && served.since === status.since
      return isSame && status.served === undefined ? { ...status, served: at } : status
    })
  })
}

/** What was seen of a key's DS at the parent, at one time at all addresses of all its servers. */
export interface ParentSighting extends DsSighting {
  readonly key: string
  /** `present`: all have it; `absent`: none has; `mixed`: some have. */
  readonly says: 'present' | 'absent' | 'mixed'
}

/**
 * The keys as the parent's servers show them. What is expected starts the timer. What is not is believed as well: a DS
 * that the parent has before it was asked for is rumoured, one that it has lost is unretentive, and a timer stops
 * where the parent has changed its mind. What a look finds while the parent may still take it back (timers.ts) starts no
 * timer; an operator says it once, and the timer runs from then.
 */
export function noteSighting<Key extends RolloverKey>(
  keys: readonly Key[],
  { key: id, says, ...seen }: ParentSighting,
  situation: Pick<RolloverSituation, 'keyTtl' | 'policy'>,
): Key[] {
  const ds = keys.find((key) => key.id === id)?.records.ds
  if (ds === undefined) return [...keys]
  const lasting = lastingFrom(ds, situation)
  const isTold = seen.by === 'operator'
  const at = isTold && Number.isFinite(lasting) ? Math.max(seen.at, lasting) : seen.at
  const isLasting = isTold || (seen.at >= lasting && (ds.state === 'rumoured' || ds.state === 'unretentive'))
  return withRecord(keys, id, 'ds', sightedDs(ds, says, { ...seen, at }, isLasting))
}

/**
 * The keys after a change at `now`, Unix seconds. `made` names the key of a change that makes one: nobody has seen
 * anything of it yet. A key that is told to be what it is already, because it takes over, is so from now on.
 */
export function applyKeyChange(
  keys: readonly RolloverKey[],
  change: KeyChange,
  { now, made }: { readonly now: number; readonly made?: KeyName | undefined },
): RolloverKey[] {
  switch (change.kind) {
    case 'make':
      if (made === undefined) throw new RangeError('a key has to be made first')
      return [...keys, newKey(change, made, now)]
    case 'duty':
      return keys.map((key) => {
        if (key.id !== change.key) return key
        const { duty, replaces, isCompromised } = change
        return {
          ...{ ...key, duty, dutySince: now },
          ...(replaces !== undefined && { replaces }),
          ...(isCompromised && { isCompromised }),
        }
      })
    case 'remove':
      return keys.filter(({ id }) => id !== change.key)
  }
}

/** What tells a key from all others of its zone. */
export type KeyName = Pick<RolloverKey, 'id' | 'keyTag'>

function newKey(
  { role, algorithm, duty, replaces }: Extract<KeyChange, { kind: 'make' }>,
  { id, keyTag }: KeyName,
  now: number,
): RolloverKey {
  const hidden: RecordStatus = { state: 'hidden', since: now, served: now, ttl: 0 }
  return {
    ...{ id, role, algorithm, keyTag, created: now, duty, dutySince: now },
    ...(replaces !== undefined && { replaces }),
    records: Object.fromEntries(RECORDS_OF_ROLE[role].map((record) => [record, hidden])),
  }
}

/** `isLasting`: a timer may start by it. */
function sightedDs(
  ds: RecordStatus,
  says: ParentSighting['says'],
  sighting: DsSighting,
  isLasting: boolean,
): RecordStatus {
  const { seen: before, ...unseen } = ds
  const step = { since: sighting.at, ttl: Math.max(ds.ttl, sighting.ttl) }
  const seen = before ?? (isLasting ? sighting : undefined)
  const timed = seen === undefined ? {} : { seen }
  switch (ds.state) {
    case 'hidden':
      if (says === 'absent') return ds
      return { ...step, state: 'rumoured', ...(says === 'present' ? timed : {}) }
    case 'rumoured':
      return says === 'present' ? { ...unseen, ...timed } : unseen
    case 'omnipresent':
      if (says === 'present') return ds
      return says === 'absent' ? { ...step, state: 'unretentive', ...timed } : { ...step, state: 'rumoured' }
    case 'unretentive':
      return says === 'absent' ? { ...unseen, ...timed } : unseen
  }
}

function withRecord<Key extends RolloverKey>(
  keys: readonly Key[],
  id: string,
  record: KeyRecord,
  status: RecordStatus,
): Key[] {
  return keys.map((key) => (key.id === id ? { ...key, records: { ...key.records, [record]: status } } : key))
}

function mapRecords<Key extends RolloverKey>(
  key: Key,
  map: (status: RecordStatus, record: KeyRecord) => RecordStatus,
): Key {
  const entries = Object.entries(key.records) as [KeyRecord, RecordStatus][]
  return { ...key, records: Object.fromEntries(entries.map(([record, status]) => [record, map(status, record)])) }
}
