import type { Host } from '../../facts/host.ts'
import { jailHealth } from '../../facts/jail-health.ts'
import { exists } from '../../facts/paths.ts'
import type { Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

const FAILED_LOGIN =
  'mail dovecot: imap-login: Disconnected (auth failed, 3 attempts in 17 secs): user=<admin>, method=PLAIN, rip=192.0.2.1, lip=192.0.2.2, TLS'

/** Who guesses passwords of mailboxes is banned. */
export function f2bImap01(host: Host): readonly Judgement[] {
  if (!exists(host.root, '/etc/dovecot/dovecot.conf')) return [notApplicable('no-dovecot', 'There is no Dovecot here.')]
  const subject = 'jail dovecot'
  const health = jailHealth(host, { jail: 'dovecot', line: FAILED_LOGIN, units: ['dovecot.service'] })
  if (health.state === 'alive') {
    return [
      {
        subject,
        state: 'pass',
        cause: 'effective',
        reason: 'It starts, its log is there, and it counts a failed login.',
        evidence: health.evidence,
      },
    ]
  }
  const reason =
    health.state === 'dead'
      ? `It is switched on and dead: ${health.why}.`
      : `Nobody bans who guesses passwords of mailboxes: ${health.why}.`
  return [
    {
      subject,
      state: 'fail',
      cause: health.state === 'dead' ? health.cause : 'absent',
      reason,
      evidence: health.evidence,
    },
  ]
}
