/*
 * RFC 9615: a zone that nobody trusts yet speaks through zones that are trusted already. Where a name server H of the zone
 * Z has its name in another zone that is signed here, that zone carries Z's CDS and CDNSKEY at `_dsboot.Z._signal.H`.
 */
import { MAX_NAME_LENGTH, RR_FIXED_OCTETS, Type } from '../../dns/constants.ts'
import { isAtOrBelow, nameFromText, nameToText } from '../../dns/name.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import { apexRRset } from '../../zones/apex-rrset.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { type Projection, projectedRdata } from '../../zones/projection.ts'
import type { Configuration, ZoneConfiguration } from '../configuration/types.ts'
import { hasZone } from '../has-zone.ts'
import { type AddedRecord, projectViews } from './project-views.ts'
import type { ReadZoneFile } from './zone-files.ts'

/** The CDS and CDNSKEY RRsets of a zone that is to be bootstrapped. */
export interface BootstrapRecords {
  /** Canonical text. */
  readonly zone: string
  readonly rrsets: readonly { readonly type: number; readonly ttl: number; readonly rdatas: readonly Uint8Array[] }[]
}

/** What signalling adds to zones, and what is to be said of it. */
export interface Signalling {
  /** For the zone and the view; undefined where nothing is added. */
  recordsFor(zone: string, view: string): readonly AddedRecord[] | undefined
  /** Names of the name servers of a bootstrapped zone in a view. */
  hostsOf(zone: string, view: string): readonly string[] | undefined
  /** By bootstrapped zone. */
  readonly warnings: ReadonlyMap<string, readonly FileProblem[]>
}

/** The zones that ask for it. */
export function bootstrappedZones({ zones }: Configuration): ZoneConfiguration[] {
  return zones.filter(({ dnssec }) => dnssec.kind === 'signed' && dnssec.bootstrap)
}

/** What of a key set is signalled. */
export function bootstrapRecords({ zone, apexRRsets }: KeySetDescriptor): BootstrapRecords {
  const signalled = apexRRsets.filter(({ type }) => type === Type.CDS || type === Type.CDNSKEY)
  return {
    zone,
    rrsets: signalled.map(({ type, ttl, count, block }) => ({ type, ttl, rdatas: rdatasOf(block, count) })),
  }
}

/** RDATA of records as they go on the wire, their owners pointers of two octets. */
function rdatasOf(block: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(block.buffer, block.byteOffset, block.length)
  const rdatas: Uint8Array[] = []
  for (let at = 0; rdatas.length < count; ) {
    const length = view.getUint16(at + 10)
    rdatas.push(block.subarray(at + RR_FIXED_OCTETS, at + RR_FIXED_OCTETS + length))
    at += RR_FIXED_OCTETS + length
  }
  return rdatas
}

/** What a plan of signalling stands on. */
export interface SignallingOptions {
  readonly readFile: ReadZoneFile
  /** `hostsOf` of the last load, for a zone that has errors now and stays as it was. */
  readonly knownHosts: (zone: string, view: string) => readonly string[]
}

/** Works out which zone gets which records in which view; views that do not have the bootstrapped zone get none of it. */
export function planSignalling(
  configuration: Configuration,
  bootstraps: readonly BootstrapRecords[],
  options: SignallingOptions,
): Signalling {
  const records = new Map<string, AddedRecord[]>()
  const hosts = new Map<string, readonly string[]>()
  const warnings = new Map<string, FileProblem[]>()
  for (const bootstrap of bootstraps) {
    const zone = configuration.zones.find(({ name }) => name === bootstrap.zone)!
    const found: FileProblem[] = []
    for (const [view, names] of nameServersByView(zone, configuration, options)) {
      hosts.set(key(zone.name, view), names)
      for (const host of names) {
        const place = placeOf(zone, nameFromText(host), view, configuration)
        if (place === undefined) continue
        if ('problem' in place) found.push(warning(zone, host, place.problem))
        else addRecords(records, key(place.zone, view), place, bootstrap)
      }
    }
    warnings.set(zone.name, found)
  }
  return {
    recordsFor: (zone, view) => records.get(key(zone, view)),
    hostsOf: (zone, view) => hosts.get(key(zone, view)),
    warnings,
  }
}

function nameServersByView(
  zone: ZoneConfiguration,
  configuration: Configuration,
  { readFile, knownHosts }: SignallingOptions,
): [view: string, hosts: readonly string[]][] {
  const views = configuration.views.map(({ name }) => name).filter((view) => hasZone(view, zone))
  const { projections } = projectViews(zone, views, readFile)
  return views.map((view) => {
    const projection = projections.get(view)
    return [view, projection === undefined ? knownHosts(zone.name, view) : nameServersOf(projection)]
  })
}

function addRecords(
  records: Map<string, AddedRecord[]>,
  key: string,
  { owner, maxTtl }: { readonly owner: Uint8Array; readonly maxTtl: number },
  { rrsets }: BootstrapRecords,
): void {
  const added = records.get(key) ?? []
  for (const { type, ttl, rdatas } of rrsets) {
    added.push(...rdatas.map((rdata) => ({ owner, type, ttl: Math.min(ttl, maxTtl), rdata })))
  }
  records.set(key, added)
}

function key(zone: string, view: string): string {
  return `${zone} ${view}`
}

function nameServersOf(projection: Projection): string[] {
  const rrset = apexRRset(projection, Type.NS)
  const hosts: string[] = []
  for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
    hosts.push(nameToText(projectedRdata(projection, record)).toLowerCase())
  }
  return hosts
}

type Place =
  | { readonly zone: string; readonly owner: Uint8Array; readonly maxTtl: number }
  | { readonly problem: string }

/** Where the signalling records for a name server stand; undefined: not with us. */
function placeOf(zone: ZoneConfiguration, host: Uint8Array, view: string, { zones }: Configuration): Place | undefined {
  // RFC 9615 §4.1: what stands in the zone itself proves nothing before it is trusted.
  if (isAtOrBelow(host, zone.apex)) return undefined
  const owner = signallingName(zone.apex, host)
  const carrier = zones
    .filter((each) => hasZone(view, each) && isAtOrBelow(owner, each.apex))
    .sort((a, b) => b.apex.length - a.apex.length)[0]
  if (carrier === undefined) return undefined
  if (carrier.dnssec.kind !== 'signed') return { problem: `in ${carrier.name}, a zone that is not signed here` }
  if (owner.length > MAX_NAME_LENGTH) return { problem: `whose signalling name would have ${owner.length} octets` }
  return { zone: carrier.name, owner, maxTtl: carrier.dnssec.policy.maxTtl }
}

/** RFC 9615 §4.1.1; may be longer than a name can be. */
function signallingName(apex: Uint8Array, host: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([DSBOOT, apex.subarray(0, -1), SIGNAL, host]))
}

const DSBOOT = labelOf('_dsboot')
const SIGNAL = labelOf('_signal')

function labelOf(text: string): Uint8Array {
  return nameFromText(`${text}.`).subarray(0, -1)
}

function warning(zone: ZoneConfiguration, host: string, why: string): FileProblem {
  return {
    severity: 'warning',
    file: zone.file,
    line: 0,
    column: 0,
    found: `\`bootstrap: true\` and the name server ${host}, ${why}`,
    expected: 'a name server whose zone can carry signalling records (RFC 9615)',
    remedy: 'It is left out; the parent can still be given the DS by hand: dnsctl key ds.',
  }
}
