import type { Host } from '../../facts/host.ts'
import { listOf, parameterOf, postfix } from '../../facts/postfix.ts'
import { prefixHolds } from '../../facts/prefixes.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { smtpEnumeration } from '../../probes/smtp-enumeration.ts'

const FRESH_SECONDS = 30 * 86_400
/** Names that exist and names that nobody has: fewer than two of each cannot be compared. */
const FEW = 4

/** The mail server was asked for names as smtp-user-enum does, gave none away, and slowed whoever asked. */
export function tstSmtp01(host: Host): readonly Judgement[] {
  const runs = host.observed(smtpEnumeration)
  if (runs.length === 0) {
    if (host.get(postfix) === undefined) return [notApplicable('no-mail', 'There is no mail server here.')]
    return [
      {
        subject: 'host',
        state: 'unknown',
        cause: 'never-tried',
        reason: 'Nobody has tried to enumerate its users.',
        evidence: [],
      },
    ]
  }
  const latest = new Map(runs.toReversed().map((run) => [run.found.domain, run]))
  return [...latest.values()].map((run): Judgement => {
    const { domain, confirmed, limited, asked, by } = run.found
    const evidence: readonly Evidence[] = [
      {
        source: 'probe',
        path: run.target,
        excerpt: `${asked} asked, ${confirmed.length} confirmed${limited ? ', then limited' : ''}`,
        at: run.at,
      },
    ]
    const say = (state: Judgement['state'], cause: string, reason: string): Judgement => ({
      subject: domain,
      state,
      cause,
      reason,
      evidence,
    })
    if (confirmed.length > 0)
      return say(
        'fail',
        'enumerable',
        `${confirmed.length === 1 ? 'A user was' : `${confirmed.length} users were`} told from names that nobody has, by ${by.join(' and ')}.`,
      )
    if (asked < FEW)
      return say('unknown', 'too-few', 'Hardly anybody was asked for, so the answers tell nothing apart.')
    if (isSpared(host, run.from)) {
      const reason = 'No user was told from names that nobody has, but who asked is one whom the server does not slow.'
      return say('warn', 'spared', reason)
    }
    if (host.now - run.at > FRESH_SECONDS)
      return say('warn', 'stale', 'No user was told from names that nobody has, but the trial is older than 30 days.')
    if (!limited)
      return say('warn', 'not-limited', 'No user was told from names that nobody has, but nothing slowed who asked.')
    return say('pass', 'resists', 'No user was told from names that nobody has, and who asked was slowed.')
  })
}

/** The host itself, and who is in $mynetworks, by prefixes that stand there as such (smtpd_client_event_limit_exceptions). */
function isSpared(host: Host, from: string | undefined): boolean {
  if (from === undefined) return false
  const found = host.get(postfix)
  const networks = found === undefined ? [] : listOf(parameterOf(found, 'mynetworks').value)
  return ['127.0.0.0/8', '::1/128', ...networks.map((each) => each.replace(/[[\]]/g, ''))].some((prefix) =>
    prefixHolds(prefix, from),
  )
}
