import type { Configuration } from '../../../server/configuration/types.ts'
import { fail2ban } from '../../facts/fail2ban.ts'
import { honeyJail } from '../../facts/honey-jail.ts'
import type { Host } from '../../facts/host.ts'
import { veilAlerts } from '../../facts/veil-alerts.ts'
import { veilLog } from '../../facts/veil-log.ts'
import { type VeilConfiguration, veilConfiguration } from '../../facts/veil-zones.ts'
import { citeFile, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { type Say, sayOf } from '../../judging/say.ts'
import { honeyName } from '../../probes/honey-name.ts'
import type { Judged } from '../judge.ts'
import { type HoneyChain, honeyRemedy, honeyValues } from './honey-remedy.ts'

const FRESH_SECONDS = 30 * 86_400

/** A view of a zone that has honey names. Which they are stands in no report: who reads them there asks for others. */
interface Bait {
  readonly zone: string
  readonly view: string
  readonly count: number
}

/** Who asks Veil for a name that nobody has reason to ask for is told of, and banned where his address is proved. */
export function judgeHoneyNames(host: Host): Judged {
  const zones = host.get(veilConfiguration)
  if (zones === undefined || zones.configuration.zones.length === 0) return []
  const baits = baitsOf(zones.configuration)
  if (baits.length > 0) return baits.map((bait) => (own: Host) => judgeBait(own, zones, bait))
  const evidence = [citeFile(zones.file, 'no entry guard.VIEW.honey')]
  const reason = 'No zone has honey names: who guesses names is noticed only once he has guessed many.'
  const say = sayOf('honey names', evidence)
  return [{ ...say('warn', 'no-honey', reason), remedy: [{ tell: NO_HONEY }] }]
}

const NO_HONEY =
  'Give zones names that word lists have and you do not, and tell nobody which: `guard: { public: { honey: [NAME, NAME] } }` below the zone in veil.yaml, then `dnsctl reload`.'

function baitsOf({ zones }: Configuration): readonly Bait[] {
  return zones.flatMap(({ name, guard = {} }) =>
    Object.entries(guard).flatMap(([view, { honey }]) =>
      honey.length === 0 ? [] : [{ zone: name, view, count: honey.length }],
    ),
  )
}

/** What the files of the host say of the way from the question to whoever is told of it. */
interface Chain extends HoneyChain {
  readonly say: Say
}

function judgeBait(host: Host, zones: VeilConfiguration, { zone, view, count }: Bait): Judgement {
  const subject = `honey names of ${zone} in the view ${view}`
  const counted = citeFile(zones.file, `${count === 1 ? 'one honey name' : `${count} honey names`}`)
  const log = host.get(veilLog)
  const remedied = (judgement: Judgement, chain?: HoneyChain): Judgement => ({
    ...judgement,
    remedy: honeyRemedy(zones, chain),
    values: { zone, ...(chain === undefined ? {} : honeyValues(zones, chain)) },
  })
  const say = sayOf(subject, [counted])
  if (log === undefined) {
    const reason = 'Nothing here starts veild, so what it writes of who asks for one goes nowhere that is known.'
    return remedied(say('unknown', 'no-unit', reason))
  }
  const banning = host.get(fail2ban)
  // The name itself is made up: that of the configuration stays there.
  const question = { zone, view, name: `a1b2c3d4e5f6.honey.${zone}` }
  const chain: Chain = {
    ...{ log, jail: honeyJail(host, log, question), alerts: veilAlerts(host) },
    isAutomatic: zones.configuration.guard.ban.automatic,
    isHeldBySshd: banning === undefined || banning.startError?.jail.name === 'sshd',
    say,
  }
  return remedied(broken(chain) ?? tried(host, zone, chain), chain)
}

/** Where the way ends before anybody is told; undefined: by its files it does not. */
function broken({ say, jail, alerts, isAutomatic }: Chain): Judgement | undefined {
  if (jail.state === 'forgeable') {
    const reason = `The jail ${jail.jail.name} bans whoever a forged packet names, for it counts lines whose address is not proved.`
    return say('fail', 'forgeable', reason, jail.evidence)
  }
  if (jail.state === 'dead' && !isAutomatic) {
    return say('fail', jail.cause, `Its jail is switched on and dead: ${jail.why}.`, jail.evidence)
  }
  const isHeard = alerts.state === 'reaches'
  const bans = isAutomatic || jail.state === 'bans'
  if (jail.state === 'unknown' && !isAutomatic) return say('unknown', 'log-unclear', jail.why, jail.evidence)
  const evidence = [...jail.evidence, ...alerts.evidence]
  if (!isHeard && !bans) {
    const why = alerts.state === 'dead-end' ? alerts.why : 'veil.yaml has no guard.notify'
    const also = jail.state === 'absent' ? `, and ${jail.why}` : ''
    return say('fail', 'silent', `Who asks for one is noticed by nobody: ${why}${also}.`, evidence)
  }
  if (!isHeard) {
    const why = alerts.state === 'dead-end' ? alerts.why : 'veil.yaml has no guard.notify'
    return say('warn', 'unheard', `Who asks for one is banned, but nobody hears of it: ${why}.`, evidence)
  }
  const lines = jail.state === 'bans' ? Number(jail.jail.setting('maxretry')?.value ?? 1) : 1
  return lines > 1
    ? say(
        'warn',
        'several',
        'Its jail waits for several lines, and veild writes one a minute: who asks once goes free.',
        evidence,
      )
    : undefined
}

/** By its files it holds; whether it does somebody has to try. */
function tried(host: Host, zone: string, { say, jail, alerts, isAutomatic, log }: Chain): Judgement {
  const files = [...jail.evidence, ...alerts.evidence, ...(jail.state === 'bans' ? [] : log.evidence)]
  const how = isAutomatic
    ? 'veild bans whose address is proved'
    : jail.state === 'bans'
      ? `the jail ${jail.jail.name} bans whose address is proved`
      : 'nobody is banned'
  const who = alerts.state === 'reaches' ? alerts.who : 'nobody'
  const seen = host.observed(honeyName).find(({ found }) => found.zone === zone)
  if (seen === undefined || host.now - seen.at > FRESH_SECONDS) {
    const reason = `By its files ${who} is told and ${how}, but nobody has tried it within 30 days.`
    return say('warn', 'never-tried', reason, files)
  }
  const { isLogged, isBanned, isProved, confirmedAt } = seen.found
  const excerpt = [
    isLogged ? 'a line in the log' : 'no line in the log',
    ...(isBanned === undefined ? [] : [isBanned ? 'banned' : 'not banned']),
    confirmedAt === undefined ? 'alarm not confirmed' : 'alarm confirmed',
  ].join(', ')
  const probe: Evidence = { source: 'probe', path: seen.target, excerpt, at: seen.at }
  const all = [probe, ...files]
  if (!isLogged) return say('fail', 'not-logged', 'A trial question for one left no line in the log of veild.', all)
  if (isProved && isBanned === false && (isAutomatic || jail.state === 'bans')) {
    return say('fail', 'not-banned', 'A trial question for one was written down, and its sender was not banned.', all)
  }
  if (confirmedAt === undefined) {
    const reason = 'A trial question for one was written down; whether the alarm reached anybody, nobody has confirmed.'
    return say('warn', 'not-confirmed', reason, all)
  }
  const trial = isBanned === true ? 'was written down, its sender was banned' : 'was written down'
  return say('pass', 'alarmed', `A trial question for one ${trial}, and ${who} was told.`, all)
}
