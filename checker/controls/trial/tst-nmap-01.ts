import type { Host } from '../../facts/host.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { openPorts } from '../../probes/open-ports.ts'

const FRESH_SECONDS = 30 * 86_400
const STALE_SECONDS = 90 * 86_400

/** The host was scanned from outside lately. What the scan found, FW-EXT-01 judges. */
export function tstNmap01(host: Host): readonly Judgement[] {
  const latest = host.observed(openPorts)[0]
  if (latest === undefined)
    return [
      {
        subject: HOST,
        state: 'fail',
        cause: 'never-scanned',
        reason: 'Nobody has scanned this host from outside, so nobody knows what an attacker sees.',
        evidence: [],
      },
    ]
  const age = host.now - latest.at
  const evidence: readonly Evidence[] = [
    {
      source: 'probe',
      path: latest.target,
      excerpt: `scanned from ${latest.from ?? 'an unknown address'}`,
      at: latest.at,
    },
  ]
  const days = Math.floor(age / 86_400)
  if (age <= FRESH_SECONDS)
    return [{ subject: HOST, state: 'pass', cause: 'fresh', reason: `It was scanned ${days} days ago.`, evidence }]
  if (age <= STALE_SECONDS)
    return [{ subject: HOST, state: 'warn', cause: 'stale', reason: `It was last scanned ${days} days ago.`, evidence }]
  return [
    {
      subject: HOST,
      state: 'fail',
      cause: 'too-old',
      reason: `It was last scanned ${days} days ago: what listens since then nobody knows.`,
      evidence,
    },
  ]
}
