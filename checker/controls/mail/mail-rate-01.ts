import type { Host } from '../../facts/host.ts'
import { citeParameter, parameterOf, postfix } from '../../facts/postfix.ts'
import { rateLimitJail } from '../../facts/rate-limit-jail.ts'
import { type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { smtpRate } from '../../probes/smtp-rate.ts'

/** A client that asks for many recipients is slowed by Postfix, and banned by a jail that counts the line it then writes. */
export function mailRate01(host: Host): readonly Judgement[] {
  const found = host.get(postfix)
  if (found === undefined) return [notApplicable('no-postfix', 'There is no Postfix here.')]
  const limit = parameterOf(found, 'smtpd_client_recipient_rate_limit')
  const at: readonly Evidence[] = [citeParameter('smtpd_client_recipient_rate_limit', limit)]
  const say = (
    state: Judgement['state'],
    cause: string,
    reason: string,
    more: readonly Evidence[] = [],
  ): readonly Judgement[] => [{ subject: HOST, state, cause, reason, evidence: [...at, ...more] }]
  if (!(Number(limit.value) > 0)) {
    return say(
      'fail',
      'no-limit',
      'Postfix answers any number of RCPT commands: a list of a thousand names takes a minute.',
    )
  }
  const seen = host.observed(smtpRate)[0]
  if (seen !== undefined && !seen.found.limited) {
    const probed: Evidence = {
      source: 'probe',
      path: seen.target,
      excerpt: `${seen.found.asked} recipients, none refused`,
      at: seen.at,
    }
    return say('fail', 'not-enforced', 'A limit is set, but a client from outside was not held to it.', [probed])
  }
  const jail = rateLimitJail(host)
  if (jail?.state === 'alive') {
    return say(
      'pass',
      'limited-and-banned',
      `More than ${limit.value} recipients in a minute are refused, and the jail ${jail.jail.name} bans who goes on.`,
      jail.evidence,
    )
  }
  const why =
    jail === undefined
      ? 'no jail counts the line that it writes then'
      : jail.state === 'dead'
        ? jail.why
        : 'no jail is switched on'
  return say(
    'warn',
    'limit-only',
    `Postfix slows who asks for many, but nobody bans him: ${why}.`,
    jail?.evidence ?? [],
  )
}
