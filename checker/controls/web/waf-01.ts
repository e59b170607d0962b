import type { Host } from '../../facts/host.ts'
import { modsecurity, type Waf } from '../../facts/modsecurity.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import type { Observation } from '../../probes/probe.ts'
import { type WafReactionResult, wafReaction } from '../../probes/waf-reaction.ts'
import type { Step } from '../../remedy/step.ts'
import { observedAt } from './observed-at.ts'

/** A module that is loaded is not yet an engine that blocks: each site is followed to its own SecRuleEngine. */
export function waf01(host: Host): readonly Judgement[] {
  const wafs = host.get(modsecurity)
  if (wafs.length === 0) return [notApplicable('no-web-server', 'No web server is started here.')]
  return wafs.map((waf) => judgeSite(waf, observedAt(host.observed(wafReaction), waf.names)))
}

function judgeSite(waf: Waf, seen: Observation<WafReactionResult> | undefined): Judgement {
  const say = (state: Judgement['state'], cause: string, reason: string, more: readonly Evidence[] = []): Judgement => {
    const evidence = [...evidenceOf(waf), ...more]
    const remedy = remedyOf(waf)
    return { subject: waf.subject, state, cause, reason, evidence, ...(remedy === undefined ? {} : { remedy }) }
  }
  if (!waf.isLoaded) return say('fail', 'absent', `${waf.server} serves this site without ModSecurity.`)
  const forced = ruleThatSwitches(waf)
  if (forced !== undefined) {
    return say('fail', 'switched-off', 'A rule that holds for every request switches the engine off.', [
      cite(forced.at),
    ])
  }
  if (waf.engine.value === 'detectiononly') {
    return say('warn', 'detection-only', 'The engine writes down what it would have blocked, and lets it through.')
  }
  if (waf.engine.value !== 'on') {
    return say('fail', 'off', 'The module is loaded, but its engine is off: nothing is looked at.')
  }
  const open = waf.parts.find(({ value }) => value !== 'on')
  if (open !== undefined) {
    const reason = `It blocks, but not in a part of the site (${open.where}): attackers will find that part.`
    return say('warn', 'part-open', reason, [cite(open.at)])
  }
  if (seen !== undefined) {
    const probed: Evidence = { source: 'probe', path: seen.target, excerpt: reactionOf(seen.found), at: seen.at }
    const missed = seen.found.markers.find(({ status }) => status !== 403 && status !== 406)
    if (missed !== undefined) {
      return say('fail', 'not-blocking', 'It is switched on, but what looks like an attack was answered.', [probed])
    }
    if (seen.found.plain === 403 || seen.found.plain === 406) {
      return say('warn', 'blocks-all', 'It blocks a plain request, too: who meets that switches it off.', [probed])
    }
  }
  if (waf.requestBodies.value !== 'on') {
    return say('warn', 'no-bodies', 'It blocks, but does not look into what is posted.')
  }
  if (waf.audit.value === 'off') {
    const cited = waf.audit.at === undefined ? [] : [cite(waf.audit.at)]
    const reason =
      'It blocks, and keeps nothing of what it blocked: nobody can tell a mistake of its rules from an attack.'
    return say('warn', 'no-audit', reason, cited)
  }
  return say('pass', 'blocking', 'The engine is on for the whole site and looks into what is posted.')
}

function ruleThatSwitches(waf: Waf): Waf['rules'][number] | undefined {
  return waf.rules.find(
    ({ name, words }) => name === 'secaction' && /ctl:ruleEngine=(?:Off|DetectionOnly)/i.test(words.at(-1) ?? ''),
  )
}

function evidenceOf(waf: Waf): readonly Evidence[] {
  const engine = waf.engine.at
  if (engine !== undefined)
    return [cite(engine), ...(waf.requestBodies.at === undefined ? [] : [cite(waf.requestBodies.at)])]
  const site = waf.at === undefined ? [] : [cite(waf.at)]
  const path = waf.server === 'Apache' ? '/etc/modsecurity' : '/etc/nginx'
  return [...site, { source: 'status', path, excerpt: 'no file that is read sets SecRuleEngine: it is off' }]
}

/** undefined: what the control's file says. */
function remedyOf(waf: Waf): readonly Step[] | undefined {
  const ofPart = waf.parts.find(({ value }) => value !== 'on')
  const own = [waf.engine.at, ofPart?.at].find((at) => at?.path.includes('/sites-'))
  if (waf.server === 'Apache' && own !== undefined) {
    return [
      { edit: own.path, replace: 'SecRuleEngine[[:space:]]+[A-Za-z]+', with: 'SecRuleEngine On' },
      { run: 'apachectl configtest && systemctl reload apache2' },
    ]
  }
  return waf.server === 'nginx' ? FOR_NGINX : undefined
}

/** libmodsecurity does not know IncludeOptional, so the set's own owasp-crs.load cannot be used. */
const FOR_NGINX: readonly Step[] = [
  {
    install: ['libnginx-mod-http-modsecurity', 'modsecurity-crs'],
    brings: [
      {
        file: '/etc/nginx/modules-enabled/50-mod-http-modsecurity.conf',
        content: 'load_module modules/ngx_http_modsecurity_module.so;',
      },
      {
        file: '/etc/nginx/modsecurity.conf',
        content: 'SecRuleEngine DetectionOnly\nSecRequestBodyAccess On\nSecAuditEngine RelevantOnly',
      },
    ],
  },
  {
    file: '/etc/nginx/modsecurity_includes.conf',
    content: [
      'Include /etc/nginx/modsecurity.conf',
      'SecRuleEngine On',
      'Include /etc/modsecurity/crs/crs-setup.conf',
      'Include /etc/modsecurity/crs/REQUEST-900-EXCLUSION-RULES-BEFORE-CRS.conf',
      'Include /usr/share/modsecurity-crs/rules/*.conf',
      'Include /etc/modsecurity/crs/RESPONSE-999-EXCLUSION-RULES-AFTER-CRS.conf',
    ].join('\n'),
  },
  {
    file: '/etc/nginx/conf.d/modsecurity.conf',
    content: 'modsecurity on;\nmodsecurity_rules_file /etc/nginx/modsecurity_includes.conf;',
  },
  { run: 'nginx -t && systemctl reload nginx' },
]

function reactionOf({ plain, markers }: WafReactionResult): string {
  return `plain ${plain}, ${markers.map(({ kind, status }) => `${kind} ${status}`).join(', ')}`
}
