import type { Host } from '../../facts/host.ts'
import { logForwarders } from '../../facts/log-forwarders.ts'
import { rsyslog } from '../../facts/rsyslog.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { logReadBack } from '../../probes/log-nonce.ts'

const FRESH_SECONDS = 90 * 86_400

/** What has arrived at the mirror this host can neither read back nor delete. Only trying it shows that. */
export function log03(host: Host): readonly Judgement[] {
  const isMirrored = (host.get(rsyslog)?.forwards.length ?? 0) > 0 || host.get(logForwarders).length > 0
  if (!isMirrored) return [notApplicable('not-mirrored', 'No log leaves this host; LOG-01 judges that.')]
  const tried = host.observed(logReadBack)[0]
  if (tried === undefined || host.now - tried.at > FRESH_SECONDS) {
    return [
      {
        subject: HOST,
        state: 'manual',
        cause: 'untried',
        reason: 'Whether this host can read or delete what it sent, somebody has to try or attest.',
        evidence: [],
      },
    ]
  }
  const evidence: readonly Evidence[] = [
    {
      source: 'probe',
      path: tried.target,
      excerpt: `read back: ${tried.found.readable ? 'yes' : 'refused'}, delete: ${tried.found.deletable ? 'yes' : 'refused'}`,
      at: tried.at,
    },
  ]
  if (tried.found.readable || tried.found.deletable) {
    const what = tried.found.deletable ? 'delete' : 'read'
    return [
      {
        subject: HOST,
        state: 'fail',
        cause: 'not-append-only',
        reason: `With what this host has, an intruder can ${what} what the mirror holds.`,
        evidence,
      },
    ]
  }
  return [
    {
      subject: HOST,
      state: 'pass',
      cause: 'append-only',
      reason: 'The mirror refuses to give back or to delete what it was sent.',
      evidence,
    },
  ]
}
