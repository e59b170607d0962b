import { FAMILIES } from '../../facts/firewall/filter.ts'
import { wayOut } from '../../facts/firewall/standing.ts'
import { webUsers } from '../../facts/firewall/web-users.ts'
import type { Host } from '../../facts/host.ts'
import { accessOf, squid } from '../../facts/squid.ts'
import { cite, type Evidence, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { egressCanary } from '../../probes/egress-canary.ts'

/** Code that got into a site must not fetch more: neither by a connection of its own nor by the proxy. */
export function egr02(host: Host): readonly Judgement[] {
  const users = host.get(webUsers)
  if (users.length === 0) return [notApplicable('no-sites', 'No user of a web server is there.')]
  return [...users.map((each) => judgeUser(host, each)), ...judgeProxy(host)]
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

function judgeProxy(host: Host): readonly Judgement[] {
  const found = host.get(squid)
  if (found === undefined || !found.isEnabled) return []
  const subject = 'way by the proxy'
  const canary = host.observed(egressCanary).find(({ found: { byProxy } }) => byProxy === 'fetched')
  if (canary !== undefined) {
    const reason = 'The proxy fetched from a host that is on no list.'
    const seen: Evidence = { source: 'probe', path: canary.target, excerpt: 'fetched', at: canary.at }
    return [{ subject, state: 'fail', cause: 'fetched', reason, evidence: [seen] }]
  }
  const plain = accessOf(found, { from: 'host', method: 'GET', port: '80' })
  const tunnel = accessOf(found, { from: 'host', method: 'CONNECT', port: '443' })
  const decider = (plain.isAllowed ? plain : tunnel).rule
  const evidence = decider === undefined ? [] : [cite(decider.at)]
  if (plain.isAllowed) {
    const reason = 'Squid fetches anything from anywhere for every user of this host.'
    return [{ subject, state: 'fail', cause: 'any-destination', reason, evidence }]
  }
  if (tunnel.isAllowed) {
    const reason = 'Squid connects every user of this host to port 443 of anywhere, and does not see what passes.'
    return [{ subject, state: 'warn', cause: 'any-tunnel', reason, evidence }]
  }
  const reason = 'Squid fetches from listed sites only.'
  return [{ subject, state: 'pass', cause: 'listed-only', reason, evidence }]
}
