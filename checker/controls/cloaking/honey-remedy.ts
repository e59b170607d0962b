import type { HoneyJail } from '../../facts/honey-jail.ts'
import type { VeilAlerts } from '../../facts/veil-alerts.ts'
import type { VeilLog } from '../../facts/veil-log.ts'
import type { VeilConfiguration } from '../../facts/veil-zones.ts'
import type { Values } from '../../remedy/shell.ts'
import type { Step } from '../../remedy/step.ts'
import { FAIL2BAN_ACTION, FAIL2BAN_FILTER } from './veil-jail-files.ts'

/** What was found on the way. */
export interface HoneyChain {
  readonly log: VeilLog
  readonly jail: HoneyJail
  readonly alerts: VeilAlerts
  /** veild bans by itself. */
  readonly isAutomatic: boolean
  /** The jail sshd waits for a log that is not there, and so keeps fail2ban from starting: as Debian 12 ships it. */
  readonly isHeldBySshd: boolean
}

const NOTIFY = 'notify: [{ smtp: { server: 127.0.0.1, tls: none, from: root@localhost, to: [root@localhost] } }]'
const TRY =
  "Then try it, and confirm the alarm that it brings: `hostcheck probe honey-name` (docs/hostcheck.md). Where root's mail goes is OPS-ALERT-01."

/**
 * What stands in the steps for what comes from the host. fail2ban has a shell run the action, state folder included: whatever is no
 * plain word is left for a person to fill in.
 */
export function honeyValues({ configuration }: VeilConfiguration, { log: { place }, jail }: HoneyChain): Values {
  const values = {
    state: configuration.state,
    ...(place.kind === 'file' ? { log: place.path } : {}),
    ...(place.kind === 'journal' ? { unit: place.unit } : {}),
    ...(jail.state === 'forgeable' ? { jail: jail.jail.name } : {}),
  }
  return Object.fromEntries(Object.entries(values).filter(([, value]) => /^[\w@.:/-]+$/.test(value)))
}

function slot(name: 'state' | 'log' | 'unit' | 'jail'): string {
  return `\${${name}}`
}

/** What is missing on the way from a honey name to whoever is told of it. */
export function honeyRemedy(
  { configuration, file }: VeilConfiguration,
  found: HoneyChain | undefined,
): readonly Step[] {
  const state = configuration.state === '/var/lib/veil' ? '' : ` --state ${slot('state')}`
  if (found === undefined) {
    return [{ tell: 'Start veild by a unit: deploy/veil.service. What it writes then goes to the journal.' }]
  }
  const { jail, alerts, isAutomatic } = found
  const needsJail = jail.state === 'forgeable' || (!isAutomatic && jail.state !== 'bans')
  return [
    ...(needsJail ? jailSteps(found) : []),
    ...(alerts.state === 'reaches' ? [] : alertSteps(file.path, file.text, state)),
    { tell: TRY },
  ]
}

function jailSteps({ log: { place }, jail, isHeldBySshd }: HoneyChain): readonly Step[] {
  const ssh = isHeldBySshd ? '[sshd]\nbackend = systemd\n\n' : ''
  const unit =
    place.kind === 'journal' && place.unit !== 'veil.service' ? `\njournalmatch = _SYSTEMD_UNIT=${slot('unit')}` : ''
  const source = place.kind === 'file' ? `backend = auto\nlogpath = ${slot('log')}` : `backend = systemd${unit}`
  const other = jail.state === 'forgeable' && jail.jail.name !== 'veil' ? `\n[${slot('jail')}]\nenabled = false\n` : ''
  return [
    { install: ['fail2ban', 'python3-systemd'] },
    { file: '/etc/fail2ban/filter.d/veil.conf', content: FAIL2BAN_FILTER },
    { file: '/etc/fail2ban/action.d/veil.conf', content: FAIL2BAN_ACTION },
    {
      file: '/etc/fail2ban/jail.d/zz-veil.local',
      content: `${ssh}[veil]
enabled = true
filter = veil
${source}
maxretry = 1
findtime = 10m
bantime = 1h
action = veil[state=${slot('state')}]
${other}`,
    },
    ...(jail.state === 'dead' && jail.cause === 'service-off' ? [{ enable: 'fail2ban' }] : []),
    { run: 'fail2ban-client -t && systemctl restart fail2ban' },
  ]
}

/** Below what veil.yaml has of `guard`, however it is written; what is written in another way a person mends. */
function alertSteps(path: string, text: string, state: string): readonly Step[] {
  const reload: Step = { run: `dnsctl${state} reload` }
  if (/^guard:.*\bnotify\b|^[ \t]+notify:/m.test(text)) {
    return [{ tell: `Name somebody who reads it under \`guard.notify\` in ${path}: docs/bans.md, "Who is told".` }]
  }
  if (!/^["']?guard["']?\s*:/m.test(text)) return [{ append: path, lines: [`guard: { ${NOTIFY} }`] }, reload]
  if (/^guard:\s*\{/m.test(text)) {
    return [{ edit: path, replace: '^guard:\\s*\\{', with: `guard: { ${NOTIFY}, ` }, reload]
  }
  const [, indent] = /^guard:[ \t]*(?:#.*)?\n( +)\w/m.exec(text) ?? []
  if (indent !== undefined) {
    return [{ edit: path, replace: '^guard:\\s*(#.*)?$', with: `guard:\\n${indent}${NOTIFY}` }, reload]
  }
  return [{ tell: `Add to \`guard\` in ${path}: ${NOTIFY}` }]
}
