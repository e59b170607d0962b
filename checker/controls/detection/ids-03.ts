import { aide, selectionOf } from '../../facts/aide.ts'
import { type AuditRule, auditRules, auditSwitch } from '../../facts/audit.ts'
import type { Host } from '../../facts/host.ts'
import { lastSetting } from '../../facts/last-setting.ts'
import { ossec } from '../../facts/ossec.ts'
import { packages } from '../../facts/packages.ts'
import { namesIn } from '../../facts/paths.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { type Say, sayOf } from '../../judging/say.ts'

/** What an intruder changes, by class; each has to be watched. */
const CLASSES: readonly { readonly of: string; readonly paths: readonly string[] }[] = [
  { of: 'passwords', paths: ['/etc/shadow'] },
  { of: 'users', paths: ['/etc/passwd', '/etc/group', '/etc/sudoers'] },
  { of: 'programs', paths: ['/usr/sbin/sshd', '/usr/bin/login'] },
  { of: 'configuration', paths: ['/etc/ssh/sshd_config'] },
  { of: 'boot', paths: ['/boot/grub/grub.cfg'] },
]

const PROCESSES = 'processes'

/** Files, users, passwords and configuration are watched, and so is what runs. */
export function ids03(host: Host): readonly Judgement[] {
  return [...judgeFiles(host), judgeProcesses(host)]
}

function judgeFiles(host: Host): readonly Judgement[] {
  const found = host.get(aide)
  const agent = host.get(ossec)
  if (found === undefined && agent === undefined) return []
  const web = ['/var/www', '/srv/www'].filter((folder) => namesIn(host.root, folder).length > 0)
  const classes = [
    ...CLASSES,
    ...(web.length === 0 ? [] : [{ of: 'web sites', paths: web.map((folder) => `${folder}/index.php`) }]),
  ]
  const evidence: Evidence[] = []
  const missing = classes.filter(({ paths }) =>
    paths.some((path) => {
      if (agent?.isSyscheckOn === true && agent.watched.some((folder) => path.startsWith(`${folder}/`))) return false
      const selection = found === undefined ? undefined : selectionOf(found, path)
      if (selection !== undefined) evidence.push(cite(selection.at))
      return selection === undefined || selection.kind === 'leave'
    }),
  )
  const say = sayOf('files', evidence.slice(0, 5))
  if (missing.length === 0)
    return [say('pass', 'covered', 'Passwords, users, programs, configuration and what boots the host are watched.')]
  const names = missing.map((each) => each.of)
  const reason = `Not watched: ${names.join(', ')}.`
  const isWebAlone = names.every((name) => name === 'web sites')
  return [isWebAlone ? say('warn', 'web-left-out', reason) : say('fail', 'left-out', reason)]
}

/** auditd without a rule records nothing of interest; that is how Debian ships it. */
function judgeProcesses(host: Host): Judgement {
  const other = ['falco', 'sysmon', 'wazuh-agent', 'osqueryd'].find((name) => host.get(systemd).isEnabled(name))
  if (other !== undefined)
    return sayOf(PROCESSES, placeOfUnit(host, other))('pass', 'other', `${other} watches what runs.`)
  if (!host.get(packages).has('auditd'))
    return sayOf(PROCESSES, [])('fail', 'none', 'Nothing records what runs on this host.')
  const say = sayOf(PROCESSES, placeOfUnit(host, 'auditd'))
  if (!host.get(systemd).isEnabled('auditd'))
    return say('fail', 'auditd-off', 'auditd is installed, but nothing starts it.')
  const off = auditIsOff(host)
  if (off !== undefined) {
    return say('fail', 'audit-off', 'The kernel is started with audit=0: auditd runs, and hears of nothing.', [off])
  }
  const disabled = host.get(auditSwitch)
  if (disabled?.value === '0') {
    const reason = 'A rule switches auditing off (-e 0): auditd runs, and hears of nothing.'
    return say('fail', 'switched-off', reason, [cite(disabled.at)])
  }
  return judgeRules(host.get(auditRules), say)
}

function judgeRules(rules: readonly AuditRule[], say: Say): Judgement {
  const calls = rules.find((rule) => rule.calls.some((call) => call.startsWith('execve')))
  const watches = rules.filter((rule) => rule.path !== undefined)
  const cited = [...(calls === undefined ? [] : [calls]), ...watches.slice(0, 3)].map((rule) => cite(rule.at))
  const sayByRules = sayOf(PROCESSES, cited)
  if (watches.length === 0 && calls === undefined) {
    const reason = 'auditd runs without a single rule: it records nothing that tells of an intruder.'
    return say('fail', 'no-rules', reason)
  }
  if (calls === undefined)
    return sayByRules('warn', 'no-execve', 'auditd watches files, but not which programs are started (execve).')
  if (watches.length === 0)
    return sayByRules('warn', 'no-watches', 'auditd records which programs are started, but watches no file.')
  return sayByRules('pass', 'rules', 'auditd watches files, and records which programs are started.')
}

/** `audit=0` (or `off`) of the kernel's command line: as it was started, else as GRUB would start it. */
function auditIsOff(host: Host): Evidence | undefined {
  const running = readIfThere(host.root, '/proc/cmdline')
  if (running !== undefined)
    return /(^|\s)audit=(0|off)(\s|$)/.test(running.text) ? cite(placeIn(running, 1)) : undefined
  const pattern = /^\s*GRUB_CMDLINE_LINUX(?:_DEFAULT)?=["'](?:[^"']*\s)?(audit=(?:0|off))(?:\s[^"']*)?["']/
  return lastSetting(host, '/etc/default/grub', pattern)?.evidence
}
