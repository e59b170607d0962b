import { type Greylisting, greylistingOf } from '../../facts/greylisting.ts'
import type { Host } from '../../facts/host.ts'
import { type Postfix, type PostfixService, parameterOf, postfix } from '../../facts/postfix.ts'
import { postgrey } from '../../facts/postgrey.ts'
import { doors } from '../../facts/smtp-path.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

/** Whoever sends to this server for the first time is put off; a daemon that nobody asks puts nobody off. */
export function mailGrey01(host: Host): readonly Judgement[] {
  const found = host.get(postfix)
  if (found === undefined) return [notApplicable('no-postfix', 'There is no Postfix here.')]
  const open = doors(found)
  if (open.length === 0) return [notApplicable('no-door', 'No service of Postfix takes mail from strangers.')]
  return open.map((service) => judgeDoor(host, found, service))
}

function judgeDoor(host: Host, found: Postfix, service: PostfixService): Judgement {
  const grey = greylistingOf(host, found, service)
  const evidence = [cite(service.at), ...grey.evidence]
  const about = { subject: `service ${service.name}`, evidence, values: { recipients: withPostgrey(found) } }
  const letsAll = grey.by === 'postgrey' && grey.state === 'wired' ? host.get(postgrey)?.letsAll : undefined
  if (letsAll !== undefined) {
    const reason = 'postgrey is asked, and lets everybody through at once: nobody is put off.'
    return { ...about, state: 'fail', cause: 'lets-all', reason, evidence: [...about.evidence, letsAll] }
  }
  return { ...about, ...verdictOf(host, grey) }
}

const POSTGREY = 'check_policy_service inet:127.0.0.1:10023'
const ASKS_POSTGREY = /,?\s*check_policy_service\s+(?:inet:(?:127\.0\.0\.1|localhost):10023|unix:\S*postgrey[^\s,]*)/g

/** The recipients' restrictions as they are, but that postgrey is asked once mail for foreign domains is refused. */
function withPostgrey(found: Postfix): string {
  const now = parameterOf(found, 'smtpd_recipient_restrictions')
    .value.replaceAll(ASKS_POSTGREY, '')
    .replace(/^[\s,]+/, '')
  if (/\breject_unauth_destination\b/.test(now)) {
    return now.replace(/\breject_unauth_destination\b/, `reject_unauth_destination, ${POSTGREY}`)
  }
  const begin = `permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination, ${POSTGREY}`
  return now === '' ? begin : `${begin}, ${now}`
}

function verdictOf(host: Host, { state, by }: Greylisting): Pick<Judgement, 'state' | 'cause' | 'reason'> {
  if (state === 'wired') return { state: 'pass', cause: 'wired', reason: `Strangers are put off by ${by}.` }
  if (state === 'early') {
    const reason = `${by} is asked before foreign domains are refused, so whoever tries to relay fills its table.`
    return { state: 'warn', cause: 'before-relay-check', reason }
  }
  if (state === 'unreached') {
    const reason = `What stands in front of ${by} in the list already takes every mail for own domains, so it is never asked.`
    return { state: 'fail', cause: 'unreached', reason }
  }
  if (state === 'dead') {
    const reason =
      'Postfix asks a service that does not start or listens elsewhere, so it puts off every mail for good.'
    return { state: 'fail', cause: 'daemon-dead', reason }
  }
  if (host.get(postgrey)?.isEnabled) {
    return {
      state: 'warn',
      cause: 'daemon-only',
      reason: 'postgrey runs, but Postfix never asks it: nobody is put off.',
    }
  }
  return { state: 'fail', cause: 'absent', reason: 'Nothing puts off who sends for the first time.' }
}
