import type { Evidence } from '../judging/judgement.ts'
import { fail2ban, type Jail } from './fail2ban.ts'
import { filterMatches, readFilter } from './fail2ban-filter.ts'
import type { Host } from './host.ts'
import { banAbility } from './jail-actions.ts'
import { type JailHealth, jailHealth } from './jail-health.ts'
import { type HoneyQuestion, honeyLine, type VeilLog } from './veil-log.ts'
import { veilConfiguration } from './veil-zones.ts'

/** What fail2ban makes of the line of a honey name. */
export type HoneyJail =
  | { readonly state: 'bans'; readonly jail: Jail; readonly evidence: readonly Evidence[] }
  /** Meant for these lines, and of no use. `why` stands after "the jail NAME is switched on and dead: ". */
  | Extract<JailHealth, { readonly state: 'dead' }>
  /** It bans whoever a forged packet names. */
  | { readonly state: 'forgeable'; readonly jail: Jail; readonly evidence: readonly Evidence[] }
  /** Whether its lines come to the jail no file says: `why` is a sentence. */
  | { readonly state: 'unknown'; readonly why: string; readonly evidence: readonly Evidence[] }
  | { readonly state: 'absent'; readonly why: string; readonly evidence: readonly Evidence[] }

const STRANGER = '192.0.2.1'
/** Logs into which rsyslogd may write what the journal hands on. */
const SYSTEM_LOG = /^\/var\/log\/(?:syslog|messages|daemon\.log)$/

/** The jail that bans who asks for the honey name; else the first that is meant to, and what is wrong with it. */
export function honeyJail(host: Host, log: VeilLog, question: Omit<HoneyQuestion, 'address' | 'isProved'>): HoneyJail {
  const enabled = [...(host.get(fail2ban)?.jails.values() ?? [])].filter((jail) => jail.isEnabled)
  const judged = enabled.map((jail) => judgeJail(host, log, jail, question))
  return (
    judged.find(({ state }) => state === 'forgeable') ??
    judged.find(({ state }) => state === 'bans') ??
    judged.find(({ state }) => state === 'unknown') ??
    judged.find(({ state }) => state === 'dead') ?? {
      state: 'absent',
      why: host.get(fail2ban) === undefined ? 'fail2ban is not here' : 'no jail of fail2ban counts its line',
      evidence: [],
    }
  )
}

function judgeJail(
  host: Host,
  log: VeilLog,
  jail: Jail,
  question: Omit<HoneyQuestion, 'address' | 'isProved'>,
): HoneyJail {
  const asked = { ...question, address: STRANGER }
  const line = honeyLine(log, jail, { ...asked, isProved: true })
  const units = log.place.kind === 'journal' ? [log.place.unit] : []
  const health = jailHealth(host, { jail: jail.name, line, ...(units.length > 0 ? { units } : {}) })
  const isMeant = /veil|honey/i.test(`${jail.name} ${jail.filter.name}`)
  if (health.state === 'absent') return health
  const open = isMeant ? unclear(log, jail) : undefined
  if (open !== undefined) return { state: 'unknown', why: open, evidence: [...health.evidence, ...log.evidence] }
  if (health.state === 'dead') {
    // That another jail does not know the line is no fault of it.
    return isMeant || health.cause === 'other-unit' ? health : { ...health, state: 'absent' }
  }
  const dead = (cause: string, why: string, more: readonly Evidence[] = []): HoneyJail => ({
    state: 'dead',
    cause,
    why,
    evidence: [...health.evidence, ...more],
  })
  const filter = readFilter(host.root, jail.filter)
  if (filter !== undefined && filterMatches(filter, honeyLine(log, jail, { ...asked, isProved: false }))) {
    return { state: 'forgeable', jail, evidence: health.evidence }
  }
  const elsewhere = otherLog(log, jail)
  if (elsewhere !== undefined) return dead('other-log', elsewhere, log.evidence)
  const ability = banAbility(host, jail)
  if (ability.state === 'broken') return dead(ability.cause, lowered(ability.why), ability.evidence)
  if (ability.state === 'none') return dead('no-ban', 'none of its actions bans')
  const state = stateOfAction(host, jail)
  return state === undefined
    ? { state: 'bans', jail, evidence: [...health.evidence, ...log.evidence] }
    : dead('other-state', state)
}

/** Why no file says whether the jail reads what veild writes. */
function unclear({ place }: VeilLog, jail: Jail): string | undefined {
  if (place.kind === 'elsewhere')
    return `veild writes into ${place.what}: whether that ends in what the jail reads, no file says.`
  return place.kind === 'journal' && jail.backend !== 'systemd' && jail.logPaths.some((path) => SYSTEM_LOG.test(path))
    ? `It reads ${jail.logPaths.join(', ')}: whether the journal hands lines of veild on to that, no file says.`
    : undefined
}

/** Why the jail does not read what veild writes. */
function otherLog({ place }: VeilLog, jail: Jail): string | undefined {
  const isJournal = jail.backend === 'systemd'
  const reads = isJournal ? 'the journal' : jail.logPaths.join(', ')
  if (place.kind === 'nowhere') return 'veild writes its log nowhere'
  if (place.kind === 'journal' && !isJournal) return `it reads ${reads}, but veild writes into the journal`
  if (place.kind !== 'file') return undefined
  return !isJournal && jail.logFiles.includes(place.path)
    ? undefined
    : `it reads ${reads}, but veild writes into ${place.path}`
}

/** Why the veild that the action tells is not the one that serves the zones. */
function stateOfAction(host: Host, jail: Jail): string | undefined {
  const action = jail.actions.find(({ name }) => name === 'veil')
  const own = host.get(veilConfiguration)?.configuration.state
  if (action === undefined || own === undefined) return undefined
  const told = action.options.get('state') ?? '/var/lib/veil'
  if (told === own) return undefined
  return `its action tells a veild whose state is in ${told}, and that of the one here is in ${own}`
}

function lowered(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`
}
