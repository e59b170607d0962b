import { dirname, resolve } from 'node:path'
import { canonicalName, nameToText } from '../../dns/name.ts'
import { accepted } from '../reading.ts'
import { resolveDecoys } from './decoys.ts'
import { DEFAULT_DNSSEC, resolveDnssec } from './dnssec.ts'
import { checkReverseZones, resolveGenerate } from './generate.ts'
import { resolveHide } from './hide.ts'
import { readName } from './names.ts'
import { nearest } from './nearest.ts'
import { showFound } from './problems.ts'
import type { Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { DnssecConfiguration, ViewConfiguration, ZoneConfiguration } from './types.ts'
import { resolveZoneGuard } from './zone-guard.ts'

type RawZone = RawConfiguration['zones'][string]

interface Surroundings {
  readonly file: string
  readonly views: readonly string[]
  /** For zones that do not say how they are signed. */
  readonly dnssec: DnssecConfiguration
  readonly report: Report
}

/** The zones in order of the file, their paths made absolute from the folder of the configuration. */
export function resolveZones(
  raw: RawConfiguration,
  file: string,
  views: readonly ViewConfiguration[],
  report: Report,
): ZoneConfiguration[] {
  const dnssec = resolveDnssec(raw.dnssec, ['dnssec'], DEFAULT_DNSSEC, report)
  const surroundings = { file, views: views.map((view) => view.name), dnssec, report }
  const seen = new Map<string, string>()
  if (Object.keys(raw.zones).length === 0) {
    const remedy = 'For example: { example.com: { file: example.com.zone } }'
    report.at(['zones'], { found: 'no zone', expected: 'at least one zone', remedy })
  }
  const zones = Object.entries(raw.zones).map(([key, rawZone]) => {
    const zone = resolveZone(key, rawZone, surroundings)
    const first = seen.get(zone.name)
    if (first !== undefined) {
      report.atKey(['zones'], key, {
        found: `the zone ${showFound(key)}, which stands there already as ${showFound(first)}`,
        expected: 'each zone once; letter case and a trailing dot make no difference',
        remedy: 'Merge the two or remove one.',
      })
    }
    seen.set(zone.name, first ?? key)
    return zone
  })
  checkReverseZones(zones, Object.keys(raw.zones), report)
  return zones
}

function resolveZone(key: string, raw: RawZone, surroundings: Surroundings): ZoneConfiguration {
  const path = ['zones', key]
  const apex = canonicalName(accepted(readName(key)))
  const { report } = surroundings
  const fromHere = (name: string) => resolve(dirname(surroundings.file), name)
  for (const [kind, map] of [
    ['overlays', raw.overlays],
    ['hide', raw.hide],
    ['decoys', raw.decoys],
    ['generate', raw.generate],
    ['guard', raw.guard],
  ] as const) {
    for (const view of Object.keys(map ?? {})) checkView([...path, kind], view, raw.views, surroundings)
  }
  for (const [index, view] of (raw.views ?? []).entries()) {
    if (!surroundings.views.includes(view)) {
      report.at([...path, 'views', index], unknownView(view, surroundings.views))
    }
  }
  const dnssec = resolveDnssec(raw.dnssec, [...path, 'dnssec'], surroundings.dnssec, report)
  if (dnssec.kind === 'presigned') refuseDifferences(path, raw, report)
  return {
    name: nameToText(apex),
    apex,
    file: fromHere(raw.file),
    overlays: byView(raw.overlays, fromHere),
    hide: byView(raw.hide, (rules, view) => resolveHide(rules, apex, [...path, 'hide', view], report)),
    views: raw.views,
    dnssec,
    decoys: byView(raw.decoys, (decoys, view) =>
      resolveDecoys(decoys, { apex, dnssec }, [...path, 'decoys', view], report),
    ),
    generate: byView(raw.generate, (ranges, view) =>
      resolveGenerate(ranges, { apex, dnssec }, [...path, 'generate', view], report),
    ),
    guard: byView(raw.guard, (own, view) => {
      const zone = { apex, dnssec, hasDecoys: raw.decoys?.[view] !== undefined }
      return resolveZoneGuard(own, zone, [...path, 'guard', view], report)
    }),
  }
}

/** What is made of the setting of each view. */
function byView<Raw, Value>(
  settings: Readonly<Record<string, Raw>> | undefined,
  resolve: (raw: Raw, view: string) => Value,
): Record<string, Value> {
  return withoutPrototype(Object.entries(settings ?? {}).map(([view, raw]) => [view, resolve(raw, view)]))
}

/** Its signatures cover the zone as a whole: without a record, or with another one, its proofs would be lies. */
function refuseDifferences(path: string[], raw: RawZone, report: Report): void {
  for (const key of ['overlays', 'hide'] as const) {
    if (Object.keys(raw[key] ?? {}).length === 0) continue
    report.atKey(path, key, {
      found: `\`${key}\` of a zone that is presigned`,
      expected: 'the zone as its signer left it, for every view that has it',
      remedy: 'Let Veil sign it (`dnssec: {}`), or sign each variant by itself.',
    })
  }
}

function checkView(path: string[], view: string, own: readonly string[] | undefined, surroundings: Surroundings): void {
  const { views, report } = surroundings
  if (!views.includes(view)) {
    report.atKey(path, view, unknownView(view, views))
  } else if (own !== undefined && !own.includes(view)) {
    report.atKey(path, view, {
      found: `the view ${showFound(view)}, which does not have this zone`,
      expected: `one of the zone's own \`views\`: ${own.join(', ')}`,
      remedy: `Add ${view} to \`views\` of the zone, or remove this line.`,
    })
  }
}

function unknownView(view: string, views: readonly string[]): { found: string; expected: string; remedy: string } {
  const meant = nearest(view, views)
  return {
    found: `the view ${showFound(view)}, which does not exist`,
    expected: `one of ${views.join(', ')}`,
    remedy: meant === undefined ? 'Declare it under `views`.' : `Did you mean ${showFound(meant)}?`,
  }
}

/** A map by view name that knows nothing but its entries, not even `constructor`. */
function withoutPrototype<Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> {
  const map: Record<string, Value> = Object.create(null)
  for (const [key, value] of entries) map[key] = value
  return map
}
