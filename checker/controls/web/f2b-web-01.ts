import { apache } from '../../facts/apache.ts'
import { fail2ban } from '../../facts/fail2ban.ts'
import type { Host } from '../../facts/host.ts'
import { modsecurity, type Waf } from '../../facts/modsecurity.ts'
import { nginx } from '../../facts/nginx.ts'
import { requestLimits } from '../../facts/request-limits.ts'
import { jailThatCounts } from '../../facts/web-jails.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Step } from '../../remedy/step.ts'
import { BANS } from '../banning/bans.ts'

/** What mod_security2 writes when it blocks, as fail2ban sees it: its date is cut out. With DetectionOnly it is never written. */
const BLOCKED_BY_APACHE =
  '[] [security2:error] [pid 321:tid 140] [client 192.0.2.1:50000] [client 192.0.2.1] ModSecurity: Access denied with code 403 (phase 2). Operator GE matched 5 at TX:anomaly_score. [file "/usr/share/modsecurity-crs/rules/REQUEST-949-BLOCKING-EVALUATION.conf"] [line "94"] [id "949110"]'
const BLOCKED_BY_NGINX =
  " [error] 321#321: *1 [client 192.0.2.1] ModSecurity: Access denied with code 403 (phase 2). Matched \"Operator `Ge' with parameter `5' against variable `TX:ANOMALY_SCORE'\""
const LIMITED_BY_NGINX =
  ' [error] 321#321: *1 limiting requests, excess: 20.500 by zone "each", client: 192.0.2.1, server: www.example.com, request: "GET / HTTP/1.1"'

/** Whom the web application firewall blocks again and again is banned: engine, log line, filter and jail are followed. */
export function f2bWeb01(host: Host): readonly Judgement[] {
  const judged = [
    ...(host.get(apache)?.isEnabled === true ? [judgeApache(host)] : []),
    ...(host.get(nginx)?.isEnabled === true ? [judgeNginx(host)] : []),
  ]
  return judged.length > 0 ? judged : [notApplicable('no-web-server', 'No web server is started here.')]
}

function judgeApache(host: Host): Judgement {
  const subject = 'Apache'
  const health = jailThatCounts(host, BLOCKED_BY_APACHE)
  const evidence = health?.evidence ?? []
  if (health === undefined || health.state !== 'alive') {
    const cause = health?.state === 'dead' ? health.cause : 'absent'
    const why = health?.why ?? stateOfStockJail(host)
    return { subject, state: 'fail', cause, reason: `Nobody bans whom ModSecurity blocks: ${why}.`, evidence }
  }
  const wafs = host.get(modsecurity).filter(({ server }) => server === 'Apache')
  const asleep = wafs.filter((waf) => !isBlocking(waf))
  const engines = [...evidence, ...asleep.flatMap(engineEvidence)]
  if (asleep.length === wafs.length) {
    const reason = 'The jail waits for "Access denied", which ModSecurity writes only when it blocks, and it does not.'
    return { subject, state: 'fail', cause: 'engine-silent', reason, evidence: engines }
  }
  if (asleep.length > 0) {
    const reason = `ModSecurity does not block on every site (${asleep[0]!.subject}): who attacks there is never banned.`
    return { subject, state: 'warn', cause: 'some-silent', reason, evidence: engines }
  }
  const reason = `ModSecurity blocks, and the jail ${health.jail.name} counts the line that it then writes.`
  return { subject, state: 'pass', cause: 'connected', reason, evidence }
}

function isBlocking(waf: Waf): boolean {
  return waf.isLoaded && waf.engine.value === 'on'
}

function engineEvidence(waf: Waf): readonly Evidence[] {
  return waf.engine.at === undefined
    ? [{ source: 'status', path: '/etc/modsecurity', excerpt: 'no file that is read sets SecRuleEngine: it is off' }]
    : [cite(waf.engine.at)]
}

function stateOfStockJail(host: Host): string {
  const jails = host.get(fail2ban)?.jails
  if (jails === undefined) return 'fail2ban is not here'
  return jails.get('apache-modsecurity')?.isEnabled === true
    ? 'the filter of the jail apache-modsecurity does not match its line'
    : 'the jail apache-modsecurity is not switched on'
}

/** Its lines are others: those of its own limit count as well. */
function judgeNginx(host: Host): Judgement {
  const subject = 'nginx'
  const blocks = host.get(modsecurity).some((waf) => waf.server === 'nginx' && isBlocking(waf))
  const limits = host
    .get(requestLimits)
    .some(({ limits: each }) => each.some(({ how, idle }) => how === 'limit_req' && idle === undefined))
  const byWaf = blocks ? jailThatCounts(host, BLOCKED_BY_NGINX) : undefined
  const byLimit = limits ? jailThatCounts(host, LIMITED_BY_NGINX) : undefined
  for (const health of [byWaf, byLimit]) {
    if (health?.state !== 'alive') continue
    const reason = `The jail ${health.jail.name} counts what nginx writes when it refuses a request.`
    return { subject, state: 'pass', cause: 'connected', reason, evidence: health.evidence }
  }
  const dead = [byWaf, byLimit].find((health) => health?.state === 'dead')
  if (dead?.state === 'dead') {
    const reason = `Nobody bans whom nginx refuses: ${dead.why}.`
    return { subject, state: 'fail', cause: dead.cause, reason, evidence: dead.evidence, remedy: FOR_NGINX }
  }
  const reason = 'nginx serves beside Apache, and no jail counts anything that it writes.'
  return { subject, state: 'warn', cause: 'not-covered', reason, evidence: [], remedy: FOR_NGINX }
}

const FOR_NGINX: readonly Step[] = [
  { install: ['fail2ban', 'python3-systemd', 'nftables'] },
  BANS,
  {
    file: '/etc/nginx/conf.d/limit.conf',
    content:
      'limit_req_zone $binary_remote_addr zone=each:10m rate=10r/s;\nlimit_req zone=each burst=20 nodelay;\nlimit_req_status 429;',
  },
  {
    file: '/etc/fail2ban/jail.d/nginx-limit-req.local',
    content: '[nginx-limit-req]\nenabled = true\nbackend = auto',
  },
  { run: 'nginx -t && systemctl reload nginx && fail2ban-client -t && systemctl restart fail2ban' },
]
