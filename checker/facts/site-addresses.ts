import type { Evidence } from '../judging/judgement.ts'
import { webAddress } from '../probes/web-address.ts'
import type { Host } from './host.ts'
import { publicRecords, veilZones } from './veil-zones.ts'

/** Where the world is sent that asks for a site. */
export interface SiteAddresses {
  readonly addresses: readonly string[]
  /** Headers that only a proxy adds, where somebody looked. */
  readonly headers: readonly string[]
  readonly evidence: readonly Evidence[]
}

/** By a look from outside, else by the zone that Veil serves; undefined where neither tells. */
export function addressesOf(host: Host, name: string): SiteAddresses | undefined {
  const seen = host.observed(webAddress).find(({ target }) => target === name)
  if (seen !== undefined) {
    const excerpt = [...seen.found.addresses, ...seen.found.headers].join(', ')
    return { ...seen.found, evidence: [{ source: 'probe', path: name, excerpt, at: seen.at }] }
  }
  const zones = host.get(veilZones)
  const own = (zones === undefined ? [] : publicRecords(zones)).filter(
    ({ owner, type }) => owner === `${name.toLowerCase()}.` && (type === 'A' || type === 'AAAA'),
  )
  if (own.length === 0) return undefined
  const addresses = [...new Set(own.map(({ rdata }) => rdata))]
  return { addresses, headers: [], evidence: own.slice(0, 5).map(({ evidence }) => evidence) }
}
