import { firewalls } from '../../facts/firewall/firewalls.ts'
import { shorewalls } from '../../facts/firewall/shorewall.ts'
import { sitesMayLeave } from '../../facts/firewall/standing.ts'
import type { Host } from '../../facts/host.ts'
import { accessOf, directivesOf, type Squid, type SquidDirective, squid } from '../../facts/squid.ts'
import { systemd } from '../../facts/systemd.ts'
import { placeOfUnit } from '../../facts/unit-evidence.ts'
import { cite, type Evidence, HOST, type Judgement, type State } from '../../judging/judgement.ts'

/** A proxy must stand where traffic passes: before the sites, or between them and the world. */
export function egr01(host: Host): readonly Judgement[] {
  const found = host.get(squid)
  if (found === undefined || !found.isEnabled) return [withoutSquid(host)]
  const world = accessOf(found, { from: 'world', method: 'GET', port: '80' })
  if (world.isAllowed && listensToWorld(found)) {
    const evidence = world.rule === undefined ? [] : [cite(world.rule.at)]
    return [say('fail', 'open-proxy', 'Whoever reaches Squid may fetch anything by it: it is an open proxy.', evidence)]
  }
  return [judgeMode(host, found), ...judgeHeaders(found)]
}

/** What Squid tells of the host and of whoever asks by it. Origins behind a reverse proxy need to know who asked. */
function judgeHeaders(found: Squid): readonly Judgement[] {
  const last = (name: string) => directivesOf(found, name).at(-1)
  const [via, forwarded] = [last('via'), last('forwarded_for')]
  const isOut = !directivesOf(found, 'http_port', 'https_port').some(isReverse)
  const told = [
    ...(via?.words[0] === 'off' ? [] : ['its own name and version (via)']),
    ...(isOut && !/^(off|transparent|delete|truncate)$/.test(forwarded?.words[0] ?? 'on')
      ? ['the inner address of whoever asks (forwarded_for)']
      : []),
  ]
  const evidence = [via, forwarded].flatMap((each) => (each === undefined ? [] : [cite(each.at)]))
  const subject = 'headers of the proxy'
  if (told.length === 0)
    return [{ subject, state: 'pass', cause: 'silent', reason: 'It tells nothing of the host.', evidence }]
  return [
    { subject, state: 'warn', cause: 'telling', reason: `It tells the other side ${told.join(' and ')}.`, evidence },
  ]
}

function say(state: State, cause: string, reason: string, evidence: readonly Evidence[]): Judgement {
  return { subject: HOST, state, cause, reason, evidence }
}

function withoutSquid(host: Host): Judgement {
  const proxy = ['haproxy', 'nginx', 'varnish', 'envoy'].find((unit) => host.get(systemd).isEnabled(unit))
  const way = sitesMayLeave(host)
  if (proxy !== undefined && way.open === undefined) {
    const reason = `${proxy} takes the place of Squid, and sites may not connect out themselves.`
    return say('not-applicable', 'another-proxy', reason, [...placeOfUnit(host, proxy), ...way.evidence])
  }
  return say('fail', 'no-proxy', 'No proxy stands between the sites and the world.', placeOfUnit(host, 'squid'))
}

const isReverse = ({ words }: SquidDirective) =>
  words.some((word) => word === 'accel' || word === 'vhost' || word.startsWith('defaultsite='))
const isIntercepting = ({ words }: SquidDirective) => words.includes('intercept') || words.includes('tproxy')

function listensToWorld(found: Squid): boolean {
  return directivesOf(found, 'http_port').some(
    (port) => !isReverse(port) && !/^(127\.|\[::1\]|localhost)/.test(port.words[0] ?? ''),
  )
}

function judgeMode(host: Host, found: Squid): Judgement {
  const ports = directivesOf(found, 'http_port', 'https_port')
  const at = ports.map((port) => cite(port.at))
  const intercepting = ports.find(isIntercepting)
  if (intercepting !== undefined) {
    const rules = redirectRules(host)
    const port = /(\d+)$/.exec(intercepting.words[0] ?? '')?.[1]
    const redirect = rules.find((rule) => rule.port === undefined || rule.port === port)?.at
    if (redirect === undefined && rules.length > 0) {
      const reason = `Squid waits for redirected connections on port ${port}, but what is redirected goes to another.`
      return say('fail', 'other-port', reason, [cite(intercepting.at), rules[0]!.at])
    }
    if (redirect === undefined)
      return say('fail', 'no-redirect', 'Squid waits for redirected connections, but no rule redirects any.', [
        cite(intercepting.at),
      ])
    return say('pass', 'between', 'Connections are redirected to Squid.', [cite(intercepting.at), redirect])
  }
  if (ports.some(isReverse)) {
    const origin = directivesOf(found, 'cache_peer').find(({ words }) => words.includes('originserver'))
    if (origin === undefined)
      return say(
        'fail',
        'no-origin',
        'Squid takes requests for sites, but no cache_peer with originserver has them.',
        at,
      )
    return say('pass', 'in-front', 'Squid stands before the sites.', [...at, cite(origin.at)])
  }
  const way = sitesMayLeave(host)
  if (way.open !== undefined) {
    const reason = 'Squid runs, but sites need not use it, nor do visitors pass it: it is in nobody’s way.'
    return say('fail', 'not-in-path', reason, [...at, ...way.evidence])
  }
  return say('warn', 'forward-only', 'Sites reach the world by Squid only, but visitors reach the sites past it.', [
    ...at,
    ...way.evidence,
  ])
}

interface Redirect {
  /** Undefined where the rule does not show it. */
  readonly port: string | undefined
  readonly at: Evidence
}

function redirectRules(host: Host): readonly Redirect[] {
  const { live, atBoot } = host.get(firewalls)
  const started = atBoot.filter(({ start }) => start.error === undefined).flatMap(({ ways }) => ways.flat())
  const byShorewall = host
    .get(shorewalls)
    .filter(({ startError, isInstalled }) => isInstalled && startError === undefined)
    .flatMap(({ rules }) => rules.filter(({ columns }) => /^(REDIRECT|TPROXY)\b/.test(columns[0] ?? '')))
  return [
    ...(live ?? started).flatMap(({ rules }) =>
      rules.flatMap(({ verdict, at }) => (verdict?.kind === 'redirect' ? [{ port: verdict.port, at }] : [])),
    ),
    ...byShorewall.map(({ columns, at }) => ({ port: /^(\d+)$/.exec(columns[2] ?? '')?.[1], at: cite(at) })),
  ]
}
