import type { Host } from '../../facts/host.ts'
import { logForwarders } from '../../facts/log-forwarders.ts'
import { rsyslog } from '../../facts/rsyslog.ts'
import { authorizedKeys, ownKeys } from '../../facts/ssh-keys.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, unknown } from '../../judging/say.ts'

/** Who administers this host must not be able to log in at the mirror with the same key, nor this host itself. */
export function log04(host: Host): readonly Judgement[] {
  const isMirrored = (host.get(rsyslog)?.forwards.length ?? 0) > 0 || host.get(logForwarders).length > 0
  if (!isMirrored) return [notApplicable('not-mirrored', 'No log leaves this host; LOG-01 judges that.')]
  if (host.declared.logHosts.length === 0) {
    return [
      unknown(
        'no-inventory',
        'Who administers the mirror is not declared (log-hosts in hostcheck.yaml), so keys cannot be compared.',
      ),
    ]
  }
  return host.declared.logHosts.map((mirror) => {
    const subject = `mirror ${mirror.name}`
    const shared = [...host.get(authorizedKeys), ...host.get(ownKeys)].filter((key) =>
      mirror.adminKeys.includes(key.fingerprint),
    )
    if (shared.length === 0) {
      return {
        subject,
        state: 'pass',
        cause: 'separate',
        reason: 'No key of this host, and of those who administer it, opens the mirror.',
        evidence: host
          .get(authorizedKeys)
          .slice(0, 3)
          .map((key) => cite(key.at)),
      } satisfies Judgement
    }
    const reason = `${shared.length === 1 ? 'A key' : `${shared.length} keys`} of this host also administers the mirror: who has it wipes both.`
    return {
      subject,
      state: 'fail',
      cause: 'shared-key',
      reason,
      evidence: shared.map((key) => cite(key.at)),
    } satisfies Judgement
  })
}
