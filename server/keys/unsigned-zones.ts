import type { KeySetChange } from '../../keys/key-store.ts'
import { applyTransitions } from '../../keys/rollover/apply.ts'
import { withdrawingSteps } from '../../keys/rollover/direct-steps.ts'
import type { Transition } from '../../keys/rollover/key-state.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import type { RunningServer } from '../running-server.ts'
import { believedSeconds } from './rollover-clock.ts'
import { withStates } from './zone-rollover.ts'

/** What is served of a key as long as the zone is signed; what the parent has does not change with the configuration. */
const SIGNED_RECORDS = ['dnskey', 'krrsig', 'zrrsig'] as const
const UNSIGNED = 'the configuration does not have the zone signed any more: nothing of its keys is served'
const REMOVED = 'the configuration does not have the zone any more: nothing of its keys is served here'

/**
 * Notes of zones that have keys, and that the configuration has no more, or not signed, that nothing of the keys is served:
 * signed here again, they begin anew to spread, for others may have served the zone meanwhile. A zone that does not load stays
 * what it was. In turn.
 */
export async function noteUnsignedZones(server: RunningServer): Promise<void> {
  const at = believedSeconds(server)
  const changes = [...unsignedZones(server)].flatMap(([name, what]): KeySetChange[] => {
    const set = server.store.keys.get(name)
    const transitions = set?.keys.flatMap((key) => withdrawingSteps(key, SIGNED_RECORDS)) ?? []
    if (set === undefined || transitions.length === 0) return []
    const ttl = set.largestTtl?.ttl ?? 0
    const keys = withStates(
      set.keys,
      applyTransitions(set.keys, transitions, { now: at, ttls: { key: ttl, zone: ttl, ds: 0 } }),
    )
    const epoch = set.epoch + 1
    return [{ set: { ...set, epoch, keys }, entry: { at, epoch, by: 'operator', what, transitions, changes: [] } }]
  })
  await server.keyRing.commit(changes)
}

/** Names of zones nothing of whose keys is served, and why. */
function unsignedZones({ configuration, loaded, store }: RunningServer): Map<string, string> {
  const configured = new Set(configuration.zones.map(({ name }) => name))
  const unsigned = loaded.zones.filter(({ views, dnssec }) => views.length > 0 && dnssec.kind !== 'signed')
  const removed = store.keys.zones().filter((name) => !configured.has(name))
  return new Map([
    ...unsigned.map(({ name }) => [name, UNSIGNED] as const),
    ...removed.map((name) => [name, REMOVED] as const),
  ])
}

/**
 * What is served again, all at once, of a zone that was not signed for a while: the parent may have had a DS all the time, and
 * then every moment without signatures is one too many.
 */
export function comeBack({ keys }: Pick<RolloverSituation, 'keys'>): Transition[] {
  return keys.flatMap((key) =>
    SIGNED_RECORDS.flatMap((record): Transition[] => {
      const isWanted = key.duty === 'active' || (key.duty === 'standby' && record !== 'zrrsig')
      const isAway = key.records[record]?.state === 'unretentive'
      return isWanted && isAway ? [{ key: key.id, record, from: 'unretentive', to: 'rumoured' }] : []
    }),
  )
}
