import { nameToText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeToText } from '../../dns/rr/registry.ts'
import { readOffline } from '../../dnsctl/offline-zones.ts'
import { isSealedFile } from '../../keys/sealed-mark.ts'
import { formatAddress, parseAddress } from '../../server/address.ts'
import { parseConfiguration } from '../../server/configuration/read.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import { type Projection, projectedOwner, projectedRdata } from '../../zones/projection.ts'
import type { Evidence } from '../judging/judgement.ts'
import type { ReadFile } from '../root/root.ts'
import { fact } from './fact.ts'
import type { Host } from './host.ts'

/** A record as one view of Veil has it. */
export interface ZoneRecord {
  /** Lower case, with a dot at the end. */
  readonly owner: string
  readonly type: string
  readonly rdata: string
  readonly evidence: Evidence
}

export interface ZoneView {
  readonly view: string
  /** Whether everybody gets it. */
  readonly isPublic: boolean
  readonly records: readonly ZoneRecord[]
}

export interface VeilZone {
  readonly name: string
  readonly views: readonly ZoneView[]
}

export interface VeilConfiguration {
  readonly configuration: Configuration
  /** veil.yaml. */
  readonly file: ReadFile
}

export interface VeilZones extends VeilConfiguration {
  readonly zones: readonly VeilZone[]
}

const PLACES = ['/etc/veil/veil.yaml', '/etc/veil.yaml']
const MOST_OCTETS_OF_ZONE = 4 * 1024 * 1024

/** veil.yaml as veild would take it; undefined where there is none, or where veild would refuse it. */
export const veilConfiguration = fact('configuration of Veil', (host): VeilConfiguration | undefined => {
  const places = host.declared.veilConfiguration === undefined ? PLACES : [host.declared.veilConfiguration]
  for (const path of places) {
    const file = host.root.read(path)
    if (file.outcome !== 'read') continue
    const reading = parseConfiguration(file.text, path, '/var/lib/veil')
    if (reading.outcome === 'accepted') return { configuration: reading.configuration, file }
    host.note(path, `veild refuses it, at line ${reading.problems[0]?.line ?? 1}`)
    return undefined
  }
  return undefined
})

/**
 * The zones that Veil serves from this host, as each view has them; undefined where it serves none, or where its configuration
 * would not be accepted. Files are read through the root; a sealed overlay cannot be, and makes all that stands on it unknown.
 */
export const veilZones = fact('zones of Veil', (host): VeilZones | undefined => {
  const found = host.get(veilConfiguration)
  return found === undefined ? undefined : { ...found, zones: readZones(host, found.configuration) }
})

function readZones(host: Host, configuration: Configuration): readonly VeilZone[] {
  const shared = new Set(configuration.views.filter((view) => view.clients === undefined).map((view) => view.name))
  const read = readOffline(configuration, configuration.zones, (path) => octetsOf(host, path))
  for (const { zone, views } of read) {
    if (views.some(({ projection }) => projection === undefined)) {
      host.note(zone.file, `the zone ${zone.name} cannot be loaded from it`)
    }
  }
  return read.map(({ zone, views }) => ({
    name: zone.name,
    views: views.flatMap(({ view, projection }) =>
      projection === undefined ? [] : [{ view, isPublic: shared.has(view), records: recordsOf(projection) }],
    ),
  }))
}

function octetsOf({ root, note }: Host, path: string): Uint8Array {
  const reading = root.octets(path, MOST_OCTETS_OF_ZONE)
  if (reading.outcome !== 'read') throw Object.assign(new Error(`${path} could not be read`), { code: 'ENOENT' })
  if (isSealedFile(reading.octets)) {
    note(path, 'it is sealed: only veild opens it')
    throw Object.assign(new Error(`${path} is sealed`), { code: 'EACCES' })
  }
  if (reading.octets.length === MOST_OCTETS_OF_ZONE) note(path, 'what stands behind its first 4 MiB was not read')
  return reading.octets
}

function recordsOf(projection: Projection): readonly ZoneRecord[] {
  const records: ZoneRecord[] = []
  for (let rrset = 0; rrset < projection.rrsetCount; rrset++) {
    const owner = nameToText(projectedOwner(projection, rrset))
    const type = projection.types[rrset]!
    for (let record = projection.first[rrset]!; record < projection.first[rrset + 1]!; record++) {
      const rdata = rdataToText(type, projectedRdata(projection, record))
      const path = projection.fileNames[projection.files[record]!] ?? 'generated'
      const excerpt = `${owner} ${typeToText(type)} ${rdata}`.slice(0, 200)
      records.push({
        owner,
        type: typeToText(type),
        rdata,
        evidence: { source: 'zone', path, line: projection.lines[record]!, excerpt },
      })
    }
  }
  return records
}

/** Records that everybody gets. */
export function publicRecords(zones: VeilZones): readonly ZoneRecord[] {
  return zones.zones.flatMap((zone) => zone.views.filter((view) => view.isPublic).flatMap((view) => view.records))
}

/** Names that some view has and that strangers must not learn, with a record of each. */
export function hiddenNames(zones: VeilZones): ReadonlyMap<string, ZoneRecord> {
  const shown = new Set(publicRecords(zones).map((record) => record.owner))
  const hidden = new Map<string, ZoneRecord>()
  for (const zone of zones.zones) {
    for (const view of zone.views.filter((each) => !each.isPublic)) {
      for (const record of view.records) if (!shown.has(record.owner)) hidden.set(record.owner, record)
    }
  }
  return hidden
}

/** Whether a client of the record learns the address from it: it is one, or a hint (RFC 9460 §7.3). */
export function leadsTo({ type, rdata }: ZoneRecord, address: string): boolean {
  const wanted = plain(address)
  if (type === 'A' || type === 'AAAA') return plain(rdata) === wanted
  if (type !== 'HTTPS' && type !== 'SVCB') return false
  const hints = [...rdata.matchAll(/\bipv[46]hint="?([0-9a-f.:,]+)/gi)].flatMap((match) => match[1]!.split(','))
  return hints.some((hint) => plain(hint) === wanted)
}

/** An address in its one form: IPv6 is written in many. */
function plain(text: string): string {
  const address = parseAddress(text)
  return address === undefined ? text : formatAddress(address)
}
