import { nameToText } from '../../dns/name.ts'
import { INCIDENT_KINDS, type IncidentKind } from '../incident.ts'
import type { QueryEvent } from '../query-event.ts'
import { Verdict } from '../verdict.ts'
import type { Detector } from './detector.ts'
import { addDistinct, spread } from './distinct.ts'
import { foundBy } from './found-names.ts'
import { openIncident } from './incident-book.ts'
import { Look } from './observation.ts'
import { LEARNED_KEPT, type OpenIncident } from './open-incident.ts'
import { LEAST_GUESSES, REASON_COUNT, THRESHOLD } from './reasons.ts'
import type { Scope } from './scope.ts'
import { sumOf } from './scoring.ts'
import { isSingleSource, KINDS, SOURCES } from './source-table.ts'
import type { Tracks } from './tracks.ts'
import { addWord, findWord, WORD_SET_LENGTH } from './word-index.ts'

/** What kind of incident a question is evidence of, by `Look`. */
export const KIND_OF_LOOK: readonly (IncidentKind | undefined)[] = [
  undefined,
  'enumeration',
  'enumeration',
  'flood',
  'reverse-sweep',
  'walk',
  'transfer-attempt',
]

/** Whoever has so many points takes part in what is seen only of the zone as a whole. */
const TAKES_PART = 2
/** How far back what led to an incident may belong to it. */
const LEAD_MS = 3600 * 1000
/** Signs that what is spread goes on: chance gives one now and then. */
const SPREAD_PULSE = 5

/** Opens an incident, or lets the owner take part in the one there is, where its points pass the threshold. */
export function openForSource(detector: Detector, owner: number, event: QueryEvent, scope: Scope): void {
  openAbove(detector, { owner, threshold: THRESHOLD.source }, event, scope)
}

/** As `openForSource`, for a network of sources, none of which is known yet. */
export function openForNetwork(detector: Detector, owner: number, event: QueryEvent, scope: Scope): void {
  openAbove(detector, { owner, threshold: THRESHOLD.network }, event, scope)
}

/** Opens an incident that only shows in the zone as a whole, where its points pass the threshold. */
export function openForZone(detector: Detector, zone: number, event: QueryEvent, scope: Scope): void {
  const { book, zones, sources, seen } = detector
  const kind = KIND_OF_LOOK[seen.look]
  if (kind === undefined || kind === 'flood' || sumOf(zones.tracks.scores, zone, kind) < THRESHOLD.zone) return
  const opened = openIncident(book, { kind, scope, isSpread: true }, event.at)
  if (opened === undefined) return
  const [number, incident] = opened
  if (incident.owners.size === 0) {
    for (let owner = 0; owner < SOURCES; owner++) {
      const isThere = sources.scopes[owner] === scope.id && isSingleSource(sources, owner)
      if (isThere && takesPart(detector, owner, kind)) join(detector, owner, number, event.at)
    }
  }
  if (incident.recognisedAfter === 0) incident.recognisedAfter = Math.max(1, incident.queries)
  noteSpread(detector, zone, number, event)
}

/** Opens the incident of a flood, or notes that it goes on. */
export function openFlood(detector: Detector, event: QueryEvent, scope: Scope): void {
  const opened = openIncident(detector.book, { kind: 'flood', scope, isSpread: true }, event.at)
  if (opened === undefined) return
  const [, incident] = opened
  incident.queries += event.weight
  incident.isThinned ||= event.weight > 1
  addDistinct(incident.absentNames, detector.seen.nameHash)
  incident.lastSeen = event.at
  incident.isChanged = true
}

/** Whether a source is known, by itself, for what it asks now. */
export function isKnownFor({ sources, book }: Detector, owner: number, kind: IncidentKind): boolean {
  if (owner < 0) return false
  const number = sources.incidents[owner * KINDS + INCIDENT_KINDS.indexOf(kind)]!
  return number !== 0 && book.open.get(number)?.isSpread === false
}

/** Counts a question of somebody who takes part in incidents into each of them. */
export function noteParticipation(detector: Detector, owner: number, event: QueryEvent, isEvidence: boolean): void {
  const { sources, book, seen } = detector
  for (let kind = 0; kind < KINDS; kind++) {
    const number = sources.incidents[owner * KINDS + kind]!
    const incident = number === 0 ? undefined : book.open.get(number)
    if (incident === undefined) continue
    incident.queries += event.weight
    incident.isThinned ||= event.weight > 1
    incident.isChanged = true
    if (exists(event.verdict)) learn(incident, event)
    if (KIND_OF_LOOK[seen.look] !== incident.kind) continue
    if (isEvidence) noteAbsent(detector, incident)
    if (incident.isSpread) continue
    incident.lastSeen = event.at
    keepBest(incident, sources.tracks, owner)
  }
}

function openAbove(
  detector: Detector,
  { owner, threshold }: { readonly owner: number; readonly threshold: number },
  event: QueryEvent,
  scope: Scope,
): void {
  const { book, sources, seen } = detector
  const kind = KIND_OF_LOOK[seen.look]
  if (kind === undefined || sumOf(sources.tracks.scores, owner, kind) < threshold) return
  if (kind === 'enumeration' && sources.tracks.guesses[owner]! < LEAST_GUESSES) return
  const opened = openIncident(book, { kind, scope, isSpread: false }, event.at)
  if (opened === undefined) return
  const [number, incident] = opened
  incident.lastSeen = event.at
  keepBest(incident, sources.tracks, owner)
  if (join(detector, owner, number, event.at)) forgive(detector, owner, scope)
  if (incident.recognisedAfter === 0) incident.recognisedAfter = incident.queries
}

/** The owner takes part from now on, with all that it brought so far; false: it did already. */
function join(detector: Detector, owner: number, number: number, now: number): boolean {
  const { sources, book, found } = detector
  const incident = book.open.get(number)!
  const mark = owner * KINDS + INCIDENT_KINDS.indexOf(incident.kind)
  if (sources.incidents[mark] === number) return false
  const { tracks } = sources
  sources.incidents[mark] = number
  incident.owners.add(owner)
  incident.queries += tracks.queries[owner]!
  incident.absentBefore += tracks.absentNames[owner]!
  incident.isThinned ||= tracks.thinned[owner] === 1
  incident.isChanged = true
  const since = Math.max(tracks.firstAt[owner]!, now - LEAD_MS)
  if (since < incident.start) incident.start = since
  for (let at = 0; at < WORD_SET_LENGTH; at++) incident.words[at]! |= tracks.words[owner * WORD_SET_LENGTH + at]!
  const bits = sources.lengths[owner]!
  const prefix = sources.addresses.subarray(owner * 16, owner * 16 + 16)
  for (const name of foundBy(found, incident.scope.id, prefix, bits)) {
    if (!incident.isSpread || isGuessable(name)) learnName(incident, name)
  }
  return true
}

/** Whether the source has brought anything, and is not known by itself for it. */
function takesPart({ sources }: Detector, owner: number, kind: IncidentKind): boolean {
  if (owner < 0 || sources.incidents[owner * KINDS + INCIDENT_KINDS.indexOf(kind)] !== 0) return false
  return sumOf(sources.tracks.scores, owner, kind) >= TAKES_PART
}

/** What the owner brought is accounted for: the zone as a whole is judged by what others ask. */
function forgive({ sources, zones }: Detector, owner: number, scope: Scope): void {
  const zone = zones.owners.get(scope.id)
  if (zone === undefined) return
  for (let reason = 0; reason < REASON_COUNT; reason++) {
    const at = zone * REASON_COUNT + reason
    const points = sources.tracks.scores[owner * REASON_COUNT + reason]!
    zones.tracks.scores[at] = Math.max(0, zones.tracks.scores[at]! - points)
  }
  zones.tracks.shapes[zone] = 0
  zones.tracks.habits[zone] = 0
}

/** One more sign of what is spread; who asked takes part, if it is not for the first time. */
function noteSpread(detector: Detector, zone: number, number: number, event: QueryEvent): void {
  const { book, zones, seen } = detector
  const incident = book.open.get(number)!
  if (takesPart(detector, detector.source, incident.kind)) join(detector, detector.source, number, event.at)
  if (seen.word >= 0) addWord(incident.words, 0, seen.word)
  keepBest(incident, zones.tracks, zone)
  if (seen.look === Look.Guess && seen.word < 0) return
  if (++incident.pulse < SPREAD_PULSE) return
  incident.pulse = 0
  incident.lastSeen = event.at
}

function keepBest(incident: OpenIncident, tracks: Tracks, owner: number): void {
  incident.shapes |= tracks.shapes[owner]!
  incident.habits |= tracks.habits[owner]!
  const score = sumOf(tracks.scores, owner, incident.kind)
  if (score < incident.score) return
  incident.score = score
  incident.points.set(tracks.scores.subarray(owner * REASON_COUNT, (owner + 1) * REASON_COUNT))
}

function noteAbsent({ seen }: Detector, incident: OpenIncident): void {
  if (seen.look !== Look.Transfer) addDistinct(incident.absentNames, seen.nameHash)
  if (seen.look === Look.Guess && seen.word >= 0) addWord(incident.words, 0, seen.word)
}

function exists(verdict: Verdict): boolean {
  return verdict === Verdict.Found || verdict === Verdict.Nodata || verdict === Verdict.Referral
}

/** Through a resolver come everybody's questions: of those only what a guess might have found counts as learned. */
function learn(incident: OpenIncident, { name }: QueryEvent): void {
  if (incident.isSpread && findWord(name, 1, name[0]!) < 0) return
  learnName(incident, nameToText(name))
}

function isGuessable(name: string): boolean {
  const octets = Uint8Array.from(name.split('.')[0]!, (character) => character.charCodeAt(0))
  return findWord(octets, 0, octets.length) >= 0
}

function learnName(incident: OpenIncident, name: string): void {
  let hash = 0
  for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0
  addDistinct(incident.learnedCount, spread(hash))
  if (incident.learned.size < LEARNED_KEPT) incident.learned.add(name)
}
