import { openSigningKey } from '../keys/open-signing-key.ts'
import { leakSettings, type ViewsAndLeaks } from '../server/configuration/leaks.ts'
import type { Configuration, ZoneConfiguration } from '../server/configuration/types.ts'
import { describeDecoys, rangesOf } from '../server/describe-made-names.ts'
import type { Generation } from '../server/generation.ts'
import { NO_RESPONSE } from '../server/guard/guard-state.ts'
import { hasZone } from '../server/has-zone.ts'
import { checkDecoys, decoySettings } from '../server/loading/decoys.ts'
import { findMissingDelegations, zonesBelow } from '../server/loading/missing-delegations.ts'
import { projectViews } from '../server/loading/project-views.ts'
import { toLinted } from '../server/loading/read-zones.ts'
import type { ReadZoneFile } from '../server/loading/zone-files.ts'
import { openGeneration } from '../server/open-generation.ts'
import { compileViewSelection } from '../server/view-selection.ts'
import { nsec3Hash } from '../zones/denial/nsec3-hash.ts'
import { type FileProblem, hasErrors } from '../zones/file-problem.ts'
import { compileImage } from '../zones/image/compile.ts'
import { labelSeed } from '../zones/image/seeds.ts'
import { lintLeaks, type ZoneLeaks } from '../zones/leaks/lint.ts'
import type { Projection } from '../zones/projection.ts'
import { fileSerial } from '../zones/projection-digest.ts'

/** A zone read from files as the server would read it, with everything wrong about it. */
export interface OfflineZone {
  readonly zone: ZoneConfiguration
  /** One for each view that has the zone, in order of the views. */
  readonly views: readonly OfflineView[]
  readonly problems: readonly FileProblem[]
  /** Leaks that a waiver allows. */
  readonly waived: ZoneLeaks['waived']
}

/** What one view sees of the zone. */
export interface OfflineView {
  readonly view: string
  readonly overlay: string | undefined
  /** Undefined where the zone has errors: it would not be served to anybody. */
  readonly projection: Projection | undefined
  /** Serial of the SOA in the file that the view gets it from. */
  readonly serial: number | undefined
}

/** Reads and projects zones for each of their views, leak lint included. Files are read as they are now. */
export function readOffline(
  configuration: ViewsAndLeaks,
  zones: readonly ZoneConfiguration[],
  readFile: ReadZoneFile,
): OfflineZone[] {
  const settings = leakSettings(configuration)
  const views = settings.views.map(({ name }) => name)
  const read = zones.map((zone) => readOne(views, zone, readFile))
  const below = zonesBelow(zones, views)
  const leaks = lintLeaks(read.map(toLinted), settings.views, settings.levels)
  return read.map(({ zone, projections, problems, dnssec }, index) => ({
    zone,
    views: viewsOf(zone, views).map((view) => {
      const projection = projections.get(view)
      return { view, overlay: zone.overlays[view], projection, serial: projection && fileSerial(projection) }
    }),
    problems: [
      ...problems,
      ...findMissingDelegations(zone, dnssec, projections, below.get(zone.name) ?? []),
      ...leaks[index]!.problems,
    ],
    waived: leaks[index]!.waived,
  }))
}

/** A generation as the server would serve it from these zones, serials as in the files. */
export function openOffline(configuration: Configuration, zones: readonly OfflineZone[]): Generation {
  // Nobody asks these images but the operator.
  const secret = new Uint8Array(32)
  const arenas: SharedArrayBuffer[] = []
  const ranges = zones.map(({ zone }) => ({
    views: configuration.views.map(({ name }) => ({ view: name, generated: zone.generate?.[name] ?? [] })),
  }))
  const views = configuration.views.map(({ name }) => ({
    name,
    images: zones.flatMap((zone) => {
      const seen = zone.views.find((view) => view.view === name)
      if (seen?.projection === undefined || seen.serial === undefined) return []
      const options = { secret, serial: seen.serial }
      const { length, memory } = compileImage(seen.projection, options, (octets) => new SharedArrayBuffer(octets))
      const decoys = describeDecoys(decoySettings(zone.zone.decoys?.[name], seen.projection), {
        ...{ secret, zone: zone.zone.name, response: NO_RESPONSE },
      })
      const generated = rangesOf(
        zone.zone,
        { view: name, generated: zone.zone.generate?.[name] ?? [] },
        { zones: ranges },
      )
      return [
        {
          ...{ arena: arenas.push(memory) - 1, length },
          ...(decoys && { decoys }),
          ...(generated.length > 0 && { generated }),
        },
      ]
    }),
  }))
  const selection = compileViewSelection(configuration.views, configuration.listen.length)
  return openGeneration(
    { epoch: 0, labelSeed: labelSeed(secret), views, selection, keySets: [], identity: {} },
    {
      arena: (id) => arenas[id]!,
      openKey: openSigningKey,
      nsec3Hash,
    },
  )
}

function readOne(views: readonly string[], zone: ZoneConfiguration, readFile: ReadZoneFile) {
  const { projections, problems, remarks, dnssec } = projectViews(zone, viewsOf(zone, views), readFile)
  return {
    zone,
    problems: [...problems, ...checkDecoys(zone, projections)],
    remarks,
    dnssec,
    projections: hasErrors(problems) ? new Map<string, Projection>() : projections,
  }
}

function viewsOf(zone: ZoneConfiguration, views: readonly string[]): string[] {
  return views.filter((view) => hasZone(view, zone))
}
