import { servingSteps, withdrawingSteps } from '../../keys/rollover/direct-steps.ts'
import { isReady, standbyFor, takeOver } from '../../keys/rollover/key-changes.ts'
import type { RunningServer } from '../running-server.ts'
import { nameOf } from './change-summary.ts'
import { believedSeconds } from './rollover-clock.ts'
import { planServed, takeSteps, zonesNamed } from './rollover-steps.ts'
import { type KeySetPlan, type KeyWish, situationOf } from './zone-rollover.ts'

/** That another key signs now. */
export interface HandOver {
  /** `zsk 31988`. */
  readonly successor: string
  /** To be checked. */
  readonly steps: readonly KeySetPlan[]
}

/**
 * Has the standby ZSK take over at once from one that signs wrongly: every cache that has the key set has it, so no rule is
 * broken, whatever the clock shows and even while the rollover is paused. In turn. Undefined: the key has no standby that is
 * everywhere, or is no ZSK, and then none takes its place without the parent.
 */
export async function handOver(server: RunningServer, zone: string, keyTag: number): Promise<HandOver | undefined> {
  const [signed] = zonesNamed(server, new Set([zone]))
  const set = server.store.keys.get(zone)
  const bad = set?.keys.find((key) => key.role === 'zsk' && key.keyTag === keyTag && key.duty !== 'retired')
  if (signed === undefined || set === undefined || bad === undefined || set.goal === 'insecure') return undefined
  const situation = situationOf(set, signed.signing, believedSeconds(server), true)
  const standby = standbyFor(bad, situation)
  if (standby === undefined || !isReady(standby, situation)) return undefined
  const wish: KeyWish = {
    by: 'check',
    lead: `${nameOf(bad)} made a signature that does not hold, and its standby signs in its place`,
    changes: takeOver({ ...standby, replaces: bad.id }, [bad]),
    force: ({ keys }) => [
      ...keys.filter(({ id }) => id === standby.id).flatMap((key) => servingSteps(key, ['zrrsig'])),
      ...keys.filter(({ id }) => id === bad.id).flatMap((key) => withdrawingSteps(key, ['zrrsig'])),
    ],
    isStep: true,
  }
  const plan = await planServed(server, signed, wish)
  if (plan === undefined) return undefined
  const steps = await takeSteps(server, [plan])
  return steps.length === 0 ? undefined : { successor: nameOf(standby), steps }
}
