import { cite, citeStatus, type Evidence, placeIn } from '../judging/judgement.ts'
import { cronJobs } from './cron.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'
import { type LastSetting, lastSetting } from './last-setting.ts'
import { exists, glob, namesIn } from './paths.ts'
import { citeParameter, type Postfix, type PostfixService, parameterOf } from './postfix.ts'
import { linesOf, readIfThere } from './read-lines.ts'
import { rspamd } from './rspamd.ts'
import { listenerOf, miltersOf } from './smtp-path.ts'
import { systemd } from './systemd.ts'
import { placeOfUnit } from './unit-evidence.ts'

/** How mail of a service comes to be judged for spam. */
export interface SpamFilter {
  readonly state: 'wired' | 'dead' | 'unwired' | 'absent'
  readonly by: 'SpamAssassin' | 'rspamd'
  readonly evidence: readonly Evidence[]
}

const IN_CHROOT = '/var/spool/postfix/spamass/spamass.sock'
const ELSEWHERE = '/run/spamass/spamass.sock'
const AMAVIS_PORT = /:10024$|amavis/

/** Whether mail from strangers goes through SpamAssassin (its milter, amavis, a pipe of spamc) or rspamd. */
export function spamFilterOf(host: Host, found: Postfix, service: PostfixService): SpamFilter {
  const milters = miltersOf(found, service)
  const evidence = ['smtpd_milters', 'content_filter'].map((name) =>
    citeParameter(name, parameterOf(found, name, service)),
  )
  const other = host.get(rspamd)
  if (other?.milter !== undefined && milters.includes(other.milter)) {
    return { state: other.isEnabled ? 'wired' : 'dead', by: 'rspamd', evidence: [...evidence, ...other.evidence] }
  }
  const units = host.get(systemd)
  const isThere = exists(host.root, '/usr/sbin/spamd') || exists(host.root, '/usr/bin/spamassassin')
  const daemon = placeOfUnit(host, 'spamd.service')
  const say = (state: SpamFilter['state']): SpamFilter => ({
    state,
    by: 'SpamAssassin',
    evidence: [...evidence, ...daemon],
  })
  if (!isThere) return say('absent')
  const filter = parameterOf(found, 'content_filter', service).value
  if (AMAVIS_PORT.test(filter)) return say(units.isEnabled('amavis.service') ? 'wired' : 'dead')
  const socket = host.get(spamassMilter)
  const isAsked = socket !== undefined && milters.includes(socket)
  const isPiped = found.services.some(({ name, text }) => filter.startsWith(`${name}:`) && /\bspamc\b/.test(text))
  if (!isAsked && !isPiped) return say('unwired')
  const starts = units.isEnabled('spamd.service') && (!isAsked || startsMilter(host))
  return say(starts ? 'wired' : 'dead')
}

/** Where spamass-milter(8) listens, after its script in init.d and /etc/default; undefined where it is not installed. */
const spamassMilter = fact('spamass-milter', ({ root }): string | undefined => {
  if (!exists(root, '/usr/sbin/spamass-milter')) return undefined
  const file = readIfThere(root, '/etc/default/spamass-milter')
  const set = file === undefined ? undefined : linesOf(file).findLast(({ text }) => /^\s*SOCKET=/.test(text))
  const socket = /=\s*["']?([^"'\s]+)/.exec(set?.text ?? '')?.[1]
  return listenerOf(socket ?? (exists(root, '/usr/sbin/postfix') ? IN_CHROOT : ELSEWHERE))
})

/** It has a script of init.d only: links of a runlevel, or a unit of the operator's, start it. */
function startsMilter(host: Host): boolean {
  const isLinked = ['2', '3', '4', '5'].some((level) =>
    namesIn(host.root, `/etc/rc${level}.d`).some((name) => /^S\d\dspamass-milter$/.test(name)),
  )
  const units = host.get(systemd)
  return units.unit('spamass-milter.service') === undefined ? isLinked : units.isEnabled('spamass-milter.service')
}

/** Points from which SpamAssassin calls a mail spam, where a file of /etc says so (Mail::SpamAssassin::Conf(3)); the last counts. */
export const requiredScore = fact('required_score', (host): LastSetting | undefined =>
  ['/etc/spamassassin/*.cf', '/etc/mail/spamassassin/*.cf']
    .flatMap((pattern) => glob(host.root, pattern))
    .flatMap((path) => lastSetting(host, path, /^\s*required_(?:score|hits)\s+(-?[\d.]+)/) ?? [])
    .at(-1),
)

export interface SpamRules {
  /** Unix seconds at which rules last came; undefined where none ever did. */
  readonly updated: number | undefined
  readonly isUpdating: boolean
  readonly evidence: readonly Evidence[]
}

const TIMER = 'spamassassin-maintenance.timer'

/** SpamAssassin's rules, and what brings new ones: sa-update(1) by the timer, or by the job of cron that ships with CRON=0. */
export const spamRules = fact('rules of SpamAssassin', (host): SpamRules => {
  const paths = glob(host.root, '/var/lib/spamassassin/*/updates_spamassassin_org.cf')
  const times = paths.flatMap((path) => {
    const status = host.root.status(path)
    return status.outcome === 'found' ? [{ path, status }] : []
  })
  const newest = times.toSorted((one, other) => other.status.modified - one.status.modified)[0]
  const switched = readIfThere(host.root, '/etc/default/spamassassin')
  const line = switched === undefined ? undefined : linesOf(switched).findLast(({ text }) => /^\s*CRON=/.test(text))
  const isByCron = line !== undefined && !/^\s*CRON=["']?0/.test(line.text)
  const isByHand = host
    .get(cronJobs)
    .some(({ command, at }) => /\bsa-update\b/.test(command) && at.path !== '/etc/cron.daily/spamassassin')
  const hasGpg = exists(host.root, '/usr/bin/gpg')
  return {
    updated: newest?.status.modified,
    isUpdating: (host.get(systemd).isEnabled(TIMER) || isByCron || isByHand) && hasGpg,
    evidence: [
      newest === undefined
        ? { source: 'status', path: '/var/lib/spamassassin', excerpt: 'no rules that sa-update fetched' }
        : citeStatus(newest.path, newest.status),
      ...placeOfUnit(host, TIMER),
      ...(line === undefined ? [] : [cite(placeIn(switched!, line.number))]),
      ...(hasGpg
        ? []
        : [
            {
              source: 'status' as const,
              path: '/usr/bin/gpg',
              excerpt: 'not there: sa-update checks no signature, and fetches nothing',
            },
          ]),
    ],
  }
})
