import { ALGORITHMS } from '../../keys/algorithms.ts'
import { rollKey } from '../../keys/rollover/operator-changes.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import { CommandError } from '../control/server.ts'
import { changesOf, refusePaused } from './refusals.ts'
import type { SignedZone } from './ring-state.ts'
import { type Arguments, readDryRun, readSelector } from './rollover-arguments.ts'
import type { KeyWish } from './zone-rollover.ts'

/** A new key for each that is selected, or all keys of another algorithm, where the configuration asks for that. */
export function rollWish(situation: RolloverSituation, args: Arguments): KeyWish {
  const selector = readSelector(args)
  const { algorithm } = selector
  if (algorithm !== undefined && !situation.algorithms.includes(algorithm)) throw notConfigured(situation, algorithm)
  refusePaused(situation)
  const isMove = algorithm !== undefined && !situation.keys.some((key) => key.algorithm === algorithm)
  if (isMove) return { by: 'operator', lead: `algorithm ${algorithm} was asked for`, isStep: true }
  return {
    by: 'operator',
    lead: 'a roll was asked for',
    changes: changesOf(rollKey(situation, selector)),
    isStep: true,
  }
}

/** A dry run that names an algorithm which the configuration does not is about what a reload with it would begin. */
export function asIfConfigured({ zone, signing }: SignedZone, args: Arguments): SignedZone {
  const { algorithm, role } = readSelector(args)
  const isMove = algorithm !== undefined && role === undefined && ALGORITHMS.has(algorithm)
  if (!isMove || !readDryRun(args) || signing.algorithms.includes(algorithm)) return { zone, signing }
  return { zone, signing: { ...signing, algorithms: [algorithm] } }
}

function notConfigured({ algorithms }: RolloverSituation, algorithm: number): CommandError {
  return new CommandError(
    'refused',
    `the zone is signed with algorithm ${algorithms.join(' and ')}, and is rolled to another by the configuration`,
    `Write \`algorithm: ${algorithm}\` under \`dnssec\` of the zone, then \`dnsctl reload\`: all its keys are rolled. \`dnsctl key roll ZONE --algorithm ${algorithm} --dry-run\` shows how that would begin.`,
  )
}
