/*
 * From configuration and zone files to images. Nothing that is being served changes here: the caller publishes what is
 * returned, and releases what it replaces.
 */
import { type FileProblem, hasErrors } from '../../zones/file-problem.ts'
import { compileImage } from '../../zones/image/compile.ts'
import { firstExpiration } from '../../zones/presigned/check-times.ts'
import { isPresigned, type Projection } from '../../zones/projection.ts'
import { fileSerial, projectionDigest } from '../../zones/projection-digest.ts'
import { nextSerial } from '../../zones/serial.ts'
import type { ArenaPool } from '../arena-pool.ts'
import type { Configuration, DnssecConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import type { DecoySettings } from '../decoys.ts'
import type { GeneratedRange } from '../generated-names.ts'
import type { ViewDescriptor } from '../generation.ts'
import type { SerialEntry, SerialStore } from '../state/store.ts'
import { decoySettings } from './decoys.ts'
import { readZones, type ZoneReading } from './read-zones.ts'
import { type BootstrapRecords, planSignalling, type Signalling } from './signalling.ts'
import type { ReadZoneFile } from './zone-files.ts'

/** What a load stands on. */
export interface LoadOptions {
  /** May throw: that is a problem of the zone. */
  readonly readFile: ReadZoneFile
  readonly serials: SerialStore
  /** The server's secret. */
  readonly secret: Uint8Array
  /** Of the zones that are to be bootstrapped; the key sets come before the zones. */
  readonly bootstraps?: readonly BootstrapRecords[]
  readonly arenas: Pick<ArenaPool, 'allocate' | 'discard'>
  /** What is being served. */
  readonly previous?: LoadedZones | undefined
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** All zones as they are to be served. */
export interface LoadedZones {
  /** In the order of the configuration, ready for a `GenerationDescriptor`. */
  readonly views: readonly ViewDescriptor[]
  /** In the order of the configuration. */
  readonly zones: readonly LoadedZone[]
  /** Nothing is, because the store is locked. */
  readonly isLocked?: true
}

/** One zone as the last load left it. */
export interface LoadedZone {
  /** Canonical text with trailing dot. */
  readonly name: string
  readonly file: string
  /** `kept`: this load found errors and the images of an earlier one go on; `absent`: there are none. */
  readonly state: 'loaded' | 'kept' | 'absent'
  /** How it is signed, as that load found it: `presigned` where the file brings signatures and that was asked for. */
  readonly dnssec: DnssecConfiguration
  /** What this load found, warnings and leak lint included. */
  readonly problems: readonly FileProblem[]
  /** Milliseconds since 1970: the load that the images come from; 0 while absent. */
  readonly loadedAt: number
  /** Unix seconds at which the first signature of a presigned zone ends; others have none. */
  readonly firstExpiration?: number
  /** The views that have the zone. */
  readonly views: readonly LoadedView[]
}

/** What one view has of a zone. */
export interface LoadedView {
  readonly view: string
  readonly overlay: string | undefined
  readonly serial: number
  /** `projectionDigest`, hexadecimal: equal digests, equal content. */
  readonly digest: string
  readonly records: number
  readonly rrsets: number
  /** Names, empty non-terminals included. */
  readonly names: number
  /** Where the image is; views with equal projections share one. */
  readonly arena: number
  readonly length: number
  /** How absent names are answered as if they were there; undefined: they never are. */
  readonly decoys?: DecoySettings | undefined
  /** Ranges of addresses whose names are made here; empty: none. */
  readonly generated?: readonly GeneratedRange[]
  /** Of a zone that is bootstrapped: the names of its name servers. */
  readonly signallingHosts?: readonly string[]
}

/**
 * Loads every zone for every view. A zone with an error anywhere, in its base or in any view, stays as a whole what it
 * was in `previous`, or is absent; the others go on. Serials that moved are on disk before this resolves. Rejects only
 * where the store does, and then has reserved nothing.
 */
export async function loadZones(configuration: Configuration, options: LoadOptions): Promise<LoadedZones> {
  const reserved: number[] = []
  const before = new Map(options.previous?.zones.map((zone) => [zone.name, zone]))
  const signalling = planSignalling(configuration, options.bootstraps ?? [], {
    readFile: options.readFile,
    knownHosts: (zone, view) => before.get(zone)?.views.find((each) => each.view === view)?.signallingHosts ?? [],
  })
  const { readFile, now = Date.now } = options
  try {
    const loads: ZoneLoad[] = []
    for await (const reading of readZones(configuration, { readFile, signalling, now })) {
      loads.push(loadZone({ reading, before: before.get(reading.zone.name), signalling }, options, reserved))
    }
    await options.serials.put(loads.flatMap((load) => load.moved))
    const zones = loads.map(({ loaded }) => loaded)
    return { views: configuration.views.map(({ name }) => viewOf(name, zones)), zones }
  } catch (error) {
    options.arenas.discard(reserved)
    throw error
  }
}

interface ZoneTask {
  readonly reading: ZoneReading
  readonly before: LoadedZone | undefined
  readonly signalling: Signalling
}

interface ZoneLoad {
  readonly loaded: LoadedZone
  readonly moved: readonly SerialEntry[]
}

function loadZone(task: ZoneTask, options: LoadOptions, reserved: number[]): ZoneLoad {
  const { reading, before } = task
  const { zone, views, problems, projections, dnssec, now } = reading
  if (hasErrors(problems)) return { loaded: asBefore(zone, views, before, problems), moved: [] }
  // Equal records make other images where they are signed otherwise.
  const comparable = before?.dnssec.kind === dnssec.kind ? before : undefined
  const compiled = compileViews({ ...task, before: comparable }, options, reserved)
  const { name, file } = zone
  const loaded: LoadedZone = {
    ...{ name, file, state: 'loaded', dnssec, problems, loadedAt: now, views: compiled.views },
    ...firstExpirationOf(projections, now),
  }
  return { loaded, moved: compiled.moved }
}

/** All views of a presigned zone have the same. */
function firstExpirationOf(projections: ReadonlyMap<string, Projection>, now: number): { firstExpiration?: number } {
  const [projection] = projections.values()
  if (projection === undefined || !isPresigned(projection)) return {}
  return { firstExpiration: firstExpiration(projection, Math.floor(now / 1000)) }
}

function compileViews(
  { reading: { zone, projections }, before, signalling }: ZoneTask,
  options: LoadOptions,
  reserved: number[],
): { views: LoadedView[]; moved: SerialEntry[] } {
  const known = before?.views ?? []
  const digests = new Map<Projection, Uint8Array>()
  const views: LoadedView[] = []
  const moved: SerialEntry[] = []
  for (const [view, projection] of projections) {
    const digest = digests.get(projection) ?? projectionDigest(projection)
    digests.set(projection, digest)
    const stored = options.serials.get(zone.name, view)
    // The serial of a presigned zone is signed.
    const serial = fileSerial(projection)
    const next = projection.presigned === undefined ? nextSerial(stored, serial, digest) : { serial, digest }
    if (next !== stored) moved.push({ zone: zone.name, view, ...next })
    const hosts = signalling.hostsOf(zone.name, view)
    const facts = {
      view,
      overlay: zone.overlays[view],
      ...(hosts === undefined ? {} : { signallingHosts: hosts }),
      decoys: decoySettings(zone.decoys?.[view], projection),
      generated: zone.generate?.[view] ?? [],
      serial: next.serial,
      digest: Buffer.from(digest).toString('hex'),
    }
    const equal = [...views, ...known].find((other) => other.digest === facts.digest && other.serial === facts.serial)
    views.push({ ...(equal ?? compileView(projection, next, options, reserved)), ...facts })
  }
  return { views, moved }
}

function compileView(
  projection: Projection,
  { serial, digest }: { readonly serial: number; readonly digest: Uint8Array },
  { secret, arenas }: LoadOptions,
  reserved: number[],
): Pick<LoadedView, 'records' | 'rrsets' | 'names' | 'arena' | 'length'> {
  let id = -1
  const { length, nodes } = compileImage(projection, { secret, serial, digest }, (octets) => {
    const arena = arenas.allocate(octets)
    id = arena.id
    reserved.push(id)
    return arena.memory
  })
  return { records: projection.recordCount, rrsets: projection.rrsetCount, names: nodes, arena: id, length }
}

/** The zone as it was, for the views that still are. */
function asBefore(
  zone: ZoneConfiguration,
  views: readonly string[],
  before: LoadedZone | undefined,
  problems: readonly FileProblem[],
): LoadedZone {
  const kept = before?.views.filter(({ view }) => views.includes(view)) ?? []
  const { name, file, dnssec } = zone
  if (before === undefined || kept.length === 0)
    return { name, file, state: 'absent', dnssec, problems, loadedAt: 0, views: [] }
  return { ...before, state: 'kept', problems, views: kept }
}

function viewOf(name: string, zones: readonly LoadedZone[]): ViewDescriptor {
  const images = zones.flatMap(({ views }) => views.filter(({ view }) => view === name))
  return { name, images: images.map(({ arena, length }) => ({ arena, length })) }
}
