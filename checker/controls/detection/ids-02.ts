import { aideMailerOf } from '../../facts/aide-mailer.ts'
import { cronJobs } from '../../facts/cron.ts'
import type { Host } from '../../facts/host.ts'
import { lastSetting } from '../../facts/last-setting.ts'
import { deliveryOf } from '../../facts/mail-delivery.ts'
import { ossec } from '../../facts/ossec.ts'
import { packages } from '../../facts/packages.ts'
import { glob } from '../../facts/paths.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { alertNonce } from '../../probes/alert-nonce.ts'
import type { Step } from '../../remedy/step.ts'

/** What was found has to be told. On Debian 12 AIDE's daily report is dropped unless s-nail is there. */
export function ids02(host: Host): readonly Judgement[] {
  const judged = [...judgeAide(host), ...judgeTripwire(host), ...judgeOssec(host)]
  return judged.length > 0
    ? judged
    : [notApplicable('none', 'Nothing watches the files of this host; IDS-01 judges that.')]
}

function judgeAide(host: Host): readonly Judgement[] {
  if (!host.get(packages).has('aide-common')) return []
  const subject = 'AIDE'
  const { broken, evidence } = aideMailerOf(host)
  if (broken !== undefined) {
    const remedy = broken.cause === 'no-server' ? { remedy: SERVER_AT_LOCALHOST } : {}
    return [{ subject, ...broken, evidence, ...remedy }]
  }
  const set = lastSetting(host, '/etc/default/aide', /^\s*MAILTO=["']?([^"'\s]+)/)
  return [
    judgeDelivery(host, subject, set?.value ?? 'root', [...evidence, ...(set === undefined ? [] : [set.evidence])]),
  ]
}

/** Postfix, for this host alone; one that is there keeps its interfaces, for it may be a mail server for others. */
const SERVER_AT_LOCALHOST: readonly Step[] = [
  {
    tell: 'Postfix takes the place of what provides sendmail now, nullmailer or msmtp say; give it the same server as relayhost.',
  },
  {
    run: "dpkg -s postfix >/dev/null 2>&1 || { apt-get install -y postfix && postconf -e 'inet_interfaces = loopback-only'; }",
  },
  { enable: 'postfix.service' },
  { run: "grep -q '^smtp *inet' /etc/postfix/master.cf || postconf -M 'smtp/inet=smtp inet n - y - - smtpd'" },
  { run: 'systemctl restart postfix && systemctl start dailyaidecheck.service' },
]

function judgeTripwire(host: Host): readonly Judgement[] {
  if (!host.get(packages).has('tripwire') || glob(host.root, '/var/lib/tripwire/*.twd').length === 0) return []
  const set =
    lastSetting(host, '/etc/tripwire/twpol.txt', /emailto\s*=\s*"?([^",;)\s]+)/) ??
    lastSetting(host, '/etc/tripwire/twcfg.txt', /^\s*GLOBALEMAIL\s*=\s*(\S+)/)
  if (set === undefined) {
    return [
      {
        subject: 'Tripwire',
        state: 'fail',
        cause: 'no-receiver',
        reason: 'Its policy names nobody (emailto), so its reports stay on the disk.',
        evidence: [],
      },
    ]
  }
  const silent = host
    .get(cronJobs)
    .find(
      ({ command }) =>
        /\btripwire\b/.test(command) && /\s--check\b/.test(command) && !/--email-report\b|\s-M\b/.test(command),
    )
  if (silent !== undefined) {
    const reason = 'It is run without --email-report, so its reports stay on the disk.'
    return [sayOf('Tripwire', [cite(silent.at), set.evidence])('fail', 'no-report', reason)]
  }
  return [judgeDelivery(host, 'Tripwire', set.value, [set.evidence])]
}

function judgeOssec(host: Host): readonly Judgement[] {
  const found = host.get(ossec)
  if (found === undefined) return []
  const subject = 'OSSEC'
  if (found.manager !== undefined)
    return [
      {
        subject,
        state: 'pass',
        cause: 'manager',
        reason: `It reports to ${found.manager}, which alerts.`,
        evidence: [cite(found.at)],
      },
    ]
  if (!found.sendsMail || found.mailTo === undefined)
    return [
      {
        subject,
        state: 'fail',
        cause: 'no-receiver',
        reason: 'It works alone and mails nobody.',
        evidence: [cite(found.at)],
      },
    ]
  return [judgeDelivery(host, subject, found.mailTo, [cite(found.at)])]
}

function judgeDelivery(host: Host, subject: string, address: string, evidence: readonly Evidence[]): Judgement {
  const delivery = deliveryOf(host, address)
  const all = [...evidence, ...delivery.evidence]
  const tried = host.observed(alertNonce)[0]
  if (delivery.kind === 'person' && tried !== undefined && tried.found.confirmedAt === undefined) {
    const seen: Evidence = { source: 'probe', path: tried.target, excerpt: 'not confirmed', at: tried.at }
    const reason = `What it finds goes to ${delivery.address}, but a message that was sent to try that was not confirmed.`
    return sayOf(subject, all)('warn', 'unconfirmed', reason, [seen])
  }
  if (delivery.kind === 'person')
    return {
      subject,
      state: 'pass',
      cause: 'told',
      reason: `What it finds goes to ${delivery.address}.`,
      evidence: all,
    }
  if (delivery.kind === 'local-mailbox') {
    return {
      subject,
      state: 'warn',
      cause: 'local-mailbox',
      reason: `What it finds ends in a mailbox of this host (${delivery.address}), where the intruder is, too.`,
      evidence: all,
    }
  }
  return { subject, state: 'fail', cause: 'nowhere', reason: 'What it finds goes nowhere.', evidence: all }
}
