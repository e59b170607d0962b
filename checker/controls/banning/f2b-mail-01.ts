import { catchAllDomains } from '../../facts/catch-all.ts'
import { fail2ban } from '../../facts/fail2ban.ts'
import type { Host } from '../../facts/host.ts'
import { jailHealth } from '../../facts/jail-health.ts'
import { postfix } from '../../facts/postfix.ts'
import { rateLimitJail } from '../../facts/rate-limit-jail.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

const UNKNOWN_USER =
  'mail postfix/smtpd[321]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 550 5.1.1 <nobody@example.com>: Recipient address rejected: User unknown in virtual mailbox table; from=<a@example.net> to=<nobody@example.com> proto=ESMTP helo=<x>'
const UNITS = ['postfix@-.service', 'postfix.service']

/**
 * Who tries names at the mail server is banned. Where every address is accepted no "User unknown" is ever written, and the
 * jails that come with fail2ban see nothing: then only one that counts the rate limit's line helps.
 */
export function f2bMail01(host: Host): readonly Judgement[] {
  if (host.get(postfix) === undefined) return [notApplicable('no-postfix', 'There is no Postfix here.')]
  const caught = catchAllDomains(host)
  if (caught.length > 0) {
    const own = rateLimitJail(host)
    const evidence = [...caught.map((each) => cite(each.at)), ...(own?.evidence ?? [])]
    if (own?.state === 'alive') {
      return [
        {
          subject: `jail ${own.jail.name}`,
          state: 'pass',
          cause: 'counts-rate-limit',
          reason: 'Every address is accepted, and this jail counts who asks for too many.',
          evidence,
        },
      ]
    }
    const stock = host.get(fail2ban)?.jails.get('postfix')
    const reason =
      stock?.isEnabled === true
        ? `Every address is accepted, so "User unknown" is never written: the jail postfix cannot fire, and none counts "Recipient address rate limit exceeded".`
        : 'Every address is accepted, and no jail counts who asks for too many.'
    return [{ subject: 'jail postfix', state: 'fail', cause: 'cannot-fire', reason, evidence }]
  }
  const health = jailHealth(host, { jail: 'postfix', line: UNKNOWN_USER, units: UNITS })
  if (health.state === 'alive') {
    return [
      {
        subject: 'jail postfix',
        state: 'pass',
        cause: 'effective',
        reason: 'It starts, its log is there, and it counts an unknown user.',
        evidence: health.evidence,
      },
    ]
  }
  const reason =
    health.state === 'dead'
      ? `It is switched on and dead: ${health.why}.`
      : `Nobody bans who tries names: ${health.why}.`
  return [
    {
      subject: 'jail postfix',
      state: 'fail',
      cause: health.state === 'dead' ? health.cause : 'absent',
      reason,
      evidence: health.evidence,
    },
  ]
}
