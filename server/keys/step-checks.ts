import type { RunningServer } from '../running-server.ts'
import { tellKeyAlarm } from './key-notices.ts'
import { revertPlan } from './revert-step.ts'
import { believedSeconds } from './rollover-clock.ts'
import { takeSteps, zonesNamed } from './rollover-steps.ts'
import { askOurselves } from './self-check.ts'
import type { KeySetPlan } from './zone-rollover.ts'

/**
 * Has the server ask itself for what each of these steps changed. A step after which an answer does not verify is taken back,
 * and nothing of the zone goes on. One that cannot be checked is told of. Not in turn: it takes its turn for that.
 */
export async function checkSteps(server: RunningServer, steps: readonly KeySetPlan[]): Promise<void> {
  for (const step of steps) {
    try {
      await checkStep(server, step)
    } catch (error) {
      const what = `the last step could not be checked: ${(error as Error).message}`
      server.rollovers.faults.set(step.zone, [what])
      server.log.error({ err: error, zone: step.zone }, `${step.zone}: ${what}`)
      tellKeyAlarm(server, step.zone, what)
    }
  }
}

async function checkStep(server: RunningServer, step: KeySetPlan): Promise<void> {
  const found = await askOurselves(server, step.zone, step)
  const { log, rollovers } = server
  if (found.kind === 'holds') {
    rollovers.faults.delete(step.zone)
    log.info(
      { zone: step.zone, answers: found.answers, workers: found.workers },
      `${step.zone}: the step is served, and verifies`,
    )
  } else if (found.kind === 'unreached') {
    const what = `the last step could not be checked over the network: ${found.why}`
    // Where no view is for this host there is nothing to be mended.
    if (found.isByView) rollovers.faults.delete(step.zone)
    else rollovers.faults.set(step.zone, [what])
    log[found.isByView ? 'info' : 'warn']({ zone: step.zone }, `${step.zone}: ${what}`)
    if (!found.isByView) tellKeyAlarm(server, step.zone, what)
  } else await server.inTurn(() => takeBack(server, step, found.fault))
}

async function takeBack(server: RunningServer, step: KeySetPlan, fault: string): Promise<void> {
  const [zone] = zonesNamed(server, new Set([step.zone]))
  const current = server.store.keys.get(step.zone)
  if (zone === undefined || current === undefined) return
  const plan = revertPlan(step, current, { signing: zone.signing, fault, nowSeconds: believedSeconds(server) })
  await takeSteps(server, [plan])
  tellKeyAlarm(server, step.zone, plan.entry!.what)
  const after = await askOurselves(server, step.zone)
  if (after.kind !== 'wrong') return
  const what = `answers do not verify, though the last step was taken back: ${after.fault}`
  server.rollovers.faults.set(step.zone, [what])
  server.log.fatal({ zone: step.zone }, `${step.zone}: ${what}`)
  tellKeyAlarm(server, step.zone, what)
}
