import type { Host } from '../../facts/host.ts'
import {
  citeParameter,
  listOf,
  type Postfix,
  type PostfixService,
  parameterOf,
  postfix,
  smtpServers,
} from '../../facts/postfix.ts'
import { isPublicAddress } from '../../facts/prefixes.ts'
import { rateLimitJail } from '../../facts/rate-limit-jail.ts'
import { cite, type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, type Say, sayOf } from '../../judging/say.ts'
import { smtpRate } from '../../probes/smtp-rate.ts'

/** What no client needs that writes to people: three hundred recipients in a minute. */
const MOST_PER_MINUTE = 300
/** Prefixes longer than these hold hardly anybody but the operator's own. */
const LONG_ENOUGH = { IPv4: 20, IPv6: 48 } as const

/** A client that asks for many recipients is slowed by Postfix, and banned by a jail that counts the line it then writes. */
export function mailRate01(host: Host): readonly Judgement[] {
  const found = host.get(postfix)
  if (found === undefined) return [notApplicable('no-postfix', 'There is no Postfix here.')]
  const limit = parameterOf(found, 'smtpd_client_recipient_rate_limit')
  const say = sayOf(HOST, [citeParameter('smtpd_client_recipient_rate_limit', limit)])
  return [holeIn(found, say) ?? notEnforced(host, say) ?? judgeJail(host, limit.value, say)]
}

/** What of Postfix's files leaves clients without the limit, or with one that is hardly any; undefined where nothing does. */
function holeIn(found: Postfix, say: Say): Judgement | undefined {
  const limit = Number(parameterOf(found, 'smtpd_client_recipient_rate_limit').value)
  if (!(limit > 0)) {
    const reason = 'Postfix answers any number of RCPT commands: a list of a thousand names takes a minute.'
    return say('fail', 'no-limit', reason)
  }
  const unlimited = smtpServers(found).filter((service) => !isLimited(found, service))
  if (unlimited.length > 0) {
    const names = unlimited.map(({ name }) => name).join(', ')
    const reason = `A limit is set, and ${names} takes it back (-o): who asks there is not slowed.`
    const places = unlimited.map(({ at }) => cite(at))
    return say('fail', 'taken-back', reason, places)
  }
  if (!found.services.some(({ command }) => command === 'anvil')) {
    const reason = 'A limit is set, but master.cf has no anvil, which counts: nobody is held to it.'
    return say('fail', 'no-anvil', reason)
  }
  const exempt = exemptOf(found)
  if (exempt !== undefined) {
    const reason = `A limit is set, and ${exempt.prefix} is exempt from it: strangers are among these addresses.`
    const state = /\/0$/.test(exempt.prefix) ? 'fail' : 'warn'
    return say(state, 'strangers-exempt', reason, [exempt.evidence])
  }
  const unit = parameterOf(found, 'anvil_rate_time_unit')
  const perMinute = (limit * 60) / secondsOf(unit.value || '60s')
  if (perMinute <= MOST_PER_MINUTE) return undefined
  const reason = `A limit is set that lets one client ask for ${Math.round(perMinute)} recipients a minute: a list of names is soon gone through.`
  return say('warn', 'high-limit', reason, [citeParameter('anvil_rate_time_unit', unit)])
}

/** Where the probe asked from outside and was not slowed. */
function notEnforced(host: Host, say: Say): Judgement | undefined {
  const seen = host.observed(smtpRate)[0]
  if (seen === undefined || seen.found.limited) return undefined
  const excerpt = `${seen.found.asked} recipients, none refused`
  const probed: Evidence = { source: 'probe', path: seen.target, excerpt, at: seen.at }
  return say('fail', 'not-enforced', 'A limit is set, but a client from outside was not held to it.', [probed])
}

function judgeJail(host: Host, limit: string, say: Say): Judgement {
  const jail = rateLimitJail(host)
  if (jail?.state === 'alive') {
    const reason = `More than ${limit} recipients in a minute are refused, and the jail ${jail.jail.name} bans who goes on.`
    return say('pass', 'limited-and-banned', reason, jail.evidence)
  }
  const why =
    jail === undefined
      ? 'no jail counts the line that it writes then'
      : jail.state === 'dead'
        ? jail.why
        : 'no jail is switched on'
  return say('warn', 'limit-only', `Postfix slows who asks for many, but nobody bans him: ${why}.`, jail?.evidence)
}

function isLimited(found: Postfix, service: PostfixService): boolean {
  return Number(parameterOf(found, 'smtpd_client_recipient_rate_limit', service).value) > 0
}

/** A wide prefix of the world whose clients are not counted: $mynetworks where nothing else is said. */
function exemptOf(found: Postfix): { readonly prefix: string; readonly evidence: Evidence } | undefined {
  const set = parameterOf(found, 'smtpd_client_event_limit_exceptions')
  const networks = parameterOf(found, 'mynetworks')
  const [name, setting] =
    set.at === undefined ? (['mynetworks', networks] as const) : (['smtpd_client_event_limit_exceptions', set] as const)
  const prefix = listOf(setting.value)
    .map((word) => word.replace(/[[\]]/g, ''))
    .find((word) => word === 'static:all' || isWideAndPublic(word))
  if (prefix === undefined) return undefined
  return { prefix: prefix === 'static:all' ? '0.0.0.0/0' : prefix, evidence: citeParameter(name, setting) }
}

function isWideAndPublic(word: string): boolean {
  const [network = '', length] = word.split('/')
  if (length === undefined) return false
  const isWide = Number(length) < (network.includes(':') ? LONG_ENOUGH.IPv6 : LONG_ENOUGH.IPv4)
  return isWide && (Number(length) === 0 || isPublicAddress(network))
}

/** `60s`, `1m`, `1h` (postconf(5), time units). */
function secondsOf(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhdw]?)$/.exec(text) ?? []
  const scale = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit || 's'] ?? 1
  return Math.max(1, Number(count ?? 60) * scale)
}
