import { fail2ban } from '../../facts/fail2ban.ts'
import type { Host } from '../../facts/host.ts'
import { jailHealth } from '../../facts/jail-health.ts'
import { pluginState, type WordPress, wordpresses, wpSeen } from '../../facts/wordpress.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { quoted } from '../../remedy/shell.ts'
import type { Judged } from '../judge.ts'
import { judgeXmlrpc } from './xmlrpc.ts'

/** Plugins that count failed logins, xmlrpc.php's too, and lock out. */
const LIMITERS = [
  'loginizer',
  'limit-login-attempts-reloaded',
  'wordfence',
  'wp-cerber',
  'better-wp-security',
  'ithemes-security-pro',
  'all-in-one-wp-security-and-firewall',
  'login-lockdown',
  'wp-limit-login-attempts',
]

/** More tries than a person needs; a lock that is shorter hardly slows a list of passwords down. */
const [MOST_RETRIES, SHORTEST_LOCK_SECONDS] = [10, 300]

/** Guessing passwords of a WordPress ends in a lock-out. */
export function wpr02(host: Host): Judged {
  const sites = host.get(wordpresses)
  if (sites.length === 0) return [notApplicable('no-wordpress', 'There is no WordPress here.')]
  return sites.flatMap((site) => [(own: Host) => judge(own, site), (own: Host) => judgeXmlrpc(own, site)])
}

function judge(host: Host, site: WordPress): Judgement {
  const plugins = LIMITERS.map((name) => pluginState(host, site, [name]))
  const say = sayOf(`wordpress ${site.folder}`, [], { folder: site.folder })
  const of = (state: string) => plugins.find((plugin) => plugin.state === state)
  const [active, installed, inactive] = [of('active'), of('installed'), of('inactive')]
  if (active !== undefined) return judgeLimits(host, site, active.evidence, say)
  const jail = jailOfWordPress(host)
  if (jail !== undefined) return say('pass', 'jail', 'fail2ban counts failed logins, and bans.', jail)
  if (installed !== undefined) {
    return say(
      'warn',
      'activation-unknown',
      'A plugin that locks out is installed; whether it is switched on stands in the database, and only `wp plugin list` tells.',
      installed.evidence,
    )
  }
  if (inactive !== undefined) {
    return say(
      'fail',
      'inactive',
      'A plugin that locks out is installed and switched off: passwords can be guessed without end.',
      inactive.evidence,
    )
  }
  return say(
    'fail',
    'absent',
    'Nothing counts failed logins: passwords can be guessed without end.',
    plugins[0]!.evidence,
  )
}

type Say = (state: Judgement['state'], cause: string, reason: string, evidence: readonly Evidence[]) => Judgement

/** Loginizer's own numbers, where somebody asked for them. */
function judgeLimits(host: Host, site: WordPress, evidence: readonly Evidence[], say: Say): Judgement {
  const seen = wpSeen(host, site).find(({ found }) => found.loginizer !== undefined)
  const limits = pluginState(host, site, ['loginizer']).state === 'active' ? seen?.found.loginizer : undefined
  if (seen === undefined || limits === undefined) {
    return say('pass', 'active', 'Failed logins are counted, and lock out.', evidence)
  }
  const minutes = Math.round(limits.lockSeconds / 60)
  const excerpt = `locks out for ${limits.lockSeconds} s after ${limits.mostRetries} failed logins`
  const set: Evidence = { source: 'probe', path: `loginizer_options of ${site.folder}`, excerpt, at: seen.at }
  if (limits.mostRetries > MOST_RETRIES || limits.lockSeconds < SHORTEST_LOCK_SECONDS) {
    const reason = `Loginizer locks out for ${minutes} minutes after ${limits.mostRetries} failed logins: enough to go on guessing.`
    const told = `wp --path=${quoted(site.folder)} option patch update loginizer_options`
    const remedy = [{ run: `${told} max_retries 3 && ${told} lockout_time 900` }]
    return { ...say('warn', 'loose', reason, [...evidence, set]), remedy }
  }
  const reason = `Failed logins are counted: ${limits.mostRetries} of them lock out for ${minutes} minutes.`
  return say('pass', 'active', reason, [...evidence, set])
}

/** A jail that works, and whose filter is about WordPress, by its name or by what it looks for. */
function jailOfWordPress(host: Host): readonly Evidence[] | undefined {
  for (const [name, jail] of host.get(fail2ban)?.jails ?? []) {
    const about = `${name} ${jail.filter.name} ${jail.setting('failregex')?.value ?? ''}`
    if (!jail.isEnabled || !/wordpress|wp-login|wp-auth|xmlrpc/i.test(about)) continue
    const health = jailHealth(host, { jail: name })
    if (health.state === 'alive') return health.evidence
  }
  return undefined
}
