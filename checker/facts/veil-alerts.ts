import type { NotificationTarget } from '../../server/configuration/ban-types.ts'
import { citeFile, type Evidence } from '../judging/judgement.ts'
import type { Host } from './host.ts'
import { deliveryOf } from './mail-delivery.ts'
import { exists } from './paths.ts'
import { veilConfiguration } from './veil-zones.ts'

/** Where the alarms of veild end. */
export type VeilAlerts =
  | { readonly state: 'reaches'; readonly who: string; readonly evidence: readonly Evidence[] }
  | { readonly state: 'dead-end'; readonly why: string; readonly evidence: readonly Evidence[] }
  /** Nobody is told. */
  | { readonly state: 'none'; readonly evidence: readonly Evidence[] }

const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i

/** Who is told by `guard.notify` of honey names, incidents and bans: the first of its ways that leads to somebody. */
export function veilAlerts(host: Host): VeilAlerts {
  const zones = host.get(veilConfiguration)
  if (zones === undefined) return { state: 'none', evidence: [] }
  const cited = (what: string): readonly Evidence[] => [citeFile(zones.file, what)]
  const ways = zones.configuration.guard.notify.map((target) => wayOf(host, target, cited))
  const best = ways.find(({ state }) => state === 'reaches') ?? ways[0]
  return best ?? { state: 'none', evidence: cited('no guard.notify: nobody is told') }
}

function wayOf(host: Host, target: NotificationTarget, cited: (what: string) => readonly Evidence[]): VeilAlerts {
  if (target.kind === 'command') {
    const evidence = cited(`guard.notify: the command ${target.program}`)
    if (exists(host.root, target.program)) return { state: 'reaches', who: `the command ${target.program}`, evidence }
    const gone: Evidence = { source: 'status', path: target.program, excerpt: 'not there' }
    return { state: 'dead-end', why: `the command ${target.program} is not there`, evidence: [...evidence, gone] }
  }
  if (target.kind === 'webhook') {
    const place = hostOf(target.url)
    return { state: 'reaches', who: `a webhook at ${place}`, evidence: cited(`guard.notify: a webhook at ${place}`) }
  }
  const evidence = cited(`guard.notify: mail by ${target.server}`)
  if (!LOCAL.test(target.server)) return { state: 'reaches', who: target.to.join(', '), evidence }
  const deliveries = target.to.map((address) => deliveryOf(host, address))
  const person = deliveries.find(({ kind }) => kind === 'person')
  if (person !== undefined) {
    return { state: 'reaches', who: person.address, evidence: [...evidence, ...person.evidence] }
  }
  const [first] = deliveries
  const why = `its mail goes to ${first?.address ?? 'nobody'}, where nobody reads it`
  return { state: 'dead-end', why, evidence: [...evidence, ...(first?.evidence ?? [])] }
}

/** Its path may be a secret. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is none'
}
