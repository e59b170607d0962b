import type { Host } from '../../facts/host.ts'
import { answeringAt } from '../../facts/open-here.ts'
import type { VeilZone, ZoneRecord } from '../../facts/veil-zones.ts'
import type { Evidence, Judgement } from '../../judging/judgement.ts'
import { sayOf } from '../../judging/say.ts'
import { openPorts } from '../../probes/open-ports.ts'

const FRESH_SECONDS = 30 * 86_400

/** A public name at whose address nothing answers waits for whoever gets the address next. */
export function judgeTakeover(host: Host, { views }: VeilZone): readonly Judgement[] {
  const records = views.filter(({ isPublic }) => isPublic).flatMap((view) => view.records)
  const leading = records.filter(({ type }) => type === 'A' || type === 'AAAA')
  return leading.flatMap((record) => {
    const silent = silenceAt(host, record)
    return silent === undefined ? [] : [{ ...silent, remedy: [{ tell: TAKE_AWAY }] }]
  })
}

const TAKE_AWAY =
  'Take the record out of the zone, or start what should answer there; then `dnsctl reload`. A record goes before its address does.'

function silenceAt(host: Host, record: ZoneRecord): Judgement | undefined {
  const address = record.rdata
  const say = sayOf(`${record.owner} ${address}`, [record.evidence])
  const scan = host.observed(openPorts).find(({ target }) => target === address)
  if (scan !== undefined && host.now - scan.at <= FRESH_SECONDS) {
    const { open, tried } = scan.found
    if (open.length > 0) return undefined
    const excerpt = `nothing answered at ${tried.tcp} TCP ports`
    const seen: Evidence = { source: 'probe', path: scan.target, excerpt, at: scan.at }
    const unless = scan.found.controlSeen ? '' : ' (unless who asked was shut out)'
    const reason = `It leads to ${address}, where nothing answered from outside${unless}: whoever gets that address answers for the name.`
    return say('warn', 'nothing-answers', reason, [seen])
  }
  const here = answeringAt(host, address)
  if (here === undefined || here.open.length + here.shut.length > 0) return undefined
  const reason = `It leads to this host (${address}), where nothing listens at that address: take the name away before the address goes.`
  return say('warn', 'nothing-listens', reason)
}
