import type { StoredKeySet } from '../../keys/key-store.ts'
import { applyTransitions } from '../../keys/rollover/apply.ts'
import type { Transition } from '../../keys/rollover/key-state.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import type { RunningServer } from '../running-server.ts'
import { believedSeconds } from './rollover-clock.ts'
import { withStates } from './zone-rollover.ts'

/** What is served of a key as long as the zone is signed; what the parent has does not change with the configuration. */
const SIGNED_RECORDS = ['dnskey', 'krrsig', 'zrrsig'] as const
const WHAT = 'the configuration does not have the zone signed any more: nothing of its keys is served'

/**
 * Notes of zones that are served and that the configuration does not have signed, though they have keys, that nothing of these
 * is served: signed again, the keys begin anew to spread. In turn.
 */
export async function noteUnsignedZones(server: RunningServer): Promise<void> {
  const at = believedSeconds(server)
  const changes = server.loaded.zones.flatMap(({ name, views, dnssec }) => {
    const set = views.length > 0 && dnssec.kind !== 'signed' ? server.store.keys.get(name) : undefined
    const transitions = set === undefined ? [] : withdrawals(set)
    if (set === undefined || transitions.length === 0) return []
    const ttl = set.largestTtl?.ttl ?? 0
    const keys = withStates(
      set.keys,
      applyTransitions(set.keys, transitions, { now: at, ttls: { key: ttl, zone: ttl, ds: 0 } }),
    )
    const epoch = set.epoch + 1
    return [
      {
        set: { ...set, epoch, keys },
        entry: { at, epoch, by: 'operator', what: WHAT, transitions, changes: [] } as const,
      },
    ]
  })
  await server.keyRing.commit(changes)
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

function withdrawals({ keys }: StoredKeySet): Transition[] {
  return keys.flatMap((key) =>
    SIGNED_RECORDS.flatMap((record): Transition[] => {
      const from = key.records[record]?.state
      return from !== undefined && isServed(key, record) ? [{ key: key.id, record, from, to: 'unretentive' }] : []
    }),
  )
}
