import type { Host } from '../../facts/host.ts'
import { deliveryOf } from '../../facts/mail-delivery.ts'
import { packages } from '../../facts/packages.ts'
import { glob } from '../../facts/paths.ts'
import { linesOf, readIfThere } from '../../facts/read-lines.ts'
import { cite, citeFile, type Evidence, type Judgement, placeIn } from '../../judging/judgement.ts'
import { alertNonce } from '../../probes/alert-nonce.ts'

const FRESH_SECONDS = 30 * 86_400

/** An alert that nobody receives is none: where do those of this host end? */
export function opsAlert01(host: Host): readonly Judgement[] {
  return [judgeRoot(host), ...judgeMonit(host), ...judgeAlertmanager(host)]
}

/** cron, AIDE, fail2ban, unattended-upgrades and RAID write to root. */
function judgeRoot(host: Host): Judgement {
  const delivery = deliveryOf(host, 'root')
  const subject = 'mail to root'
  if (delivery.kind !== 'person') {
    const where = delivery.kind === 'nowhere' ? 'goes nowhere' : `ends in a mailbox of this host (${delivery.address})`
    const reason = `What cron, AIDE and fail2ban report ${where}, where nobody reads it.`
    return { subject, state: 'fail', cause: 'dead-end', reason, evidence: delivery.evidence }
  }
  const latest = host.observed(alertNonce)[0]
  const isFresh = latest?.found.confirmedAt !== undefined && host.now - latest.at <= FRESH_SECONDS
  const seen: readonly Evidence[] =
    latest === undefined
      ? []
      : [
          {
            source: 'probe',
            path: latest.target,
            excerpt: latest.found.confirmedAt === undefined ? 'not confirmed' : 'confirmed',
            at: latest.at,
          },
        ]
  if (isFresh) {
    return {
      subject,
      state: 'pass',
      cause: 'arrived',
      reason: `An alert that was sent to try it arrived at ${delivery.address}.`,
      evidence: [...delivery.evidence, ...seen],
    }
  }
  const reason = `It goes to ${delivery.address}, but nobody has tried within 30 days whether it arrives.`
  return { subject, state: 'warn', cause: 'never-tried', reason, evidence: [...delivery.evidence, ...seen] }
}

/** monit(1) as it is installed has neither a receiver nor a server to send by. */
function judgeMonit(host: Host): readonly Judgement[] {
  if (!host.get(packages).has('monit')) return []
  const files = [
    '/etc/monit/monitrc',
    ...glob(host.root, '/etc/monit/conf.d/*'),
    ...glob(host.root, '/etc/monit/conf-enabled/*'),
  ].flatMap((path) => readIfThere(host.root, path) ?? [])
  const find = (pattern: RegExp): Evidence | undefined => {
    for (const file of files) {
      const line = linesOf(file).find(({ text }) => pattern.test(text))
      if (line !== undefined) return cite(placeIn(file, line.number))
    }
    return undefined
  }
  const alert = find(/^\s*set\s+alert\s+\S+/i)
  const server = find(/^\s*set\s+mailserver\s+\S+/i)
  const subject = 'monit'
  if (alert === undefined) {
    const evidence = files[0] === undefined ? [] : [citeFile(files[0], 'no "set alert"')]
    return [
      { subject, state: 'fail', cause: 'no-receiver', reason: 'monit watches, but has nobody to tell.', evidence },
    ]
  }
  if (server === undefined) {
    return [
      {
        subject,
        state: 'warn',
        cause: 'no-server',
        reason: 'monit has a receiver, but no mail server: it tries localhost at port 25.',
        evidence: [alert],
      },
    ]
  }
  return [
    {
      subject,
      state: 'pass',
      cause: 'receiver',
      reason: 'monit has a receiver and a mail server.',
      evidence: [alert, server],
    },
  ]
}

function judgeAlertmanager(host: Host): readonly Judgement[] {
  const file = readIfThere(host.root, '/etc/prometheus/alertmanager.yml')
  if (file === undefined) return []
  const receiver = linesOf(file).find(({ text }) =>
    /^\s*-?\s*(to|url|api_url|routing_key|service_key|webhook_url|bot_token|user_key)\s*:\s*\S/.test(text),
  )
  const subject = 'alertmanager'
  if (receiver === undefined) {
    return [
      {
        subject,
        state: 'fail',
        cause: 'null-receiver',
        reason: 'Its receivers are empty: alerts end there.',
        evidence: [citeFile(file, 'no receiver with an address')],
      },
    ]
  }
  return [
    {
      subject,
      state: 'pass',
      cause: 'receiver',
      reason: 'It has a receiver.',
      evidence: [cite(placeIn(file, receiver.number))],
    },
  ]
}
