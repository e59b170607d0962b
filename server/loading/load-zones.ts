/*
 * From configuration and zone files to images. Nothing that is being served changes here: the caller publishes what is
 * returned, and releases what it replaces.
 */
import { setImmediate } from 'node:timers/promises'
import { type FileProblem, hasErrors } from '../../zones/file-problem.ts'
import { compileImage } from '../../zones/image/compile.ts'
import { lintLeaks } from '../../zones/leak-lint.ts'
import { firstExpiration } from '../../zones/presigned/check-times.ts'
import { isPresigned, type Projection } from '../../zones/projection.ts'
import { fileSerial, projectionDigest } from '../../zones/projection-digest.ts'
import { nextSerial } from '../../zones/serial.ts'
import type { ArenaPool } from '../arena-pool.ts'
import type { Configuration, DnssecConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import type { DecoySettings } from '../decoys.ts'
import type { GeneratedRange } from '../generated-names.ts'
import type { ViewDescriptor } from '../generation.ts'
import { hasZone } from '../has-zone.ts'
import type { SerialEntry, SerialStore } from '../state/store.ts'
import { checkDecoys, decoySettings } from './decoys.ts'
import { findMissingDelegations, type ZoneBelow, zonesBelow } from './missing-delegations.ts'
import { projectViews } from './project-views.ts'
import { type BootstrapRecords, planSignalling, type Signalling } from './signalling.ts'

/** What a load stands on. */
export interface LoadOptions {
  /** May throw: that is a problem of the zone. */
  readonly readFile: (path: string) => Uint8Array
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
  const isLinted = configuration.zones.some(isDifferentByView)
  const below = zonesBelow(
    configuration.zones,
    configuration.views.map(({ name }) => name),
  )
  try {
    const loads: ZoneLoad[] = []
    for (const zone of configuration.zones) {
      // Thousands of zones take seconds: signals and the control channel get their turn.
      await setImmediate()
      const task = { zone, before: before.get(zone.name), signalling, below: below.get(zone.name) ?? [] }
      const load = loadZone(configuration, task, options, reserved)
      loads.push(isLinted ? load : { ...load, projections: NO_PROJECTIONS })
    }
    await options.serials.put(loads.flatMap((load) => load.moved))
    const zones = withLint(configuration, loads)
    return { views: configuration.views.map(({ name }) => viewOf(name, zones)), zones }
  } catch (error) {
    options.arenas.discard(reserved)
    throw error
  }
}

const NO_PROJECTIONS: ReadonlyMap<string, Projection> = new Map()

interface ZoneTask {
  readonly zone: ZoneConfiguration
  readonly before: LoadedZone | undefined
  readonly signalling: Signalling
  readonly below: readonly ZoneBelow[]
}

interface ZoneLoad {
  readonly zone: ZoneConfiguration
  readonly loaded: LoadedZone
  /** For the lint, by view; empty unless the zone was loaded and views differ. */
  readonly projections: ReadonlyMap<string, Projection>
  readonly moved: readonly SerialEntry[]
}

function loadZone(
  configuration: Configuration,
  { zone, before, signalling, below }: ZoneTask,
  options: LoadOptions,
  reserved: number[],
): ZoneLoad {
  const views = configuration.views.map(({ name }) => name).filter((name) => hasZone(name, zone))
  const now = (options.now ?? Date.now)()
  const added = (view: string) => signalling.recordsFor(zone.name, view)
  const { projections, problems, dnssec } = projectViews(zone, views, options.readFile, { added, now })
  problems.push(...(signalling.warnings.get(zone.name) ?? []), ...checkDecoys(zone, projections))
  if (hasErrors(problems)) {
    return { zone, loaded: asBefore(zone, views, before, problems), projections: NO_PROJECTIONS, moved: [] }
  }
  problems.push(...findMissingDelegations(zone, dnssec, projections, below))
  // Equal records make other images where they are signed otherwise.
  const comparable = before?.dnssec.kind === dnssec.kind ? before : undefined
  const compiled = compileViews({ zone, before: comparable, signalling, below }, projections, options, reserved)
  const { name, file } = zone
  const loaded: LoadedZone = {
    ...{ name, file, state: 'loaded', dnssec, problems, loadedAt: now, views: compiled.views },
    ...firstExpirationOf(projections, now),
  }
  return { zone, loaded, projections, moved: compiled.moved }
}

/** All views of a presigned zone have the same. */
function firstExpirationOf(projections: ReadonlyMap<string, Projection>, now: number): { firstExpiration?: number } {
  const [projection] = projections.values()
  if (projection === undefined || !isPresigned(projection)) return {}
  return { firstExpiration: firstExpiration(projection, Math.floor(now / 1000)) }
}

function isDifferentByView({ overlays, hide, views }: ZoneConfiguration): boolean {
  return views !== undefined || Object.keys(overlays).length > 0 || Object.keys(hide).length > 0
}

function compileViews(
  { zone, before, signalling }: ZoneTask,
  projections: ReadonlyMap<string, Projection>,
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

/** Adds the leak lint's warnings. Where no zone differs between views there is nothing to leak. */
function withLint(configuration: Configuration, loads: readonly ZoneLoad[]): LoadedZone[] {
  const linted = loads.filter(({ projections }) => projections.size > 0)
  const warnings = lintLeaks(
    linted.map(({ zone, projections }) => ({ apex: zone.apex, projections })),
    configuration.views.map(({ name }) => name),
  )
  const warningsOf = new Map(linted.map((load, i) => [load, warnings[i]!]))
  return loads.map((load) => {
    const found = warningsOf.get(load) ?? []
    return found.length === 0 ? load.loaded : { ...load.loaded, problems: [...load.loaded.problems, ...found] }
  })
}

function viewOf(name: string, zones: readonly LoadedZone[]): ViewDescriptor {
  const images = zones.flatMap(({ views }) => views.filter(({ view }) => view === name))
  return { name, images: images.map(({ arena, length }) => ({ arena, length })) }
}
