import type { Host } from '../../facts/host.ts'
import { answeringAt } from '../../facts/open-here.ts'
import { isPublicAddress } from '../../facts/prefixes.ts'
import { tunnels } from '../../facts/tunnels.ts'
import { hiddenNames, veilZones, type ZoneRecord } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, type Say, sayOf } from '../../judging/say.ts'
import { innerSites } from '../../probes/inner-sites.ts'
import { openPorts } from '../../probes/open-ports.ts'
import { latestOfEach } from '../../probes/probe.ts'
import type { Judged } from '../judge.ts'
import { judgeHiddenSites } from './hidden-sites.ts'

/** A name that strangers must not learn leads to an address that they do not reach. */
export function exp06(host: Host): Judged {
  const zones = host.get(veilZones)
  const hidden = zones === undefined ? new Map<string, ZoneRecord>() : hiddenNames(zones)
  const inner = zones?.zones.flatMap((zone) => zone.views.filter((view) => !view.isPublic)) ?? []
  const records = addressesOf(
    inner.flatMap((view) => view.records),
    hidden,
  )
  const sites = judgeHiddenSites(host, hidden.keys())
  if (records.length + sites.length > 0) {
    return [...records.map((record) => (own: Host) => judgeName(own, record)), ...sites]
  }
  return [notApplicable('no-inner-names', 'No name of an inner view leads to an address.')]
}

function addressesOf(records: readonly ZoneRecord[], hidden: ReadonlyMap<string, ZoneRecord>): readonly ZoneRecord[] {
  const seen = new Map<string, ZoneRecord>()
  for (const record of records) {
    if ((record.type === 'A' || record.type === 'AAAA') && hidden.has(record.owner))
      seen.set(`${record.owner} ${record.rdata}`, record)
  }
  return [...seen.values()]
}

function judgeName(host: Host, record: ZoneRecord): Judgement {
  const subject = `${record.owner} ${record.rdata}`
  const say = sayOf(subject, [record.evidence], {
    ...{ name: record.owner, address: record.rdata, overlay: record.evidence.path },
  })
  const outside = latestOfEach(host.observed(innerSites)).find(({ found }) =>
    found.answered.some(({ name }) => name === record.owner),
  )
  if (outside !== undefined) {
    const reason = `The name is hidden, but the web server at ${outside.target} shows its site to whoever guesses the name.`
    const seen: Evidence = { source: 'probe', path: outside.target, excerpt: 'its site answers', at: outside.at }
    return say('fail', 'site-answers', reason, [seen])
  }
  if (!isPublicAddress(record.rdata)) {
    const how = host.get(tunnels).length > 0 ? ', which insiders reach through the VPN' : ''
    return say('pass', 'inner-address', `It leads to ${record.rdata}, an inner address${how}.`)
  }
  const scan = host.observed(openPorts).find((each) => each.target === record.rdata)
  if (scan === undefined) return judgeFromInside(host, record.rdata, say)
  const open = scan.found.open.filter((port) => !host.declared.publicPorts.includes(port))
  const seen: Evidence = {
    source: 'probe',
    path: scan.target,
    excerpt: open.length === 0 ? 'nothing answers' : open.join(', '),
    at: scan.at,
  }
  if (open.length > 0)
    return say(
      'fail',
      'open',
      `The name is hidden, but what it leads to answers everybody: ${record.rdata} has ${open.join(', ')} open.`,
      [seen],
    )
  return say('warn', 'filtered', `It leads to ${record.rdata}, which is public; from outside nothing answered there.`, [
    seen,
  ])
}

/** Nobody has tried from outside: what listens at the address, where it is one of this host, and what its firewalls shut. */
function judgeFromInside(host: Host, address: string, say: Say): Judgement {
  const here = answeringAt(host, address)
  if (here === undefined) {
    const reason = `It leads to ${address}, which the world can reach; nobody has tried from outside whether anything answers there.`
    return say('unknown', 'not-scanned', reason)
  }
  const open = here.open.filter(({ port }) => !host.declared.publicPorts.includes(`${port}/tcp`))
  const evidence = (open.length > 0 ? open : here.shut).flatMap((each) => each.evidence).slice(0, 6)
  if (open.length > 0) {
    const ports = open.map(({ port }) => `${port}/tcp`).join(', ')
    const reason = `The name is hidden, but it leads to ${address} of this host, where ${ports} listens and no firewall shuts it.`
    return say('fail', 'listens', reason, evidence)
  }
  const reason = `It leads to ${address} of this host, which is public; nothing that the world may not reach listens there unshut.`
  return say('warn', 'shut', reason, evidence)
}
