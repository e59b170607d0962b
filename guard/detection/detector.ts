import { type QueryEvent, Trait } from '../query-event.ts'
import { Verdict } from '../verdict.ts'
import { createFoundNames, type FoundNames, noteFound } from './found-names.ts'
import { createIncidentBook, type IncidentBook } from './incident-book.ts'
import {
  isKnownFor,
  KIND_OF_LOOK,
  noteParticipation,
  openFlood,
  openForNetwork,
  openForSource,
  openForZone,
} from './incident-making.ts'
import { createObservation, Look, type Observation, observeQuestion } from './observation.ts'
import type { Scope } from './scope.ts'
import { scoreQuestion } from './scoring.ts'
import {
  createSourceTable,
  findSource,
  NETWORK_BITS,
  prefixBits,
  SOURCE_BITS,
  type SourceTable,
  takeSource,
} from './source-table.ts'
import { tracksOctets } from './tracks.ts'
import { createZoneTable, findZone, noteMachine, scoreFlood, takeZone, type ZoneTable } from './zone-table.ts'

/**
 * Finds out who enumerates, from one question after the other. A sequential test (CUSUM) runs for each source, for each
 * network of sources, and for each zone as a whole: see reasons.ts for what counts. Its memory is fixed.
 */
export interface Detector {
  readonly sources: SourceTable
  readonly zones: ZoneTable
  readonly found: FoundNames
  readonly book: IncidentBook
  /** The question that is being looked at, and the place of who asked it in the table of sources, -1: none. */
  readonly seen: Observation
  source: number
}

/** A detector that has seen nothing. `nextId` gives the name of an incident that begins now. */
export function createDetector(seed: number, nextId: (now: number) => string): Detector {
  return {
    sources: createSourceTable(seed),
    zones: createZoneTable(),
    found: createFoundNames(),
    book: createIncidentBook(nextId),
    seen: createObservation(),
    source: -1,
  }
}

/** Takes a question in. `scope` is the zone as the view has it that answered; questions outside any zone say nothing. */
export function detect(detector: Detector, event: QueryEvent, scope: Scope): void {
  const { seen, sources } = detector
  observeQuestion(event, scope, seen)
  if (isLearned(event, scope)) {
    noteFound(detector.found, scope.id, event.source, event.name.subarray(0, event.nameLength))
  }
  const source = ownerOf(detector, event, scope, prefixBits(event.source, SOURCE_BITS))
  detector.source = source
  const isEvidence = source >= 0 && scoreQuestion(sources.tracks, source, seen, event)
  noteAddress(detector, source, event)
  if (source >= 0) noteParticipation(detector, source, event, isEvidence)
  const kind = KIND_OF_LOOK[seen.look] ?? 'enumeration'
  if (isEvidence && !isKnownFor(detector, source, kind)) openForSource(detector, source, event, scope)
  // What one source is known for is not held against its neighbours, nor against those who ask in the same zone.
  if (isKnownFor(detector, source, kind)) return
  detectNetwork(detector, event, scope)
  detectInZone(detector, event, scope)
}

/** Whether the answer shows that the name is there. Below a delegation any name is answered by a referral. */
function isLearned({ verdict, name, nameLength }: QueryEvent, scope: Scope): boolean {
  if (verdict === Verdict.Referral) return scope.labelsBelowEncloser(name, nameLength) === 0
  return verdict === Verdict.Found || verdict === Verdict.Nodata
}

/** Octets that the tables take, whoever asks whatever. */
export function detectorOctets({ sources, zones, found }: Detector): number {
  const { tracks, seed: _, ...arrays } = sources
  const octets = (parts: readonly ArrayBufferView[]) => parts.reduce((sum, part) => sum + part.byteLength, 0)
  const own = [...Object.values(arrays), zones.scopes, zones.floods, found.names, found.addresses, found.scopes]
  return tracksOctets(tracks) + tracksOctets(zones.tracks) + octets(own)
}

/**
 * Remembers who of a prefix it was that asked what may matter. An address that is not proved, and may be a neighbour's, never
 * takes the place of one that is: what was proved is told of the address that is told.
 */
function noteAddress({ sources, seen }: Detector, owner: number, { source, traits }: QueryEvent): void {
  if (owner < 0 || seen.look === Look.Ordinary) return
  const isProved = (traits & Trait.Proved) !== 0
  if (!isProved && sources.areAddressesProved[owner] === 1) return
  sources.lastAddresses.set(source, owner * 16)
  sources.areAddressesProved[owner] = isProved ? 1 : 0
}

function detectNetwork(detector: Detector, event: QueryEvent, scope: Scope): void {
  const { seen, sources } = detector
  if (seen.look === Look.Random || seen.look === Look.Transfer) return
  const network = ownerOf(detector, event, scope, prefixBits(event.source, NETWORK_BITS))
  if (network < 0) return
  noteAddress(detector, network, event)
  const isEvidence = scoreQuestion(sources.tracks, network, seen, event)
  noteParticipation(detector, network, event, isEvidence)
  if (isEvidence) openForNetwork(detector, network, event, scope)
}

function detectInZone(detector: Detector, event: QueryEvent, scope: Scope): void {
  const { seen, zones } = detector
  const zone = seen.look === Look.Ordinary ? findZone(zones, scope.id) : takeZone(zones, scope.id, event.at)
  if (zone < 0) return
  noteMachine(zones, zone, seen, event)
  const isEvidence = scoreQuestion(zones.tracks, zone, seen, event)
  if (scoreFlood(zones, zone, seen, { isNew: isEvidence, weight: event.weight })) openFlood(detector, event, scope)
  if (isEvidence) openForZone(detector, zone, event, scope)
}

/** The place of the prefix in the table of sources; who asks ordinary questions gets none for that. */
function ownerOf({ sources, seen }: Detector, event: QueryEvent, scope: Scope, bits: number): number {
  if (seen.look === Look.Ordinary) return findSource(sources, event.source, bits, scope.id)
  return takeSource(sources, event.source, bits, { scope: scope.id, now: event.at })
}
