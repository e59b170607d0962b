import type { Detector } from '../../guard/detection/detector.ts'
import { THRESHOLD } from '../../guard/detection/reasons.ts'
import { sumOf } from '../../guard/detection/scoring.ts'
import { isSingleSource, SOURCES } from '../../guard/detection/source-table.ts'
import { prefixText } from '../../guard/detection/source-text.ts'
import type { Incident } from '../../guard/incident.ts'
import type { ZoneRate } from './zone-rates.ts'

/** What is going on now: `dnsctl top`. */
export interface TopReport {
  /** ISO 8601. */
  readonly at: string
  /** Enumeration is looked for; if not, zones, sources and incidents are as they were left. */
  readonly detection: boolean
  /** Answers a second in the last one, counted exactly. */
  readonly verdicts: Readonly<Record<string, number>>
  readonly limited: number
  /** Of the last seconds; estimates where events were thinned out. */
  readonly zones: readonly ZoneRate[]
  readonly sources: readonly SourceReport[]
  readonly incidents: readonly Incident[]
}

/** An incident that goes on, as `dnsctl status` tells of it. */
export type IncidentStatus = Pick<
  Incident,
  'id' | 'kind' | 'zone' | 'view' | 'start' | 'isSpread' | 'absentNames' | 'sourceCount'
>

/** A source that asked for something suspicious. */
export interface SourceReport {
  readonly prefix: string
  readonly zone: string
  readonly view: string
  readonly queries: number
  readonly absentNames: number
  /** Numbers are estimates. */
  readonly isEstimate: boolean
  /** Points for an enumeration, and those at which it is an incident. */
  readonly score: number
  readonly threshold: number
}

/** The sources with the most points, then with the most absent names. `zoneOf` tells what a scope is. */
export function reportSources(
  { sources }: Detector,
  zoneOf: (scope: number) => Pick<ZoneRate, 'zone' | 'view'> | undefined,
  most: number,
): SourceReport[] {
  const { tracks, lengths, scopes } = sources
  const there: { owner: number; score: number }[] = []
  for (let owner = 0; owner < SOURCES; owner++) {
    if (lengths[owner] === 0 || !isSingleSource(sources, owner) || tracks.absentNames[owner] === 0) continue
    there.push({ owner, score: sumOf(tracks.scores, owner, 'enumeration') })
  }
  there.sort((a, b) => b.score - a.score || tracks.absentNames[b.owner]! - tracks.absentNames[a.owner]!)
  return there.slice(0, most).map(({ owner, score }) => ({
    prefix: prefixText(sources, owner),
    ...(zoneOf(scopes[owner]!) ?? { zone: '', view: '' }),
    queries: Math.round(tracks.queries[owner]!),
    absentNames: Math.round(tracks.absentNames[owner]!),
    isEstimate: tracks.thinned[owner] === 1,
    score: Math.round(score * 10) / 10,
    threshold: THRESHOLD.source,
  }))
}
