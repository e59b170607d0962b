import type { Evidence, Incident, IncidentSource } from '../incident.ts'
import { INCIDENT_KINDS } from '../incident.ts'
import type { Detector } from './detector.ts'
import { countDistinct } from './distinct.ts'
import { closeIncident } from './incident-book.ts'
import type { OpenIncident } from './open-incident.ts'
import { REASONS, THRESHOLD } from './reasons.ts'
import { sumOf } from './scoring.ts'
import { isSingleSource, KINDS, SOURCES, type SourceTable } from './source-table.ts'
import { addressText, prefixText } from './source-text.ts'
import { guessTool } from './tool-guess.ts'
import { forgetEvidence } from './tracks.ts'
import { WORD_COUNT } from './word-index.ts'

/** An incident that has something new to tell. */
export interface IncidentChange {
  readonly kind: 'opened' | 'updated' | 'ended'
  readonly incident: Incident
}

/** Nothing was seen for so long: it is over. */
export const QUIET_MS: number = 10 * 60 * 1000
/** How often one incident's news are told. */
const UPDATE_MS = 5000
const SOURCES_TOLD = 20
/** Up to so many names a source's filter tells new ones from old ones reliably. */
const RELIABLE = 128

/** Ends what is over, and tells what is new of the incidents; call it once a second or so. */
export function takeChanges(detector: Detector, now: number): IncidentChange[] {
  const changes: IncidentChange[] = []
  for (const [number, incident] of detector.book.open) {
    if (now - incident.lastSeen >= QUIET_MS) {
      changes.push({ kind: 'ended', incident: { ...tell(detector, incident), end: incident.lastSeen } })
      endIncident(detector, number, now)
    } else if (incident.toldAt === 0 || (incident.isChanged && now - incident.toldAt >= UPDATE_MS)) {
      changes.push({ kind: incident.toldAt === 0 ? 'opened' : 'updated', incident: tell(detector, incident) })
      incident.toldAt = now
      incident.isChanged = false
    }
  }
  return changes
}

/** Whether an incident began that was not told of yet. */
export function hasNews({ book }: Detector): boolean {
  for (const { toldAt } of book.open.values()) if (toldAt === 0) return true
  return false
}

/** What was held against its sources is settled; whoever goes on begins anew, and so does the incident. */
function endIncident(detector: Detector, number: number, now: number): void {
  const { book, sources, zones } = detector
  const incident = book.open.get(number)!
  for (const owner of incident.owners) {
    const mark = owner * KINDS + INCIDENT_KINDS.indexOf(incident.kind)
    if (sources.incidents[mark] === number) sources.incidents[mark] = 0
    forgetEvidence(sources.tracks, owner, now)
  }
  incident.owners.clear()
  incident.toldAt = 0
  const zone = zones.owners.get(incident.scope.id)
  if (zone !== undefined && incident.isSpread) forgetEvidence(zones.tracks, zone, now)
  if (zone !== undefined && incident.kind === 'enumeration') zones.machines[zone] = []
  closeIncident(book, number, now)
}

function tell(detector: Detector, incident: OpenIncident): Incident {
  const { id, kind, scope, start, lastSeen, reopened, isSpread, isThinned } = incident
  const owners = incident.kind === 'flood' ? busiest(detector.sources, scope.id) : [...incident.owners]
  const absent = countDistinct(incident.absentNames)
  const count = Math.round(incident.absentBefore + absent.count)
  const tool = guessTool(incident)
  const told = tellSources(detector.sources, incident, owners)
  const words = incident.words.reduce((sum, word) => sum + popCount(word), 0)
  return {
    ...{ id, kind, zone: scope.zone, view: scope.view, start, lastSeen, reopened, isSpread },
    isProved: isSpread ? isZoneProved(detector, incident) : told.some(({ isProved }) => isProved),
    sources: told,
    sourceCount: { count: owners.length, isEstimate: kind === 'flood' },
    ...(tool === undefined || kind !== 'enumeration' ? {} : { tool }),
    queries: { count: Math.round(incident.queries), isEstimate: isThinned },
    recognisedAfter: { count: Math.round(incident.recognisedAfter), isEstimate: isThinned },
    absentNames: { count, isEstimate: isThinned || absent.isEstimate || incident.absentBefore > RELIABLE },
    wordList: { asked: words, of: WORD_COUNT },
    learned: { names: [...incident.learned], count: countDistinct(incident.learnedCount) },
    score: Math.round(incident.score),
    evidence: [...tellEvidence(incident, words, count), ...tellMachines(detector, incident)],
    measures: [...incident.measures],
  }
}

/** Of a flood nobody knows. */
function isZoneProved({ zones }: Detector, { kind, scope }: OpenIncident): boolean {
  const zone = kind === 'flood' ? undefined : zones.owners.get(scope.id)
  return zone !== undefined && sumOf(zones.tracks.provedScores, zone, kind) >= THRESHOLD.zone
}

function tellSources(table: SourceTable, { kind }: OpenIncident, owners: readonly number[]): IncidentSource[] {
  const { tracks } = table
  const points = new Map(owners.map((owner) => [owner, sumOf(tracks.scores, owner, kind)]))
  const first = [...owners].sort((a, b) => points.get(b)! - points.get(a)!).slice(0, SOURCES_TOLD)
  return first.map((owner) => {
    const isThinned = tracks.thinned[owner] === 1
    const absent = tracks.absentNames[owner]!
    const threshold = isSingleSource(table, owner) ? THRESHOLD.source : THRESHOLD.network
    return {
      address: addressText(table.lastAddresses, owner),
      prefix: prefixText(table, owner),
      isProved: sumOf(tracks.provedScores, owner, kind) >= threshold,
      absentNames: { count: Math.round(absent), isEstimate: isThinned || absent > RELIABLE },
      queries: { count: Math.round(tracks.queries[owner]!), isEstimate: isThinned },
      score: Math.round(points.get(owner)!),
    }
  })
}

function tellEvidence({ kind, points, isSpread, queries }: OpenIncident, words: number, absent: number): Evidence[] {
  if (kind === 'flood') {
    const text = `three of four questions in the zone were for random names that nobody asked for before, ${Math.round(queries)} of them`
    return [{ reason: 'random-names', points: 0, text }]
  }
  const told = REASONS.map(({ key, tell }, reason) => ({
    reason: key,
    points: Math.round(points[reason]!),
    text: tell({ words, absentNames: absent }),
  }))
  const sum = isSpread ? 'taken together: ' : ''
  return told
    .filter((each) => each.points > 0)
    .sort((a, b) => b.points - a.points)
    .map((each) => ({ ...each, text: `${sum}${each.text}` }))
}

/** Who drew the xids of probes in the zone: one machine shows through however many resolvers. */
function tellMachines({ zones }: Detector, { kind, scope }: OpenIncident): Evidence[] {
  const zone = kind === 'enumeration' ? zones.owners.get(scope.id) : undefined
  const machines = zone === undefined ? [] : zones.machines[zone]!
  return machines.map(({ machine, process, sources }) => {
    const through = `${sources.size} ${sources.size === 1 ? 'address' : 'addresses'}`
    const text = `probes were drawn by one program, through ${through}: machine ${machine.toString(16)}, process ${process}`
    return { reason: 'xid', points: 0, text }
  })
}

/** Those in the scope that asked for the most absent names. */
function busiest({ scopes, lengths, tracks }: SourceTable, scope: number): number[] {
  const there: number[] = []
  for (let owner = 0; owner < SOURCES; owner++) {
    if (lengths[owner] !== 0 && scopes[owner] === scope && tracks.absentNames[owner]! > 0) there.push(owner)
  }
  return there.sort((a, b) => tracks.absentNames[b]! - tracks.absentNames[a]!)
}

function popCount(word: number): number {
  let count = 0
  for (let bits = word; bits !== 0; bits &= bits - 1) count++
  return count
}
