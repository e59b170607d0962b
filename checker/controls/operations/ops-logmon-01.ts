import { cronJobs } from '../../facts/cron.ts'
import type { Host } from '../../facts/host.ts'
import { lastSetting } from '../../facts/last-setting.ts'
import { deliveryOf } from '../../facts/mail-delivery.ts'
import { packages } from '../../facts/packages.ts'
import { exists, glob } from '../../facts/paths.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { cite, type Evidence, HOST, type Judgement, placeIn } from '../../judging/judgement.ts'

/** Somebody, or something that tells somebody, reads the logs. */
export function opsLogmon01(host: Host): readonly Judgement[] {
  const judged = [...judgeLogcheck(host), ...judgeLogwatch(host), ...judgeAgents(host)]
  if (judged.length > 0) return judged
  return [
    {
      subject: HOST,
      state: 'fail',
      cause: 'none',
      reason: 'Nothing reads the logs: what they tell of an attack, nobody hears.',
      evidence: [],
    },
  ]
}

function judgeLogcheck(host: Host): readonly Judgement[] {
  const installed = host.get(packages).get('logcheck')
  const job = host
    .get(cronJobs)
    .find((each) => each.command.includes('logcheck') && each.at.path.startsWith('/etc/cron.d/'))
  if (installed === undefined) return []
  const subject = 'logcheck'
  if (job === undefined)
    return [
      {
        subject,
        state: 'fail',
        cause: 'not-scheduled',
        reason: 'logcheck is installed, but cron does not run it.',
        evidence: [cite(installed.at)],
      },
    ]
  const lists = [
    '/etc/logcheck/logcheck.logfiles',
    ...glob(host.root, '/etc/logcheck/logcheck.logfiles.d/*.logfiles'),
  ].flatMap((path) => readIfThere(host.root, path) ?? [])
  const named = lists.flatMap((file) =>
    linesOf(file).map(({ text, number }) => ({ source: text.trim(), at: placeIn(file, number) })),
  )
  const alive = named.find(({ source }) => source === 'journal' || exists(host.root, source))
  if (alive === undefined) {
    const reason =
      'logcheck runs, but none of the logs it reads is there: without rsyslog everything is in the journal.'
    return [
      {
        subject,
        state: 'fail',
        cause: 'no-log',
        reason,
        evidence: [cite(job.at), ...named.slice(0, 3).map(({ at }) => cite(at))],
      },
    ]
  }
  const recipient = lastSetting(host, '/etc/logcheck/logcheck.conf', /^\s*SENDMAILTO="?([^"\s]+)/) ?? {
    value: 'logcheck',
    evidence: undefined,
  }
  return [
    judgeRecipient(host, subject, recipient.value, [
      cite(job.at),
      cite(alive.at),
      ...(recipient.evidence === undefined ? [] : [recipient.evidence]),
    ]),
  ]
}

function judgeLogwatch(host: Host): readonly Judgement[] {
  const job = host.get(cronJobs).find((each) => /\blogwatch\b/.test(each.command))
  if (job === undefined || !host.get(packages).has('logwatch')) return []
  const set = ['/etc/logwatch/conf/logwatch.conf', '/usr/share/logwatch/default.conf/logwatch.conf'].flatMap(
    (path) => lastSetting(host, path, /^\s*MailTo\s*=\s*(\S+)/i) ?? [],
  )[0]
  const recipient = /--mailto\s+(\S+)/.exec(job.command)?.[1] ?? set?.value ?? 'root'
  return [judgeRecipient(host, 'logwatch', recipient, [cite(job.at), ...(set === undefined ? [] : [set.evidence])])]
}

function judgeRecipient(host: Host, subject: string, recipient: string, evidence: readonly Evidence[]): Judgement {
  const delivery = deliveryOf(host, recipient)
  const all = [...evidence, ...delivery.evidence]
  if (delivery.kind === 'person') {
    return {
      subject,
      state: 'pass',
      cause: 'read',
      reason: `${subject} reads the logs and writes to ${delivery.address}.`,
      evidence: all,
    }
  }
  if (delivery.kind === 'local-mailbox') {
    return {
      subject,
      state: 'warn',
      cause: 'local-mailbox',
      reason: `${subject} writes to a mailbox of this host (${delivery.address}), where hardly anybody looks.`,
      evidence: all,
    }
  }
  return {
    subject,
    state: 'fail',
    cause: 'nowhere',
    reason: `${subject} reads the logs, but what it writes goes nowhere.`,
    evidence: all,
  }
}

/** Agents that hand logs to a system with rules; OSSEC and Wazuh judge them by themselves. */
function judgeAgents(host: Host): readonly Judgement[] {
  const units = host.get(systemd)
  return ['wazuh-agent', 'ossec', 'ossec-hids', 'crowdsec', 'filebeat', 'vector']
    .filter((name) => units.isEnabled(name))
    .map((name) => ({
      subject: name,
      state: 'pass' as const,
      cause: 'agent',
      reason: `${name} is enabled and judges the logs, or hands them to what does.`,
      evidence: placeOfUnit(host, name),
    }))
}
