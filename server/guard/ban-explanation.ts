import type { Incident } from '../../guard/incident.ts'
import { type AddressPrefix, isMappedIPv4, prefixContains, prefixOf } from '../../guard/prefix-trie.ts'
import { describeProtection, protectionOf } from '../../guard/protection.ts'
import { formatAddress, formatPrefix, parsePrefix } from '../address.ts'
import { isoTime, isoTimeOfSeconds } from '../iso-time.ts'
import type { RunningServer } from '../running-server.ts'
import { selectView } from '../view-selection.ts'
import { type BanExplanation, type IncidentMention, reportBan } from './ban-reports.ts'
import { listProtected } from './protected-prefixes.ts'

/** Incidents that are told of one address. */
const MOST_INCIDENTS = 5

/** Everything that decides whether an address, 16 octets, is answered, and what led to it. */
export function explainAddress(server: RunningServer, address: Uint8Array): BanExplanation {
  const { bans } = server
  const prefix = prefixOf(address, 128)
  const over = bans.keeper.over(prefix)
  const view = viewOf(server, address)
  const starved = bans.sanctions.starved().find((each) => each.view === view && prefixContains(each.prefix, prefix))
  const spared = bans.automatic.lastSpared(address)
  return {
    address: formatAddress(address),
    status: over.length > 0 ? 'banned' : starved === undefined ? 'free' : 'starved',
    bans: over.map(reportBan),
    ...(starved === undefined ? {} : { starved: { prefix: formatPrefix(starved.prefix), isProved: starved.isProved } }),
    incidents: incidentsOf(server.store.incidents.all(), prefix),
    protections: protectionsOf(server, prefix),
    ...(spared === undefined ? {} : { spared: { ...spared, at: isoTimeOfSeconds(spared.at) } }),
    ...(view === undefined ? {} : { view }),
  }
}

function protectionsOf({ configuration, bans }: RunningServer, prefix: AddressPrefix): string[] {
  const protection = protectionOf(prefix, listProtected(configuration))
  const crawler = bans.automatic.knownCrawler(prefix.address)
  return [
    ...(protection === undefined ? [] : [`${describeProtection(protection)} (${formatPrefix(protection.prefix)})`]),
    ...(crawler === undefined ? [] : [`the crawler ${crawler}, by a name that leads back`]),
  ]
}

/** Those that the address, or a network around it, took part in, the latest first. */
function incidentsOf(incidents: readonly Incident[], address: AddressPrefix): IncidentMention[] {
  const isIn = ({ prefix }: Incident['sources'][number]): boolean => {
    const parsed = parsePrefix(prefix)
    return parsed !== undefined && prefixContains(parsed, address)
  }
  return incidents
    .filter(({ sources }) => sources.some(isIn))
    .slice(0, MOST_INCIDENTS)
    .map(({ id, kind, zone, start, end, measures }) => ({
      ...{ id, kind, zone, start: isoTime(start), isOpen: end === undefined },
      measures: measures.map(({ text }) => text),
    }))
}

function viewOf({ configuration, descriptor }: RunningServer, address: Uint8Array): string | undefined {
  const family = isMappedIPv4(address, 0) ? 4 : 6
  const first = configuration.listen.findIndex((each) => each.family === family)
  return configuration.views[selectView(descriptor.selection, Math.max(0, first), address, 0)]?.name
}
