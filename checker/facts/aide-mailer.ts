import { cite, citeStatus, type Evidence, type State } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { lastSetting } from './last-setting.ts'
import { localSmtp } from './local-smtp.ts'
import { packages } from './packages.ts'
import { exists } from './paths.ts'
import { systemd } from './systemd.ts'

/** By what AIDE's daily check mails, and why that reaches nobody; `broken` is undefined where it may. */
export interface AideMailer {
  readonly broken: { readonly state: State; readonly cause: string; readonly reason: string } | undefined
  readonly evidence: readonly Evidence[]
}

const DEFAULTS = '/etc/default/aide'

/**
 * As dailyaidecheck chooses it: what MAILCMD names; else s-nail, which hands its mail in by SMTP at localhost; else mail(1), which
 * it may use as root alone (README.Debian of aide-common).
 */
export function aideMailerOf(host: Host): AideMailer {
  const silent = lastSetting(host, DEFAULTS, /^\s*SILENTREPORTS=["']?(yes)\b/)
  if (silent !== undefined)
    return broken('fail', 'silenced', 'SILENTREPORTS is set: it mails nothing, whatever it finds.', [silent.evidence])
  const user = host.get(systemd).unit('dailyaidecheck.service')?.last('Service', 'User')
  const runsAsRoot = user === undefined || user.value === 'root'
  const at = user === undefined ? [] : [cite(user.at)]
  const own = lastSetting(host, DEFAULTS, /^\s*MAILCMD=["']?([^"'\s#]+)/)
  if (own !== undefined) return ofCommand(own.value, runsAsRoot, [own.evidence, ...at])
  if (exists(host.root, '/usr/bin/s-nail') || host.get(packages).has('s-nail')) {
    const { isTaken, evidence } = host.get(localSmtp)
    if (isTaken) return { broken: undefined, evidence: [] }
    const reason = 'It mails by SMTP at localhost, where nothing takes it: what it finds is dropped.'
    return broken('fail', 'no-server', reason, evidence)
  }
  if (runsAsRoot && exists(host.root, '/usr/bin/mail')) return { broken: undefined, evidence: at }
  const reason = 'Its daily check runs as _aide and mails by s-nail, which is not there: what it finds is dropped.'
  return broken('fail', 'no-mailer', reason, [citeStatus('/usr/bin/s-nail', undefined), ...at])
}

function ofCommand(command: string, runsAsRoot: boolean, evidence: readonly Evidence[]): AideMailer {
  const name = command.split('/').at(-1)!
  if (name === 'true' || name === ':')
    return broken('fail', 'no-mailer', 'MAILCMD is a command that does nothing: what it finds is dropped.', evidence)
  if (runsAsRoot || name === 's-nail') return { broken: undefined, evidence }
  const reason = 'Whether what MAILCMD names may mail as _aide, a trial has to tell.'
  return broken('unknown', 'own-mailer', reason, evidence)
}

function broken(state: State, cause: string, reason: string, evidence: readonly Evidence[]): AideMailer {
  return { broken: { state, cause, reason }, evidence }
}
