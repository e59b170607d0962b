/*
 * How explorations begin.
 */
import type { KeyRole } from '../../../keys/key-role.ts'
import { assumedRecords } from '../../../keys/rollover/assumed-records.ts'
import { type KeyDuty, RECORDS_OF_ROLE, type RecordStatus, type RolloverKey } from '../../../keys/rollover/key-state.ts'
import type { RolloverPolicy } from '../../../keys/rollover/policy.ts'
import { namesText } from './validator.ts'
import { LONGEST_TTL, NOW, type Settings, settled, type World } from './world.ts'

const POLICY: RolloverPolicy = {
  ...{ zskLifetime: undefined, kskLifetime: undefined, standbyZsk: false, standbyKsk: false, isCombined: false },
  ...{ publishSafety: 0, retireSafety: 0, parentDsTtl: 2, isManual: false },
}

const SETTINGS: Settings = {
  name: 'settings',
  policy: POLICY,
  algorithms: [13],
  ...{ maxTtl: 2, validity: 9, keyTtl: 1, parentTtl: 2, manner: 'replace' },
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
  return settled({
    ...{
      keys,
      settings,
      left,
      goal: 'secure',
      isPaused: false,
      stale: [],
      largestTtl: { ttl: settings.maxTtl },
      isAcknowledged: true,
      parent: [ds, ds],
    },
  })
}

/** A zone that is not signed yet. */
export function unsigned(settings: Settings, left: Readonly<Record<string, number>>): World {
  return settled({
    ...{
      keys: [],
      settings,
      left,
      goal: 'secure',
      isPaused: false,
      stale: [],
      largestTtl: { ttl: settings.maxTtl },
      isAcknowledged: true,
      parent: ['', ''],
    },
  })
}

/** A zone whose keys come from before states were kept: they are in use, and nobody knows since when. */
export function unknown(settings: Settings, left: Readonly<Record<string, number>>): World {
  const world = steady(settings, left)
  const keys = world.keys.map((key) => ({ ...key, records: assumedTicks(key.role) }))
  return settled({ ...world, keys, isAcknowledged: false })
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
