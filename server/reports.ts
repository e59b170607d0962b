import { rcodeToText } from '../dns/rcode-text.ts'
import { Verdict } from '../guard/verdict.ts'
import { SOON } from '../zones/presigned/check-times.ts'
import { formatListen } from './address.ts'
import { clockNoticeToText } from './clock-text.ts'
import type { DnssecConfiguration } from './configuration/types.ts'
import type {
  DnssecStatus,
  QueryCounters,
  ReloadReport,
  StatusReport,
  ViewReport,
  WorkerReport,
  ZoneKeys,
  ZoneReport,
} from './control/protocol.ts'
import { reportBanStatus } from './guard/ban-reports.ts'
import { isoTimeOfSeconds } from './iso-time.ts'
import { supplyAlarms } from './keys/bundle-watch.ts'
import { rolloverAlarms } from './keys/rollover-reports.ts'
import { groupKeys, zonesSigned } from './keys/zone-keys.ts'
import type { LoadedZone } from './loading/load-zones.ts'
import { failedZones } from './reload.ts'
import type { RunningServer } from './running-server.ts'
import { reportSealing } from './sealing-commands.ts'
import { reportSigning } from './signing-report.ts'
import { Counter, type Statistics } from './statistics.ts'
import { readVersion } from './version.ts'
import { reportView } from './view-report.ts'

/** What `dnsctl status` shows. */
export function reportStatus(server: RunningServer, lastReload: ReloadReport | undefined): StatusReport {
  const { configuration, invocation, loaded, sockets, startedAt } = server
  return {
    version: readVersion(),
    pid: process.pid,
    node: process.version,
    startedAt: startedAt.toISOString(),
    uptimeSeconds: Math.floor((Date.now() - startedAt.getTime()) / 1000),
    ...(invocation.config === undefined ? {} : { configuration: invocation.config }),
    state: configuration.state,
    listen: sockets.listeners.map(({ bound }) => formatListen(bound)),
    udp: sockets.udp,
    epoch: server.descriptor.epoch,
    acknowledgedEpoch: server.pool.acknowledgedEpoch(),
    workers: reportWorkers(server),
    zones: { served: loaded.zones.filter((zone) => zone.views.length > 0).length, failed: failedZones(loaded) },
    dnssec: reportDnssec(server),
    sealing: reportSealing(server),
    views: configuration.views.map((view) => view.name),
    queries: reportQueries(server.pool.statistics()),
    bans: reportBanStatus(server.bans.keeper.all(), server.bans.nftables.report()),
    memory: { residentOctets: process.memoryUsage.rss(), imageOctets: server.arenas.usage().used },
    ...(lastReload === undefined ? {} : { lastReload }),
  }
}

function reportDnssec(server: RunningServer): DnssecStatus {
  const { loaded, descriptor } = server
  const served = loaded.zones.filter((zone) => zone.views.length > 0)
  const count = (kind: DnssecConfiguration['kind']) => served.filter(({ dnssec }) => dnssec.kind === kind).length
  const algorithms = new Set(descriptor.keySets.flatMap(({ signers }) => signers.map(({ algorithm }) => algorithm)))
  return {
    ...{ signed: count('signed'), presigned: count('presigned'), off: count('off') },
    algorithms: [...algorithms].sort((a, b) => a - b),
    alarms: listAlarms(server),
  }
}

function listAlarms(server: RunningServer): string[] {
  const { loaded, descriptor, clock } = server
  const odd = clock.last()
  const clocks = odd === undefined ? [] : [`at ${isoTimeOfSeconds(odd.unixSeconds)}, ${clockNoticeToText(odd.notice)}`]
  const faults = descriptor.keySets.flatMap(({ zone, distrusted = [] }) =>
    distrusted.map((algorithm) => `${zone} ${FAULTY_KEY} ${algorithm}: check this machine, then restart veild`),
  )
  return [
    ...clocks,
    ...faults,
    ...rolloverAlarms(server),
    ...supplyAlarms(server),
    ...loaded.zones.flatMap((zone) => expirationAlarm(zone, Date.now() / 1000)),
  ]
}

/** A presigned zone lives as long as its signatures: whoever makes them must be reminded in time. */
function expirationAlarm({ name, file, firstExpiration }: LoadedZone, now: number): string[] {
  if (firstExpiration === undefined || firstExpiration - now > SOON) return []
  const verb = firstExpiration <= now ? 'expired' : 'expire'
  return [
    `the first signatures of ${name} ${verb} at ${isoTimeOfSeconds(firstExpiration)}: sign ${file} again, then reload`,
  ]
}

const FAULTY_KEY = 'is not signed with a key that made a wrong signature, of algorithm'

/** What `dnsctl zone list` shows. */
export function reportZones(server: RunningServer): ZoneReport[] {
  return server.loaded.zones.map((zone) => ({
    zone: zone.name,
    file: zone.file,
    dnssec: zone.dnssec.kind,
    ...(zone.dnssec.kind === 'signed' ? { signing: reportSigning(zone.dnssec, algorithmsOf(server, zone.name)) } : {}),
    views: zone.views.map(({ view, overlay, serial, digest, records }) => ({
      view,
      serial,
      records,
      loadedAt: new Date(zone.loadedAt).toISOString(),
      digest,
      ...(overlay === undefined ? {} : { overlay }),
    })),
    problems: zone.problems,
  }))
}

/** Undefined for a zone that is not served. */
function algorithmsOf({ descriptor }: RunningServer, zone: string): number[] | undefined {
  return descriptor.keySets.find((set) => set.zone === zone)?.signers.map(({ algorithm }) => algorithm)
}

/** What `dnsctl key list` and `dnsctl key ds` show. */
export function reportKeys({ keyRing, descriptor, loaded }: RunningServer): ZoneKeys[] {
  const signed = new Set(descriptor.keySets.map(({ zone }) => zone))
  return groupKeys(keyRing.list(), { signed, presigned: zonesSigned(loaded.zones, 'presigned') })
}

/** What `dnsctl view list` shows. */
export function reportViews(server: RunningServer): ViewReport[] {
  const { configuration, loaded } = server
  return configuration.views.map((each) => {
    const zones = loaded.zones.filter(({ views }) => views.some(({ view }) => view === each.name))
    return reportView(each, configuration, zones.length)
  })
}

function reportQueries(blocks: readonly Statistics[]): QueryCounters {
  const sum = (counter: number): number => blocks.reduce((total, block) => total + block[counter]!, 0)
  const verdicts = Object.entries(Verdict).map(([name, value]) => [name.toLowerCase(), sum(Counter.Verdict + value)])
  const rcodes = Array.from({ length: Counter.Truncated - Counter.Rcode }, (_, rcode) => [
    rcodeToText(rcode),
    sum(Counter.Rcode + rcode),
  ]).filter(([, count]) => count !== 0)
  return {
    received: sum(Counter.Received),
    receivedStream: sum(Counter.ReceivedStream),
    silent: sum(Counter.Silent),
    verdicts: Object.fromEntries(verdicts),
    rcodes: Object.fromEntries(rcodes),
    signaturesMade: sum(Counter.SignaturesMade),
    truncated: sum(Counter.Truncated),
    limited: {
      truncated: sum(Counter.LimitedTruncate),
      dropped: sum(Counter.LimitedDrop),
      refused: sum(Counter.LimitedRefuse),
    },
    cookies: { received: sum(Counter.Cookies), valid: sum(Counter.CookiesValid) },
    guard: {
      banned: sum(Counter.Banned),
      starved: sum(Counter.Starved),
      reacted: sum(Counter.Reacted),
      told: sum(Counter.EventsTold),
      lost: sum(Counter.EventsLost),
    },
    sendFailed: sum(Counter.SendFailed),
    receiveTruncated: sum(Counter.ReceiveTruncated),
    connections: {
      opened: sum(Counter.Connections),
      pushedOut: sum(Counter.ConnectionsPushedOut),
      failed: sum(Counter.ConnectionErrors),
    },
  }
}

/** Seats are those of the datagram workers, then the stream worker's. */
function reportWorkers(server: RunningServer): WorkerReport[] {
  return server.pool.statistics().map((block, seat) => {
    const death = server.lastDeaths.get(seat)
    return {
      kind: seat < server.sockets.workers ? 'udp' : 'stream',
      index: seat,
      received: block[Counter.Received]! + block[Counter.ReceivedStream]!,
      deaths: death?.deaths ?? 0,
      ...(death === undefined ? {} : { lastDeath: death.error?.message ?? 'it ended by itself' }),
    }
  })
}
