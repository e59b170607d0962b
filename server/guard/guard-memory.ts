import { ASKED_BEFORE_OCTETS } from '../../guard/asked-before.ts'
import { detectorOctets } from '../../guard/detection/detector.ts'
import { rateLimitTableOctets } from '../../guard/rate-limit-table.ts'
import type { RunningServer } from '../running-server.ts'
import type { ServerWatch } from './watch-server.ts'

/** Octets that the guard takes from the start on, whoever asks whatever. */
export interface GuardMemory {
  /** Counts of answers, and what was asked before: a table of either for each view, and for clients without a view. */
  readonly limits: number
  /** What workers tell of questions: a ring for each. */
  readonly events: number
  /** Profiles of sources, networks and zones. */
  readonly detection: number
}

export function measureGuard(
  { configuration, pool }: Pick<RunningServer, 'configuration' | 'pool'>,
  { watch }: Pick<ServerWatch, 'watch'>,
): GuardMemory {
  const { rateLimit, views } = configuration
  const limiterOctets = rateLimitTableOctets(rateLimit.tableSize) + ASKED_BEFORE_OCTETS
  return {
    limits: rateLimit.enabled ? (views.length + 1) * limiterOctets : 0,
    events: pool.eventRings().reduce((sum, { byteLength }) => sum + byteLength, 0),
    detection: detectorOctets(watch.detector),
  }
}
