import type { Host } from '../../facts/host.ts'
import { logForwarders } from '../../facts/log-forwarders.ts'
import { packages } from '../../facts/packages.ts'
import { rsyslog, takes } from '../../facts/rsyslog.ts'
import { settingsIn } from '../../facts/settings.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { cite, type Evidence, HOST, type Judgement } from '../../judging/judgement.ts'
import { type Say, sayOf } from '../../judging/say.ts'
import { logNonce } from '../../probes/log-nonce.ts'

/** Facilities of syslog whose messages tell of a break-in. */
const FACILITIES = ['auth', 'authpriv', 'kern', 'mail']
const FRESH_SECONDS = 7 * 86_400

/** What an intruder would wipe lies on another host by then. */
export function log01(host: Host): readonly Judgement[] {
  return [judgeRules(host)]
}

function judgeRules(host: Host): Judgement {
  const rules = host.get(rsyslog)?.forwards ?? []
  const others = host.get(logForwarders)
  const isStarted = host.get(systemd).isEnabled('rsyslog')
  const own = isStarted ? rules : []
  const [rule] = rules
  if (rule !== undefined && !isStarted && others.length === 0) {
    const reason = 'A rule of rsyslog would send logs away, but nothing starts rsyslog.'
    return sayOf(HOST, [cite(rule.at), ...placeOfUnit(host, 'rsyslog')])('fail', 'not-running', reason)
  }
  if (own.length === 0 && others.length === 0) {
    const evidence: readonly Evidence[] =
      host.get(rsyslog) === undefined
        ? []
        : [{ source: 'file', path: '/etc/rsyslog.conf', excerpt: 'no rule forwards' }]
    const reason = 'No log leaves this host: whoever breaks in wipes what tells of it.'
    return sayOf(HOST, evidence)('fail', 'not-mirrored', reason)
  }
  const evidence = [...own.map((forward) => cite(forward.at)), ...others.flatMap((each) => each.evidence)]
  const say = sayOf(HOST, evidence)
  const unfed = own.length > 0 && !others.some((each) => each.takesAll) ? unfedBy(host) : undefined
  if (unfed !== undefined) {
    const reason = 'rsyslog would send logs away, but the journal hands it none: only what comes to it by files leaves.'
    return say('fail', 'not-fed', reason, [unfed])
  }
  const missing = others.some((each) => each.takesAll) ? [] : missingFrom(host)
  if (missing.length > 0) return say('warn', 'subset', `Logs are mirrored, but not ${missing.join(', ')}.`)
  return judgeTrial(host, say)
}

function judgeTrial(host: Host, say: Say): Judgement {
  const nonce = host.observed(logNonce)[0]
  if (nonce === undefined || host.now - nonce.at > FRESH_SECONDS)
    return say('warn', 'untried', 'Logs are sent away, but nobody has tried within a week whether they arrive.')
  const tried: Evidence = {
    source: 'probe',
    path: nonce.target,
    excerpt: nonce.found.arrivedAt === undefined ? 'did not arrive' : 'arrived',
    at: nonce.at,
  }
  if (nonce.found.arrivedAt === undefined)
    return say('fail', 'not-arrived', 'A message that was sent to try it did not arrive at the mirror.', [tried])
  return say('pass', 'mirrored', 'Logs are mirrored, and a message that was sent to try it arrived.', [tried])
}

/** What keeps the journal from rsyslog: it reads the journal itself (imjournal), or is handed what comes (ForwardToSyslog). */
function unfedBy(host: Host): Evidence | undefined {
  const forwards = settingsIn(host.root, '/etc/systemd/journald.conf', 'Journal').get('ForwardToSyslog')
  const reads = host.get(rsyslog)?.modules.includes('imjournal') === true
  const isOff = forwards !== undefined && /^(no|false|off|0)$/i.test(forwards.value)
  return isOff && !reads ? cite(forwards.at) : undefined
}

function missingFrom(host: Host): readonly string[] {
  const found = host.get(rsyslog)
  const facilities = FACILITIES.filter(
    (facility) => !found?.forwards.some((forward) => forward.selector !== 'if' && takes(forward.selector, facility)),
  )
  const hasWeb = ['apache2', 'nginx'].some((name) => host.get(packages).has(name))
  const readsWeb = found?.inputFiles.some((path) => /apache2|nginx|httpd/.test(path)) === true
  const hasAudit = host.get(packages).has('auditd')
  const readsAudit =
    found?.inputFiles.some((path) => path.includes('/audit/')) === true ||
    host.get(logForwarders).some((each) => each.of === 'audit')
  return [
    ...facilities,
    ...(hasWeb && !readsWeb ? ['web (its logs are files, which imfile has to read)'] : []),
    ...(hasAudit && !readsAudit ? ['audit'] : []),
  ]
}
