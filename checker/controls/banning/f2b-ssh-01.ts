import { sshProtection } from '../../facts/ban-daemons.ts'
import { fail2ban } from '../../facts/fail2ban.ts'
import { secondsOf } from '../../facts/fail2ban-time.ts'
import type { Host } from '../../facts/host.ts'
import { jailHealth } from '../../facts/jail-health.ts'
import { exists } from '../../facts/paths.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

const FAILED_LOGIN = 'host sshd[321]: Failed password for invalid user admin from 192.0.2.1 port 4711 ssh2'
const STOCK_BAN_SECONDS = 600
/** Nobody mistypes a password so often. */
const MANY_TRIES = 20

/** Who guesses passwords over ssh is banned: the jail starts, reads a log that is there, and counts the line. */
export function f2bSsh01(host: Host): readonly Judgement[] {
  if (!exists(host.root, '/etc/ssh/sshd_config')) return [notApplicable('no-sshd', 'There is no ssh server here.')]
  const subject = 'jail sshd'
  const health = jailHealth(host, { jail: 'sshd', line: FAILED_LOGIN, units: ['ssh.service', 'sshd.service'] })
  if (health.state === 'alive') {
    const ban = health.jail.setting('bantime')
    const hasRecidive = host.get(fail2ban)?.jails.get('recidive')?.isEnabled === true
    const increases = /^(true|yes|on|1)$/i.test(health.jail.setting('bantime.increment')?.value ?? '')
    if (ban !== undefined && secondsOf(ban.value) <= STOCK_BAN_SECONDS && !hasRecidive && !increases) {
      const reason = 'It works, but frees everybody after ten minutes, and the next try begins anew.'
      return [{ subject, state: 'warn', cause: 'short-ban', reason, evidence: [...health.evidence, cite(ban.at)] }]
    }
    const tries = health.jail.setting('maxretry')
    if (tries !== undefined && Number(tries.value) > MANY_TRIES) {
      const reason = `It works, but lets everybody try ${tries.value} times first.`
      return [{ subject, state: 'warn', cause: 'many-tries', reason, evidence: [...health.evidence, cite(tries.at)] }]
    }
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
  const other = sshProtection(host)
  if (other !== undefined)
    return [
      {
        subject: 'ssh',
        state: 'pass',
        cause: 'other',
        reason: `${other.name} bans whoever guesses.`,
        evidence: other.evidence,
      },
    ]
  const state =
    health.state === 'dead'
      ? `It is switched on and dead: ${health.why}.`
      : `Nobody bans who guesses passwords: ${health.why}.`
  return [
    {
      subject,
      state: 'fail',
      cause: health.state === 'dead' ? health.cause : 'absent',
      reason: state,
      evidence: health.evidence,
    },
  ]
}
