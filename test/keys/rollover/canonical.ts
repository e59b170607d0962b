/*
 * Worlds that behave alike are made equal, so that there are few; and what has been worked out of one part of a world is not
 * worked out again:
 *
 *   - times count only as far back as something can still be waited for with them, and of records that nothing is waited for
 *     with none do; of when keys were made only the order counts;
 *   - keys of one kind are numbered in the order in which they were made, then those that are but remembered;
 *   - equal parts are one object.
 */
import { RECORDS_OF_ROLE, type RecordStatus, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import { aged, type Caches, filled, type Offers } from './caches.ts'
import { renumbered } from './renumber.ts'
import { type Served, servedOf } from './served.ts'
import { NOW, type Settings, shiftedKey, statusText, type World } from './world.ts'

export interface Canon {
  /** The same world, in which everything that is served could have been asked for just now. */
  worldOf<W extends World>(world: W): W
  keysOf(keys: World['keys']): World['keys']
  /** A canonical world once a tick has gone by for keys and caches. */
  later(world: World): World
  /** Equal for canonical worlds that are equal but for their caches. */
  textOf(world: World): string
  /** Equal for canonical worlds in which the machine decides alike. */
  situationText(world: World): string
}

/** Of worlds that may come to have any of these settings, and whose clock may be set back by so many ticks in all. */
export function createCanon(settings: readonly Settings[], back: number): Canon {
  const horizon = horizonOf(settings, back)
  const intern = createInterning()
  const served = new WeakMap<object, Map<string, Served>>()
  const cachesAfter = new WeakMap<object, Map<string, Caches>>()

  const aging = new WeakMap<object, Map<string, World['keys']>>()
  const keyOf = (given: RolloverKey, order: number): RolloverKey => {
    if (given.created === order && intern.has(given)) return given
    const key = plainKey(given, order, horizon)
    return intern.one(key, textOfKey(key))
  }
  const keysOf = (given: World['keys']): World['keys'] => {
    if (intern.has(given)) return given
    const keys = given.map(keyOf)
    return intern.one(keys, `keys ${keys.map(intern.number).join()}`)
  }
  const offered = ({ keys, goal, settings }: World): Served =>
    remembered(served, keys, `${goal} ${settings.name}`, () => intern.one(servedOf({ keys, goal, settings })))
  const settledCaches = (world: World): Caches => {
    const before = intern.one(world.caches)
    const offering = [offered(world), ...[...world.stale, ...world.others].map((each) => intern.one(each))]
    const text = `${offering.map(intern.number).join()} ${world.parent.join(';')} ${world.parentTtl}`
    return remembered(cachesAfter, before, text, () => intern.one(filled(before, offersOf(world, offering))))
  }
  const situationText = ({ keys, settings, goal, isPaused, largestTtl, clockAhead, bundle }: World): string => {
    const { ttl, until } = largestTtl
    const rest = `${ttl} ${until === undefined ? '' : until - NOW} ${clockAhead ?? ''} ${bundle ?? ''}`
    return `${intern.number(keys)} ${settings.name} ${goal} ${isPaused} ${rest}`
  }
  return {
    worldOf: (given) => {
      const named = renumbered(given)
      const keys = keysOf(named.keys)
      const { ttl, until } = named.largestTtl
      const largestTtl = until === undefined ? { ttl } : { ttl, until: Math.max(until, NOW) }
      const settled = { ...named, keys, largestTtl }
      const world = named.backup === undefined ? settled : { ...settled, backup: keysOf(named.backup) }
      return { ...world, caches: settledCaches(world) }
    },
    situationText,
    keysOf,
    later: (world) => {
      const { keys, caches } = world
      return {
        ...world,
        keys: remembered(aging, keys, 'later', () => keysOf(keys.map((key) => shiftedKey(key, 1)))),
        caches: remembered(cachesAfter, caches, 'later', () => intern.one(aged(caches))),
      }
    },
    textOf: (world) => {
      const { stale, isAcknowledged, parent, parentTtl, seenTtl, left, lastStep, backup, caches } = world
      const parts = [stale, parent, left, lastStep, backup ?? []].map((part) => intern.number(intern.one(part)))
      // There somebody waits until caches hold less.
      const held = (left['its keys retire'] ?? 0) > 0 ? intern.number(caches) : ''
      return `${situationText(world)} ${isAcknowledged} ${parentTtl} ${seenTtl} ${held} ${parts.join(' ')}`
    },
  }
}

/** How long anything can be waited for; ticks. */
interface Horizon {
  readonly ttl: Readonly<Record<'dnskey' | 'krrsig' | 'zrrsig' | 'ds', number>>
  readonly safety: number
  readonly back: number
  /** Ages at which keys are replaced. */
  readonly zsk: number | undefined
  readonly ksk: number | undefined
}

function horizonOf(settings: readonly Settings[], back: number): Horizon {
  const most = (of: (settings: Settings) => number): number => Math.max(...settings.map(of))
  const key = most(({ keyTtl }) => keyTtl)
  const zone = most(({ maxTtl, validity }) => Math.min(maxTtl, validity))
  return {
    ttl: { dnskey: key, krrsig: key, zrrsig: zone, ds: most(({ policy }) => policy.parentDsTtl) },
    safety: most(({ policy }) => Math.max(policy.publishSafety, policy.retireSafety)),
    back,
    zsk: largest(settings.map(({ policy }) => policy.zskLifetime)),
    ksk: largest(settings.map(({ policy }) => policy.kskLifetime)),
  }
}

function largest(numbers: readonly (number | undefined)[]): number | undefined {
  const given = numbers.filter((number) => number !== undefined)
  return given.length === 0 ? undefined : Math.max(...given)
}

/** The key with as little of what it remembers of the past as decides anything. */
function plainKey(key: RolloverKey, order: number, horizon: Horizon): RolloverKey {
  const { id, role, algorithm, keyTag, duty, dutySince, replaces, isCompromised, isForeign } = key
  const records = RECORDS_OF_ROLE[role].map((record) => [record, plainStatus(key.records[record]!, record, horizon)])
  const lifetime = duty === 'retired' ? undefined : role === 'zsk' ? horizon.zsk : horizon.ksk
  const inDuty = lifetime === undefined ? NOW : Math.max(dutySince, NOW - lifetime - horizon.back)
  return {
    ...{ id, role, algorithm, keyTag, created: order, duty, dutySince: inDuty },
    ...(replaces !== undefined && { replaces }),
    ...(isCompromised && { isCompromised }),
    ...(isForeign && { isForeign }),
    records: Object.fromEntries(records),
  }
}

/** Its role, tag and algorithm are in its name. */
function textOfKey({ id, duty, dutySince, replaces, isCompromised, isForeign, created, records }: RolloverKey): string {
  const { dnskey, krrsig, zrrsig, ds } = records
  const states = `${statusText(dnskey)};${statusText(krrsig)};${statusText(zrrsig)};${statusText(ds)}`
  return `${id},${duty},${dutySince},${replaces},${isCompromised},${isForeign},${created},${states}`
}

function plainStatus(
  { state, served, ttl, seen }: RecordStatus,
  record: keyof Horizon['ttl'],
  horizon: Horizon,
): RecordStatus {
  const { safety, back } = horizon
  const isResting = state === 'hidden' || state === 'omnipresent'
  if (isResting) return { state, since: NOW - 1, served: NOW - 1, ttl: record === 'ds' && state !== 'hidden' ? ttl : 0 }
  const longest = Math.max(ttl, horizon.ttl[record], seen?.ttl ?? 0)
  // Of a DS `served` tells until when the parent may have older CDS.
  const servedFor = record === 'ds' ? horizon.ttl.dnskey : longest
  const noOlder = (time: number, wait: number): number => Math.max(time, NOW - wait - safety - back)
  return {
    ...{ state, since: NOW, ttl },
    ...(served !== undefined && { served: noOlder(served, servedFor) }),
    ...(seen !== undefined && { seen: { at: noOlder(seen.at, longest), ttl: seen.ttl, by: 'check' } }),
  }
}

function offersOf({ parent, parentTtl, settings }: World, offering: readonly Served[]): Offers {
  const isRead = settings.manner !== 'by hand'
  return {
    ds: parent.map((ds) => [ds, parentTtl]),
    keySets: offering.map(({ keySet, keyTtl }) => [keySet, keyTtl]),
    data: offering.map(({ data, dataTtl }) => [data, dataTtl]),
    asked: offering.flatMap(({ asked, keyTtl }) => (asked === undefined || !isRead ? [] : [[asked, keyTtl] as const])),
  }
}

/** Makes equal objects one, and numbers them. */
function createInterning() {
  const byText = new Map<string, object>()
  const numbers = new WeakMap<object, number>()
  return {
    has: (object: object): boolean => numbers.has(object),
    /** `text`: equal for equal objects. */
    one: <T extends object>(object: T, given?: string): T => {
      if (numbers.has(object)) return object
      const text = given ?? JSON.stringify(object)
      const known = byText.get(text)
      if (known !== undefined) return known as T
      numbers.set(object, byText.size)
      byText.set(text, object)
      return object
    },
    /** Of one that was made so. */
    number: (object: object): number => numbers.get(object)!,
  }
}

function remembered<T>(memory: WeakMap<object, Map<string, T>>, object: object, text: string, make: () => T): T {
  let known = memory.get(object)
  if (known === undefined) {
    known = new Map()
    memory.set(object, known)
  }
  let value = known.get(text)
  if (value === undefined) {
    value = make()
    known.set(text, value)
  }
  return value
}
