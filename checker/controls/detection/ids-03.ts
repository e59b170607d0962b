import { aide, selectionOf } from '../../facts/aide.ts'
import { auditRules, auditSwitch } from '../../facts/audit.ts'
import type { Host } from '../../facts/host.ts'
import { lastSetting } from '../../facts/last-setting.ts'
import { ossec } from '../../facts/ossec.ts'
import { packages } from '../../facts/packages.ts'
import { namesIn } from '../../facts/paths.ts'
import { readIfThere } from '../../facts/read-lines.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { cite, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'

/** What an intruder changes, by class; each has to be watched. */
const CLASSES: readonly { readonly of: string; readonly paths: readonly string[] }[] = [
  { of: 'passwords', paths: ['/etc/shadow'] },
  { of: 'users', paths: ['/etc/passwd', '/etc/group', '/etc/sudoers'] },
  { of: 'programs', paths: ['/usr/sbin/sshd', '/usr/bin/login'] },
  { of: 'configuration', paths: ['/etc/ssh/sshd_config'] },
  { of: 'boot', paths: ['/boot/grub/grub.cfg'] },
]

/** Files, users, passwords and configuration are watched, and so is what runs. */
export function ids03(host: Host): readonly Judgement[] {
  const judged = [...judgeFiles(host), ...judgeProcesses(host)]
  return judged.length > 0 ? judged : [notApplicable('none', 'Nothing watches this host; IDS-01 judges that.')]
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
  const subject = 'files'
  if (missing.length === 0)
    return [
      {
        subject,
        state: 'pass',
        cause: 'covered',
        reason: 'Passwords, users, programs, configuration and what boots the host are watched.',
        evidence: evidence.slice(0, 5),
      },
    ]
  const names = missing.map((each) => each.of)
  const isWebAlone = names.every((name) => name === 'web sites')
  return [
    {
      subject,
      state: isWebAlone ? 'warn' : 'fail',
      cause: isWebAlone ? 'web-left-out' : 'left-out',
      reason: `Not watched: ${names.join(', ')}.`,
      evidence: evidence.slice(0, 5),
    },
  ]
}

/** auditd without a rule records nothing of interest; that is how Debian ships it. */
function judgeProcesses(host: Host): readonly Judgement[] {
  const rules = host.get(auditRules)
  const calls = rules.find((rule) => rule.calls.some((call) => call.startsWith('execve')))
  const subject = 'processes'
  const other = ['falco', 'sysmon', 'wazuh-agent', 'osqueryd'].find((name) => host.get(systemd).isEnabled(name))
  if (other !== undefined)
    return [
      {
        subject,
        state: 'pass',
        cause: 'other',
        reason: `${other} watches what runs.`,
        evidence: placeOfUnit(host, other),
      },
    ]
  if (!host.get(packages).has('auditd')) {
    return [{ subject, state: 'fail', cause: 'none', reason: 'Nothing records what runs on this host.', evidence: [] }]
  }
  const evidence = placeOfUnit(host, 'auditd')
  if (!host.get(systemd).isEnabled('auditd'))
    return [
      { subject, state: 'fail', cause: 'auditd-off', reason: 'auditd is installed, but nothing starts it.', evidence },
    ]
  const off = auditIsOff(host)
  if (off !== undefined) {
    const reason = 'The kernel is started with audit=0: auditd runs, and hears of nothing.'
    return [sayOf(subject, evidence)('fail', 'audit-off', reason, [off])]
  }
  const disabled = host.get(auditSwitch)
  if (disabled?.value === '0') {
    const reason = 'A rule switches auditing off (-e 0): auditd runs, and hears of nothing.'
    return [sayOf(subject, evidence)('fail', 'switched-off', reason, [cite(disabled.at)])]
  }
  const watches = rules.filter((rule) => rule.path !== undefined)
  if (watches.length === 0 && calls === undefined) {
    return [
      {
        subject,
        state: 'fail',
        cause: 'no-rules',
        reason: 'auditd runs without a single rule: it records nothing that tells of an intruder.',
        evidence,
      },
    ]
  }
  if (calls === undefined)
    return [
      {
        subject,
        state: 'warn',
        cause: 'no-execve',
        reason: 'auditd watches files, but not which programs are started (execve).',
        evidence: watches.slice(0, 3).map((rule) => cite(rule.at)),
      },
    ]
  if (watches.length === 0)
    return [
      {
        subject,
        state: 'warn',
        cause: 'no-watches',
        reason: 'auditd records which programs are started, but watches no file.',
        evidence: [cite(calls.at)],
      },
    ]
  return [
    {
      subject,
      state: 'pass',
      cause: 'rules',
      reason: 'auditd watches files, and records which programs are started.',
      evidence: [cite(calls.at), ...watches.slice(0, 3).map((rule) => cite(rule.at))],
    },
  ]
}

/** `audit=0` (or `off`) of the kernel's command line: as it was started, else as GRUB would start it. */
function auditIsOff(host: Host): Evidence | undefined {
  const running = readIfThere(host.root, '/proc/cmdline')
  if (running !== undefined)
    return /(^|\s)audit=(0|off)(\s|$)/.test(running.text) ? cite(placeIn(running, 1)) : undefined
  const pattern = /^\s*GRUB_CMDLINE_LINUX(?:_DEFAULT)?=["'](?:[^"']*\s)?(audit=(?:0|off))(?:\s[^"']*)?["']/
  return lastSetting(host, '/etc/default/grub', pattern)?.evidence
}
