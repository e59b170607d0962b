import { hasPublicAddress } from '../../facts/addresses.ts'
import { FAMILIES } from '../../facts/firewall/filter.ts'
import type { Host } from '../../facts/host.ts'
import { isOpenAddress, listenHost, listenPort } from '../../facts/listen-address.ts'
import { gateOf } from '../../facts/open-here.ts'
import { isRunning } from '../../facts/processes.ts'
import { accessOf } from '../../facts/site-access.ts'
import { type WebSite, webSites } from '../../facts/web-sites.ts'
import { cite, type Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import type { Judged } from '../judge.ts'

/** A site by a hidden name at a public address: whoever sends that name there gets it, for the zone hides the name alone. */
export function judgeHiddenSites(host: Host, hidden: Iterable<string>): Judged {
  const sites = host.get(webSites)
  return [...hidden].flatMap((owner) => {
    const name = owner.replace(/\.$/, '')
    // A site of all names of a domain shows nothing of one of them.
    const own = sites.filter(({ names }) => names.some((each) => each.toLowerCase() === name))
    return own.map((site) => (each: Host) => judgeSite(each, site, owner))
  })
}

function judgeSite(host: Host, site: WebSite, name: string): Judgement {
  const say = sayOf(`${name} (${site.subject})`, site.at === undefined ? [] : [cite(site.at)], { name })
  const open = site.site.addresses.filter(isOpenAddress)
  if (open.length === 0) return say('pass', 'inner-listener', 'Its site is served at addresses of insiders alone.')
  const isEverywhere = open.every((address) => listenHost(address) === undefined)
  if (isEverywhere && !host.get(hasPublicAddress)) {
    if (host.get(isRunning))
      return say('pass', 'inner-host', 'Its site is served by a host that has no public address.')
    const reason =
      'Its site is served at every address of the host; whether one of them is public, nobody has declared.'
    return say('unknown', 'no-address', reason)
  }
  const ports = [...new Set(open.map(listenPort))]
  const gates = ports.flatMap((port) => FAMILIES.map((family) => gateOf(host, family, port)))
  const evidence = gates.flatMap((gate) => gate.evidence).slice(0, 2)
  if (gates.every(({ isShut }) => isShut)) {
    return say(
      'pass',
      'filtered',
      'Its site is served at a public address, and a firewall of the host shuts its port.',
      evidence,
    )
  }
  const where = isEverywhere ? `at every address, port ${ports.join(' and ')}` : `at ${open.join(' and ')}`
  if (accessOf(site).kind === 'address') {
    const reason = `Its site is served ${where}: whoever sends the name there is refused in a way that shows that it is served.`
    return say('warn', 'site-refuses', reason, evidence)
  }
  const reason = `The name is hidden, but its site is served ${where}: whoever guesses the name, and sends it there, gets the site.`
  return say('fail', 'site-open', reason, evidence)
}
