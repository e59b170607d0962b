import { type UnknownRecipient, unknownRecipientOf } from '../../facts/enumeration.ts'
import type { Host } from '../../facts/host.ts'
import { deliveryOf } from '../../facts/mail-delivery.ts'
import { type MailDomain, mailDomains } from '../../facts/mail-domains.ts'
import { type Postfix, parameterOf, postfix } from '../../facts/postfix.ts'
import { users } from '../../facts/users.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, unknown } from '../../judging/say.ts'
import type { Observation } from '../../probes/probe.ts'
import { type SmtpEnumerationResult, smtpEnumeration } from '../../probes/smtp-enumeration.ts'
import type { Step } from '../../remedy/step.ts'

/** Of every domain a name that nobody has is answered as one that somebody has: by the tables, and by what a probe saw. */
export function mailEnum01(host: Host): readonly Judgement[] {
  const found = host.get(postfix)
  if (found === undefined) return [notApplicable('no-postfix', 'There is no Postfix here.')]
  const { domains, opaque } = host.get(mailDomains)
  const judged = domains.map((domain) => judgeDomain(host, found, domain))
  if (opaque.length === 0)
    return judged.length > 0 ? judged : [notApplicable('no-domain', 'Postfix takes mail for no domain.')]
  const untold = unknown(
    'domains-in-database',
    'Which domains it takes mail for stands in a database, so there may be more.',
  )
  return [...judged, untold]
}

function judgeDomain(host: Host, found: Postfix, domain: MailDomain): Judgement {
  const nobody = unknownRecipientOf(host, found, domain)
  const run = host.observed(smtpEnumeration).find((each) => each.found.domain.toLowerCase() === domain.name)
  const seen = run === undefined ? [] : [evidenceOf(run)]
  const evidence = [...nobody.evidence, ...seen]
  const subject = `domain ${domain.name}`
  const values = { domain: domain.name }
  const say = (state: Judgement['state'], cause: string, reason: string): Judgement => ({
    subject,
    state,
    cause,
    reason,
    evidence,
    values,
    ...(domain.kind === 'local' || cause !== 'distinguishable' ? {} : { remedy: remedyFor(found) }),
  })
  const probed = run?.found
  if (nobody.outcome === 'refused' || probed?.by.includes('code')) {
    return say(
      'fail',
      'distinguishable',
      'A name that nobody has is refused, so whoever asks learns which names there are.',
    )
  }
  const leak = leakOf(host, found, nobody)
  if (leak !== undefined) return say('warn', leak.cause, leak.reason)
  if (probed !== undefined && probed.by.length > 0) {
    return say('warn', 'differs', `Every name is taken, but ${probed.by.join(' and ')} of the answers tell who exists.`)
  }
  if (probed === undefined || isPutOff(probed)) {
    const why =
      nobody.outcome === 'opaque' ? 'Which names there are stands in a database' : 'By its tables every name is taken'
    return say('unknown', 'not-probed', `${why}; whether answers and their time are the same, a probe has to tell.`)
  }
  return say('pass', 'indistinguishable', 'A name that nobody has is answered like one that somebody has.')
}

/** Greylisting or a limit answered for the server: 4xx for both says nothing of the names. */
function isPutOff({ codes }: SmtpEnumerationResult): boolean {
  return codes.known.startsWith('4') && codes.unknown.startsWith('4')
}

interface Leak {
  readonly cause: string
  readonly reason: string
}

/** What is taken and cannot be delivered is bounced to whoever stands in the envelope. */
function leakOf(host: Host, found: Postfix, { outcome, target }: UnknownRecipient): Leak | undefined {
  if (outcome !== 'accepted') return undefined
  const bounces: Leak = {
    cause: 'bounces',
    reason: 'Every name is taken, but mail to those that nobody has is bounced later: to senders that never wrote it.',
  }
  if (target === undefined) return bounces
  const [local = '', domain] = target.split(/[\s,]+/)[0]!.split('@')
  if (domain !== undefined || /^[|/:]/.test(local)) return undefined
  const name = local.split(parameterOf(found, 'recipient_delimiter').value || '+')[0]!
  const delivery = deliveryOf(host, name)
  if (delivery.kind !== 'local-mailbox' || host.get(users).has(delivery.address.split('@')[0]!)) return undefined
  return /^[|/:]/.test(delivery.address) ? undefined : bounces
}

/** What stands for the domain in the commands. */
const DOMAIN = `\${domain}`

/** For domains that are not the host's own: `@domain` in a table of virtual aliases (virtual(5)). */
function remedyFor(found: Postfix): readonly Step[] {
  const maps = parameterOf(found, 'virtual_alias_maps').value
  const table = 'texthash:/etc/postfix/catchall'
  return [
    CATCHALL_USER,
    { append: '/etc/postfix/catchall', lines: [`@${DOMAIN} catchall`] },
    { postconf: { virtual_alias_maps: maps.includes(table) ? maps : `${maps} ${table}`.trim() } },
    { run: 'systemctl reload postfix' },
  ]
}

const CATCHALL_USER: Step = {
  run: 'getent passwd catchall || adduser --system --no-create-home --home /nonexistent --shell /usr/sbin/nologin catchall',
  leads: [{ append: '/etc/passwd', lines: ['catchall:x:199:65534::/nonexistent:/usr/sbin/nologin'] }],
}

function evidenceOf({ target, at, found }: Observation<SmtpEnumerationResult>): Evidence {
  const { asked, codes, by } = found
  const excerpt = `${asked} asked; ${codes.known} for a known name, ${codes.unknown} for one that nobody has${by.length === 0 ? '' : `; they differ by ${by.join(' and ')}`}`
  return { source: 'probe', path: target, excerpt, at }
}
