import { FAMILIES } from '../../facts/firewall/filter.ts'
import { sitesMayLeave, wayOut } from '../../facts/firewall/standing.ts'
import { webUsers } from '../../facts/firewall/web-users.ts'
import type { Host } from '../../facts/host.ts'
import type { PoolDirective } from '../../facts/php-fpm.ts'
import { isOn } from '../../facts/php-ini.ts'
import { type PhpRuntime, phpRuntimes } from '../../facts/php-runtimes.ts'
import { accessOf, squid } from '../../facts/squid.ts'
import { type WordPress, wordpresses } from '../../facts/wordpress.ts'
import { cite, citeStatus, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { egressCanary } from '../../probes/egress-canary.ts'
import type { Step } from '../../remedy/step.ts'
import type { Judged } from '../judge.ts'

/** Code that got into a site must not fetch more: neither by a connection of its own nor by the proxy. */
export function egr02(host: Host): Judged {
  const users = host.get(webUsers)
  if (users.length === 0) return [notApplicable('no-sites', 'No user of a web server is there.')]
  return [
    ...users.map((each) => (own: Host) => judgeUser(own, each)),
    judgeProxy,
    ...host.get(phpRuntimes).map((each) => (own: Host) => judgePhp(own, each)),
    ...host.get(wordpresses).map((each) => (own: Host) => judgeWordPress(own, each)),
    judgePrograms,
  ]
}

function judgeUser(host: Host, users: readonly string[]): Judgement {
  const user = users[0]!
  const [subject, values] = [`direct way of ${user}`, { user }]
  const canary = host.observed(egressCanary).find(({ found }) => found.user === user)
  if (canary?.found.direct === 'connected') {
    const reason = `A process of ${user} connected to a host that is on no list.`
    const seen: Evidence = { source: 'probe', path: canary.target, excerpt: 'connected', at: canary.at }
    return { subject, state: 'fail', cause: 'reached', reason, evidence: [seen], values }
  }
  const ways = FAMILIES.map((family) => ({ family, ...wayOut(host, users, family) }))
  const open = ways.find(({ isOpen }) => isOpen)
  if (open !== undefined) {
    const reason = `${user} may fetch from any web server by ${open.family}: code in a site gets its tools there.`
    return { subject, state: 'fail', cause: 'open', reason, evidence: open.evidence, values }
  }
  const evidence = ways.flatMap((way) => way.evidence)
  return { subject, state: 'pass', cause: 'denied', reason: `${user} may not connect out.`, evidence, values }
}

/** The proxy is asked by no user in particular: rules against one are not among its steps. */
const BY_PROXY: readonly Step[] = [
  { tell: 'Put what sites need into the list below.' },
  {
    file: '/etc/squid/conf.d/fetch.conf',
    content: 'acl fetched dstdomain .wordpress.org .debian.org\nhttp_access allow localhost fetched\n',
  },
  { edit: '/etc/squid/squid.conf', replace: '^http_access allow localhost$', with: 'http_access deny localhost' },
  { run: 'squid -k parse && systemctl reload squid' },
]

function judgeProxy(host: Host): readonly Judgement[] {
  const found = host.get(squid)
  if (found === undefined || !found.isEnabled) return []
  const subject = 'way by the proxy'
  const canary = host.observed(egressCanary).find(({ found: { byProxy } }) => byProxy === 'fetched')
  if (canary !== undefined) {
    const reason = 'The proxy fetched from a host that is on no list.'
    const seen: Evidence = { source: 'probe', path: canary.target, excerpt: 'fetched', at: canary.at }
    return [{ subject, state: 'fail', cause: 'fetched', reason, evidence: [seen], remedy: BY_PROXY }]
  }
  const plain = accessOf(found, { from: 'host', method: 'GET', port: '80' })
  const tunnel = accessOf(found, { from: 'host', method: 'CONNECT', port: '443' })
  const decider = (plain.isAllowed ? plain : tunnel).rule
  const evidence = decider === undefined ? [] : [cite(decider.at)]
  if (plain.isAllowed) {
    const reason = 'Squid fetches anything from anywhere for every user of this host.'
    return [{ subject, state: 'fail', cause: 'any-destination', reason, evidence, remedy: BY_PROXY }]
  }
  if (tunnel.isAllowed) {
    const reason = 'Squid connects every user of this host to port 443 of anywhere, and does not see what passes.'
    return [{ subject, state: 'warn', cause: 'any-tunnel', reason, evidence, remedy: BY_PROXY }]
  }
  const reason = 'Squid fetches from listed sites only.'
  return [{ subject, state: 'pass', cause: 'listed-only', reason, evidence }]
}

/** What the walls around a site leave to it: where none of its ways out is open, it does not matter what it would do there. */
function walls(host: Host): { readonly areClosed: boolean; readonly evidence: readonly Evidence[] } {
  const way = sitesMayLeave(host)
  const found = host.get(squid)
  const fetches = (method: 'GET' | 'CONNECT', port: string) =>
    found?.isEnabled === true && accessOf(found, { from: 'host', method, port }).isAllowed
  const areClosed = way.open === undefined && !fetches('GET', '80') && !fetches('CONNECT', '443')
  return { areClosed, evidence: way.evidence.slice(0, 2) }
}

const WALLS: readonly Step[] = [
  { tell: 'Close the ways out of its user and by the proxy, as this control says of them; then it reaches nothing.' },
]

function judgePhp(host: Host, { subject, php, evidence }: PhpRuntime): Judgement {
  const [include, open] = [php('allow_url_include'), php('allow_url_fopen')]
  if (isOn(include.value)) {
    const reason = 'A script may be included from any address that the site reaches, and runs as its own.'
    const remedy = [{ tell: 'Set allow_url_include = Off: PHP-03 has the file.' }]
    return { ...sayOf(`PHP of ${subject}`, [evidence, ...placesOf(include)])('fail', 'url-include', reason), remedy }
  }
  const say = sayOf(`PHP of ${subject}`, [evidence, ...placesOf(open)])
  if (!isOn(open.value)) return say('pass', 'no-addresses', 'PHP opens no addresses as if they were files.')
  const wall = walls(host)
  if (wall.areClosed) return say('pass', 'walled', 'PHP would open addresses, and reaches none.', wall.evidence)
  const reason = 'PHP opens addresses as if they were files: one line in a site fetches what it likes.'
  return { ...say('warn', 'addresses', reason), remedy: WALLS }
}

function placesOf({ at }: PoolDirective): readonly Evidence[] {
  return at === undefined ? [] : [cite(at)]
}

function judgeWordPress(host: Host, { folder, defines, at }: WordPress): Judgement {
  const [blocks, hosts] = [defines.get('WP_HTTP_BLOCK_EXTERNAL'), defines.get('WP_ACCESSIBLE_HOSTS')]
  const say = sayOf(`WordPress in ${folder}`, [
    cite(blocks?.at ?? at),
    ...(hosts === undefined ? [] : [cite(hosts.at)]),
  ])
  const isBlocking = /^(true|1)$/i.test(blocks?.value ?? '')
  const everywhere = (hosts?.value ?? '').split(',').some((each) => /^\s*\*(\.[a-z]+)?\s*$/i.test(each))
  if (isBlocking && !everywhere) return say('pass', 'listed-only', 'WordPress itself asks listed hosts only.')
  const wall = walls(host)
  if (wall.areClosed) return say('pass', 'walled', 'WordPress would ask any host, and reaches none.', wall.evidence)
  const reason = 'WordPress and its plugins ask any host: neither WP_HTTP_BLOCK_EXTERNAL nor a wall keeps them.'
  return { ...say('warn', 'any-host', reason), remedy: WALLS }
}

const FETCHING = ['/usr/bin/curl', '/usr/bin/wget', '/usr/bin/fetch', '/usr/bin/lwp-download', '/usr/bin/aria2c']
const OTHERS_RUN = 0o001

/** Programs that every user of the host may run to fetch a file. */
function judgePrograms(host: Host): Judgement {
  const open = FETCHING.flatMap((path) => {
    const status = host.root.status(path)
    return status.outcome === 'found' && (status.mode & OTHERS_RUN) !== 0 ? [citeStatus(path, status)] : []
  })
  const say = sayOf('programs that fetch', open)
  if (open.length === 0) return say('pass', 'none', 'No program that fetches files may be run by users of sites.')
  const wall = walls(host)
  if (wall.areClosed)
    return say(
      'pass',
      'walled',
      'Users of sites may run programs that fetch, and reach nothing by them.',
      wall.evidence,
    )
  const reason = 'Users of sites may run programs that fetch files, and nothing keeps them from it.'
  return { ...say('warn', 'open-to-all', reason), remedy: WALLS }
}
