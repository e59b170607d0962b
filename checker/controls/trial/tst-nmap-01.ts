import type { Host } from '../../facts/host.ts'
import { prefixHolds } from '../../facts/prefixes.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import { openPorts } from '../../probes/open-ports.ts'

const FRESH_SECONDS = 30 * 86_400
const STALE_SECONDS = 90 * 86_400
const A_DAY = 86_400
/** What nmap tries where nobody says more. */
const USUAL_PORTS = 1000

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
  const say = sayOf(HOST, evidence)
  const { tcp, udp } = latest.found.tried
  if (tcp + udp === 0) return [say('fail', 'empty', 'The scan tried no port, so it says nothing.')]
  if (age < -A_DAY) {
    const reason = 'The scan is dated in the future: its clock, or that of this host, is wrong.'
    return [say('unknown', 'misdated', reason)]
  }
  const isInside =
    latest.from !== undefined && host.declared.ownPrefixes.some((prefix) => prefixHolds(prefix, latest.from!))
  if (age <= FRESH_SECONDS && isInside)
    return [say('warn', 'inside', 'It was scanned lately, but from inside: an attacker sees something else.')]
  if (age <= FRESH_SECONDS && tcp < USUAL_PORTS)
    return [say('warn', 'thin', `It was scanned lately, but only ${tcp} ports of TCP were tried.`)]
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
