import type { Host } from '../../facts/host.ts'
import { isPublicAddress } from '../../facts/prefixes.ts'
import { tunnels } from '../../facts/tunnels.ts'
import { hiddenNames, veilZones, type ZoneRecord } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { notApplicable, sayOf } from '../../judging/say.ts'
import { innerSites } from '../../probes/inner-sites.ts'
import { openPorts } from '../../probes/open-ports.ts'
import type { Judged } from '../judge.ts'

/** A name that strangers must not learn leads to an address that they do not reach. */
export function exp06(host: Host): Judged {
  const zones = host.get(veilZones)
  const records =
    zones === undefined
      ? []
      : addressesOf(
          zones.zones.flatMap((zone) => zone.views.filter((view) => !view.isPublic).flatMap((view) => view.records)),
          hiddenNames(zones),
        )
  if (records.length === 0) return [notApplicable('no-inner-names', 'No name of an inner view leads to an address.')]
  return records.map((record) => (own: Host) => judgeName(own, record))
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
  const say = sayOf(subject, [record.evidence], { name: record.owner, address: record.rdata })
  const outside = host
    .observed(innerSites)
    .find(({ found }) => found.answered.some(({ name }) => name === record.owner))
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
  if (scan === undefined) {
    return say(
      'unknown',
      'not-scanned',
      `It leads to ${record.rdata}, which the world can reach; whether anything answers there, nobody has tried from outside.`,
    )
  }
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
