/*
 * How long the signatures of offline keys last, in words.
 */
import { levelOf, openSupply } from '../../keys/bundle/bundle-supply.ts'
import { isoTimeOfSeconds } from '../iso-time.ts'
import { coverageOf, hasOfflineKeys, type SuppliedZone } from './bundle-coverage.ts'
import type { SupplyReport } from './bundle-protocol.ts'
import { isOffline } from './offline-keys.ts'

/** Nothing was signed elsewhere. */
export const NO_SUPPLY = openSupply([])

/** The supply of a zone; undefined: all its keys are here. */
export function reportSupply(zone: SuppliedZone): SupplyReport | undefined {
  if (!hasOfflineKeys(zone.set)) return undefined
  const coverage = coverageOf(zone)
  const offline = zone.set.keys.filter(isOffline).map(({ keyTag }) => keyTag)
  const level = levelOf(coverage, zone.nowSeconds)
  return { offline, level, ...(coverage && { from: coverage.from, until: coverage.until }) }
}

/** What is to be said of a supply, a sentence; undefined: it is plentiful. */
export function supplyAlarm(zone: string, { level, until, offline }: SupplyReport): string | undefined {
  if (level === 'full') return undefined
  const next = `dnsctl key bundle request ${zone} begins a new one`
  const keys = `ksk ${offline.join(', ')}`
  if (level === 'out')
    return `${zone} IS BOGUS, or will be within its TTL: no signature of ${keys} holds. At once: ${next}`
  const when = isoTimeOfSeconds(until!)
  if (level === 'low')
    return `signatures of ${keys} for ${zone} run out at ${when}, and then the zone is bogus: ${next}`
  return `half of the signatures of ${keys} for ${zone} are used up, and the last end at ${when}: ${next}`
}
