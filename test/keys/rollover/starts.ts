/*
 * How explorations begin.
 */
import type { KeyRole } from '../../../keys/key-role.ts'
import { assumedRecords } from '../../../keys/rollover/assumed-records.ts'
import { type KeyDuty, RECORDS_OF_ROLE, type RecordStatus, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { RolloverPolicy } from '../../../keys/rollover/policy.ts'
import { EMPTY_CACHES } from './caches.ts'
import type { Served } from './served.ts'
import { keySetText, namesText } from './validator.ts'
import { LONGEST_TTL, NOW, type Settings, type World } from './world.ts'

const POLICY: RolloverPolicy = {
  ...{ zskLifetime: undefined, kskLifetime: undefined, standbyZsk: false, standbyKsk: false, isCombined: false },
  ...{ publishSafety: 0, retireSafety: 0, parentDsTtl: 2, isManual: false },
}

const SETTINGS: Settings = {
  name: 'settings',
  policy: POLICY,
  algorithms: [13],
  ...{ maxTtl: 2, validity: 9, keyTtl: 1, parentTtl: 2, manner: 'replace', isOffline: false },
}

/** Those of a zone with a KSK and a ZSK of algorithm 13 and nothing particular, with some changes. */
export function settingsOf(name: string, change: Partial<Settings>, policy: Partial<RolloverPolicy> = {}): Settings {
  return { ...SETTINGS, name, ...change, policy: { ...POLICY, ...policy } }
}

/** A zone that nothing has happened to for long. */
export function steady(settings: Settings, left: Readonly<Record<string, number>>): World {
  const { policy, algorithms } = settings
  const keys = algorithms.flatMap((algorithm) =>
    (policy.isCombined ? ['csk' as const] : ['ksk' as const, 'zsk' as const]).flatMap((role) => {
      const isStandbyWanted = (role !== 'ksk' && policy.standbyZsk) || (role !== 'zsk' && policy.standbyKsk)
      const active = everywhere(role, algorithm, 1, 'active')
      return isStandbyWanted ? [active, everywhere(role, algorithm, 2, 'standby')] : [active]
    }),
  )
  const ds = namesText(keys.filter(({ records }) => records.ds).map(({ id }) => id))
  return worldWith({ keys, settings, left, parent: [ds, ds] })
}

function worldWith(world: Pick<World, 'keys' | 'settings' | 'left' | 'parent'>): World {
  const { maxTtl, parentTtl } = world.settings
  return {
    ...{ ...world, goal: 'secure', isPaused: false, isAcknowledged: true, stale: [], others: [], lastStep: [] },
    ...{ parentTtl, seenTtl: parentTtl, largestTtl: { ttl: maxTtl }, caches: EMPTY_CACHES },
  }
}

/** A zone that is not signed yet. */
export function unsigned(settings: Settings, left: Readonly<Record<string, number>>): World {
  return worldWith({ keys: [], settings, left, parent: ['', ''] })
}

/**
 * A zone that another signer signs, too (RFC 8901): it has our keys, we have its, in the states that an import gives them,
 * and CDS are ours alone.
 */
export function shared(settings: Settings, left: Readonly<Record<string, number>>): World {
  const own = steady(settings, left).keys
  const others = own.map((key): RolloverKey => {
    const { records } = everywhere(key.role, key.algorithm, 2, 'active')
    const unknown = Object.entries(records).map(([record, status]): [string, RecordStatus] => {
      const isOut = record !== 'krrsig'
      return [record, isOut ? { state: 'rumoured', since: NOW, ttl: LONGEST_TTL } : { ...status, state: 'hidden' }]
    })
    return { ...key, id: `${key.role}13.2`, keyTag: 2, isForeign: true, records: Object.fromEntries(unknown) }
  })
  const keys = [...own, ...others]
  const names = (role: string) => keys.filter((key) => key.role === role).map(({ id }) => id)
  const ds = namesText(names('ksk'))
  const { keyTtl, maxTtl } = settings
  const theirs: Served = {
    ...{ keySet: keySetText([...names('ksk'), ...names('zsk')], ['ksk13.2']), data: 'zsk13.2', asked: undefined },
    ...{ keyTtl, dataTtl: maxTtl },
  }
  return { ...worldWith({ keys, settings, left, parent: [ds, ds] }), others: [theirs], isAcknowledged: false }
}

/** A zone whose keys come from before states were kept: they are in use, and nobody knows since when. */
export function unknown(settings: Settings, left: Readonly<Record<string, number>>): World {
  const world = steady(settings, left)
  const keys = world.keys.map((key) => ({ ...key, records: assumedTicks(key.role) }))
  return { ...world, keys, isAcknowledged: false }
}

/** What is assumed of such keys, with TTLs of this world. */
function assumedTicks(role: KeyRole): RolloverKey['records'] {
  return Object.fromEntries(
    Object.entries(assumedRecords(role, NOW)).map(([record, status]) => [record, { ...status, ttl: LONGEST_TTL }]),
  )
}

function everywhere(role: KeyRole, algorithm: number, number: number, duty: KeyDuty): RolloverKey {
  const since = NOW - 4
  const status = (isThere: boolean): RecordStatus => ({
    ...{ state: isThere ? 'omnipresent' : 'hidden', since, served: since, ttl: 0 },
  })
  return {
    ...{ id: `${role}${algorithm}.${number}`, role, algorithm, keyTag: number, duty, created: since, dutySince: since },
    records: Object.fromEntries(
      RECORDS_OF_ROLE[role].map((record) => [record, status(duty === 'active' || record !== 'zrrsig')]),
    ),
  }
}
