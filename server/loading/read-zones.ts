/*
 * From files to projections, with everything wrong about them: what is read is not compiled yet, and what leaks is not
 * to be.
 */
import { setImmediate } from 'node:timers/promises'
import { type FileProblem, hasErrors } from '../../zones/file-problem.ts'
import { lintLeaks } from '../../zones/leaks/lint.ts'
import type { LintedZone } from '../../zones/leaks/rule.ts'
import type { FileRemark } from '../../zones/master-file/read.ts'
import type { Projection } from '../../zones/projection.ts'
import { leakSettings } from '../configuration/leaks.ts'
import type { Configuration, DnssecConfiguration, ZoneConfiguration } from '../configuration/types.ts'
import { hasZone } from '../has-zone.ts'
import { checkDecoys } from './decoys.ts'
import { findMissingDelegations, type ZoneBelow, zonesBelow } from './missing-delegations.ts'
import { projectViews } from './project-views.ts'
import type { Signalling } from './signalling.ts'
import type { ReadZoneFile } from './zone-files.ts'

/** One zone as its files have it. */
export interface ZoneReading {
  readonly zone: ZoneConfiguration
  /** The views that have it. */
  readonly views: readonly string[]
  /** By view; empty where there are errors. */
  readonly projections: ReadonlyMap<string, Projection>
  readonly problems: readonly FileProblem[]
  readonly remarks: readonly FileRemark[]
  readonly dnssec: DnssecConfiguration
  /** Milliseconds since 1970. */
  readonly now: number
}

interface ReadOptions {
  /** May throw: that is a problem of the zone. */
  readonly readFile: ReadZoneFile
  readonly signalling: Signalling
  readonly now: () => number
}

/**
 * The zones in order, leaks among their problems. Where views differ, all are read before the first is given: what is
 * hidden in one may be told in another.
 */
export async function* readZones(configuration: Configuration, options: ReadOptions): AsyncGenerator<ZoneReading> {
  const waiting: ZoneReading[] = []
  const isDifferent = configuration.zones.some(isDifferentByView)
  const below = zonesBelow(
    configuration.zones,
    configuration.views.map(({ name }) => name),
  )
  for (const zone of configuration.zones) {
    // Thousands of zones take seconds: signals and the control channel get their turn.
    await setImmediate()
    const reading = readZone(configuration, zone, below.get(zone.name) ?? [], options)
    if (isDifferent) waiting.push(reading)
    else yield* withLeaks(configuration, [reading])
  }
  for (const reading of withLeaks(configuration, waiting)) {
    await setImmediate()
    yield reading
  }
}

function isDifferentByView({ overlays, hide, views }: ZoneConfiguration): boolean {
  return views !== undefined || Object.keys(overlays).length > 0 || Object.keys(hide).length > 0
}

function readZone(
  configuration: Configuration,
  zone: ZoneConfiguration,
  below: readonly ZoneBelow[],
  { readFile, signalling, now }: ReadOptions,
): ZoneReading {
  const views = configuration.views.map(({ name }) => name).filter((name) => hasZone(name, zone))
  const begin = now()
  const added = (view: string) => signalling.recordsFor(zone.name, view)
  const read = projectViews(zone, views, readFile, { added, now: begin })
  const made = [...(signalling.warnings.get(zone.name) ?? []), ...checkDecoys(zone, read.projections)]
  const problems = [...read.problems, ...made]
  if (hasErrors(problems)) return { ...read, zone, views, projections: new Map(), problems, now: begin }
  problems.push(...findMissingDelegations(zone, read.dnssec, read.projections, below))
  return { ...read, zone, views, problems, now: begin }
}

function withLeaks(configuration: Configuration, readings: readonly ZoneReading[]): ZoneReading[] {
  const { views, levels } = leakSettings(configuration)
  const leaks = lintLeaks(readings.map(toLinted), views, levels)
  return readings.map((reading, index) => ({ ...reading, problems: [...reading.problems, ...leaks[index]!.problems] }))
}

/** What the lint looks at of a zone that was read. */
export function toLinted({
  zone,
  projections,
  remarks,
}: Pick<ZoneReading, 'zone' | 'projections' | 'remarks'>): LintedZone {
  const { apex, file, hide } = zone
  // Of a zone that cannot be read no waiver is superfluous.
  return { apex, file, hide, projections, waivers: projections.size === 0 ? [] : remarks }
}
