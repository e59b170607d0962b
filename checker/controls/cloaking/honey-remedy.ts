import type { HoneyJail } from '../../facts/honey-jail.ts'
import type { VeilAlerts } from '../../facts/veil-alerts.ts'
import type { VeilLog } from '../../facts/veil-log.ts'
import type { VeilZones } from '../../facts/veil-zones.ts'
import type { Step } from '../../remedy/step.ts'
import { FAIL2BAN_ACTION, FAIL2BAN_FILTER } from './veil-jail-files.ts'

interface Found {
  readonly log: VeilLog
  readonly jail: HoneyJail
  readonly alerts: VeilAlerts
  readonly isAutomatic: boolean
}

const NOTIFY = 'notify: [{ smtp: { server: 127.0.0.1, tls: none, from: root@localhost, to: [root@localhost] } }]'
const TRY =
  "Then try it, and confirm the alarm that it brings: `hostcheck probe honey-name` (docs/hostcheck.md). Where root's mail goes is OPS-ALERT-01."

/** What is missing on the way from a honey name to whoever is told of it. */
export function honeyRemedy({ configuration, file }: VeilZones, found: Found | undefined): readonly Step[] {
  const state = configuration.state === '/var/lib/veil' ? '' : ` --state ${configuration.state}`
  if (found === undefined) {
    return [{ tell: 'Start veild by a unit: deploy/veil.service. What it writes then goes to the journal.' }]
  }
  const { log, jail, alerts, isAutomatic } = found
  const needsJail = jail.state === 'forgeable' || (!isAutomatic && jail.state !== 'bans')
  return [
    ...(needsJail ? jailSteps(configuration.state, log, jail) : []),
    ...(alerts.state === 'reaches' ? [] : alertSteps(file.path, file.text, state)),
    { tell: TRY },
  ]
}

function jailSteps(state: string, { place }: VeilLog, jail: HoneyJail): readonly Step[] {
  const unit =
    place.kind === 'journal' && place.unit !== 'veil.service' ? `\njournalmatch = _SYSTEMD_UNIT=${place.unit}` : ''
  const source = place.kind === 'file' ? `backend = auto\nlogpath = ${place.path}` : `backend = systemd${unit}`
  const other =
    jail.state === 'forgeable' && jail.jail.name !== 'veil' ? `\n[${jail.jail.name}]\nenabled = false\n` : ''
  return [
    { install: ['fail2ban', 'python3-systemd'] },
    { file: '/etc/fail2ban/filter.d/veil.conf', content: FAIL2BAN_FILTER },
    { file: '/etc/fail2ban/action.d/veil.conf', content: FAIL2BAN_ACTION },
    {
      file: '/etc/fail2ban/jail.d/zz-veil.local',
      content: `[sshd]
backend = systemd

[veil]
enabled = true
filter = veil
${source}
maxretry = 1
findtime = 10m
bantime = 1h
action = veil[state=${state}]
${other}`,
    },
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
