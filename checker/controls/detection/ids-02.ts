import { cronJobs } from '../../facts/cron.ts'
import type { Host } from '../../facts/host.ts'
import { lastSetting } from '../../facts/last-setting.ts'
import { deliveryOf } from '../../facts/mail-delivery.ts'
import { ossec } from '../../facts/ossec.ts'
import { packages } from '../../facts/packages.ts'
import { exists, glob } from '../../facts/paths.ts'
import { systemd } from '../../facts/systemd.ts'
import { cite, citeStatus, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { alertNonce } from '../../probes/alert-nonce.ts'

/** What was found has to be told. On Debian 12 AIDE's daily report is dropped unless s-nail is there. */
export function ids02(host: Host): readonly Judgement[] {
  const judged = [...judgeAide(host), ...judgeTripwire(host), ...judgeOssec(host)]
  return judged.length > 0
    ? judged
    : [notApplicable('none', 'Nothing watches the files of this host; IDS-01 judges that.')]
}

/** The timer runs as _aide, and dailyaidecheck then mails by s-nail alone: any other mail(1) may not be used by it. */
function judgeAide(host: Host): readonly Judgement[] {
  if (!host.get(packages).has('aide-common')) return []
  const subject = 'AIDE'
  const user = host.get(systemd).unit('dailyaidecheck.service')?.last('Service', 'User')
  const runsAsRoot = user === undefined || user.value === 'root'
  const mailer = exists(host.root, '/usr/bin/s-nail') || host.get(packages).has('s-nail')
  const anyMailer = exists(host.root, '/usr/bin/mail')
  if (!mailer && !(runsAsRoot && anyMailer)) {
    const evidence: readonly Evidence[] = [
      citeStatus('/usr/bin/s-nail', undefined),
      ...(user === undefined ? [] : [cite(user.at)]),
    ]
    return [
      {
        subject,
        state: 'fail',
        cause: 'no-mailer',
        reason: 'Its daily check runs as _aide and mails by s-nail, which is not there: what it finds is dropped.',
        evidence,
      },
    ]
  }
  const set = lastSetting(host, '/etc/default/aide', /^\s*MAILTO=["']?([^"'\s]+)/)
  return [judgeDelivery(host, subject, set?.value ?? 'root', set === undefined ? [] : [set.evidence])]
}

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
    .find(({ command }) => /\btripwire\b.*--check/.test(command) && !/--email-report\b|\s-M\b/.test(command))
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
