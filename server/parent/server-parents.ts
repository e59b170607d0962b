import { randomInt } from 'node:crypto'
import { isKeySigning } from '../../keys/key-role.ts'
import type { StoredKeySet } from '../../keys/key-store.ts'
import type { Configuration, SigningConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import { noteParent, type ParentWatch } from '../keys/parent-sightings.ts'
import type { RunningServer } from '../running-server.ts'
import { exchangeByNetwork } from './exchange.ts'
import { type WatchedZone, watchParents } from './watch.ts'

/** Begins to look at the parents of the zones that the server signs; what is seen goes to their rollovers. */
export function watchServerParents(server: RunningServer): ParentWatch {
  const signed = createSignedZones(server)
  return watchParents({
    parts: { network: { exchange: exchangeByNetwork, randomId: () => randomInt(0x10000) }, now: unixSeconds },
    names: () => [...signed().keys()],
    zone: (name) => {
      const zone = signed().get(name)
      const stored = zone && server.store.keys.get(name)
      return stored && watchedZone(zone!, stored)
    },
    note: (zone, observation) => noteParent(server, zone, observation),
    onError: (error, zone) => server.log.error({ err: error, zone }, 'a look at the parent of a zone failed'),
    after: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds).unref()
      return () => clearTimeout(timer)
    },
    random: Math.random,
  })
}

type SignedZone = ZoneConfiguration & { readonly dnssec: SigningConfiguration }

/** The zones that are signed here, by name; worked out anew after each reload. */
function createSignedZones(server: RunningServer): () => ReadonlyMap<string, SignedZone> {
  let of: Pick<RunningServer, 'configuration' | 'loaded'> | undefined
  let zones: ReadonlyMap<string, SignedZone> = new Map()
  return () => {
    const { configuration, loaded } = server
    if (configuration === of?.configuration && loaded === of.loaded) return zones
    of = { configuration, loaded }
    const names = new Set(loaded.zones.filter(({ dnssec }) => dnssec.kind === 'signed').map(({ name }) => name))
    const signed = configuration.zones.filter(isSigned).filter(({ name }) => names.has(name))
    zones = new Map(signed.map((zone) => [zone.name, { ...zone, views: viewsOf(zone, configuration) }]))
    return zones
  }
}

/** Undefined: every view has the zone, whether that is said or not. */
function viewsOf({ views: own }: ZoneConfiguration, { views }: Configuration): ZoneConfiguration['views'] {
  return views.every(({ name }) => own?.includes(name)) ? undefined : own
}

function isSigned(zone: ZoneConfiguration): zone is SignedZone {
  return zone.dnssec.kind === 'signed'
}

function watchedZone({ name, apex, views, dnssec }: SignedZone, stored: StoredKeySet): WatchedZone {
  const keys = stored.keys.filter(({ role }) => isKeySigning(role))
  return {
    ...{ name, apex, views, parent: dnssec.parent },
    measured: stored.parentTtl,
    signed: stored.parentSigned,
    keys: keys.map(({ id, keyTag, dnskey, records }) => ({ id, keyTag, dnskey, records, apex })),
  }
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
