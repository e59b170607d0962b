import { Type } from '../../dns/constants.ts'
import type { IncidentKind } from '../incident.ts'
import { type QueryEvent, Trait } from '../query-event.ts'
import { Verdict } from '../verdict.ts'
import { Look, type Observation } from './observation.ts'
import { HALF_LIFE_MS, REASON_COUNT, REASONS, Reason } from './reasons.ts'
import { isNewName } from './seen-names.ts'
import { forgetWords, Habit, ORDERED, type Tracks } from './tracks.ts'
import { addWord, isOftenAsked, WORD_SET_LENGTH } from './word-index.ts'

/** Whether a question was evidence, of a flood if of nothing else: then its owner may have passed a threshold. */
export type IsEvidence = boolean

/**
 * Adds one question to what is held for or against its owner. The weight of an event only moves what is counted: if it
 * moved points, one question that stands for a thousand would decide alone. Allocates nothing.
 */
export function scoreQuestion(tracks: Tracks, owner: number, seen: Observation, event: QueryEvent): IsEvidence {
  note(tracks, owner, event)
  switch (seen.look) {
    case Look.Ordinary:
      return lose(tracks, owner, 1)
    case Look.Guess:
      return scoreGuess(tracks, owner, seen, event)
    case Look.Probe:
      return scoreProbe(tracks, owner, seen, event)
    case Look.Random:
      return noteRandom(tracks, owner, seen, event)
    case Look.Reverse:
      return scoreAddress(tracks, owner, seen, event)
    case Look.Walk:
      if (!isNewName(tracks.names, owner, seen.nameHash ^ event.type)) return false
      return gainOf(tracks, owner, Reason.Walk, event)
    case Look.Transfer:
      return gainOf(tracks, owner, Reason.Transfer, event)
  }
}

/** The sum of points for one kind of incident; `scores` are all, or those of proved questions. */
export function sumOf(scores: Float32Array, owner: number, kind: IncidentKind): number {
  let sum = 0
  for (let reason = 0; reason < REASON_COUNT; reason++) {
    if (REASONS[reason]!.kind === kind) sum += scores[owner * REASON_COUNT + reason]!
  }
  return sum
}

/** Below so many points a set of words is old after one half-life, and starts anew. */
const FEW_POINTS = 5

function note(tracks: Tracks, owner: number, event: QueryEvent): void {
  const elapsed = event.at - tracks.lastAt[owner]!
  tracks.queries[owner]! += event.weight
  if (event.weight > 1) tracks.thinned[owner] = 1
  tracks.habits[owner]! |= (event.traits & Trait.RecursionDesired) !== 0 ? Habit.Recursion : Habit.NoRecursion
  if ((event.traits & Trait.DnssecOk) !== 0) tracks.habits[owner]! |= Habit.Dnssec
  // A little at a time would be lost in the rounding.
  if (elapsed < 1000) return
  tracks.lastAt[owner] = event.at
  const kept = 2 ** (-elapsed / HALF_LIFE_MS)
  for (let at = owner * REASON_COUNT; at < (owner + 1) * REASON_COUNT; at++) {
    tracks.scores[at]! *= kept
    tracks.provedScores[at]! *= kept
  }
  const areOld = event.at - tracks.wordsSince[owner]! > HALF_LIFE_MS
  if (areOld && tracks.scores[owner * REASON_COUNT + Reason.Word]! < FEW_POINTS) forgetWords(tracks, owner, event.at)
}

/** Points for a word that people ask for who guess nothing. */
const OFTEN_ASKED_GAIN = 0.75
/** How much more a name that is asked again and again counts for its zone than one ordinary question. */
const REPEATED = 5

function scoreGuess(tracks: Tracks, owner: number, seen: Observation, event: QueryEvent): IsEvidence {
  noteType(tracks, owner, event.type)
  const isOdd = event.type === Type.CNAME || event.type === Type.ANY
  const isListed = seen.word >= 0
  const isNew = isListed
    ? addWord(tracks.words, owner * WORD_SET_LENGTH, seen.word)
    : isNewName(tracks.names, owner, seen.nameHash)
  if (!isNew) {
    if (!isRecent(tracks, owner, seen.nameHash)) return lose(tracks, owner, tracks.areZones ? REPEATED : 1)
    if ((event.traits & Trait.Proved) !== 0) proveAgain(tracks, owner, seen)
    return isOdd && scoreOddType(tracks, owner, event)
  }
  remember(tracks, owner, seen.nameHash)
  tracks.guesses[owner]!++
  tracks.absentNames[owner]! += event.weight
  if (isListed) {
    tracks.wordCounts[owner]!++
    add(tracks, owner * REASON_COUNT + Reason.Word, event, isOftenAsked(seen.word) ? OFTEN_ASKED_GAIN : 1)
  }
  gainOf(tracks, owner, Reason.Novelty, event)
  if (seen.isNumber) gainOf(tracks, owner, Reason.Number, event)
  if (seen.isCompound) gainOf(tracks, owner, Reason.Compound, event)
  if (isNextInSeries(tracks, owner, seen)) gainOf(tracks, owner, Reason.Series, event)
  if ((event.traits & Trait.RecursionDesired) !== 0) gainOf(tracks, owner, Reason.Recursion, event)
  if (isOdd) scoreOddType(tracks, owner, event)
  scoreOrder(tracks, owner, seen.order, event)
  return true
}

/** Whoever is sent to TCP asks there for the same: that proves what its guess has counted already, and no more. */
function proveAgain({ scores, provedScores }: Tracks, owner: number, { word }: Observation): void {
  const points = word < 0 ? 0 : isOftenAsked(word) ? OFTEN_ASKED_GAIN : 1
  prove(owner * REASON_COUNT + Reason.Word, points)
  prove(owner * REASON_COUNT + Reason.Novelty, REASONS[Reason.Novelty]!.gain)

  function prove(at: number, more: number): void {
    provedScores[at] = Math.min(scores[at]!, provedScores[at]! + more)
  }
}

/** As good as another guess: whoever asks three types of each name gets to fewer names. */
function scoreOddType(tracks: Tracks, owner: number, event: QueryEvent): IsEvidence {
  tracks.guesses[owner]!++
  return gainOf(tracks, owner, Reason.Type, event)
}

function noteType(tracks: Tracks, owner: number, type: number): void {
  if (type === Type.A) tracks.habits[owner]! |= Habit.A
  else if (type === Type.AAAA) tracks.habits[owner]! |= Habit.Aaaa
  else tracks.habits[owner]! |= type === Type.CNAME ? Habit.Cname : Habit.Any
}

/** Steps between numbers that are still counting. */
const COUNTING = 3

function isNextInSeries(tracks: Tracks, owner: number, seen: Observation): boolean {
  if (seen.number < 0 || seen.isNumber) return false
  const step = Math.abs(seen.number - tracks.numbers[owner]!)
  const isNext = tracks.stems[owner] === seen.stem && step >= 1 && step <= COUNTING
  tracks.stems[owner] = seen.stem
  tracks.numbers[owner] = seen.number
  return isNext
}

/** In random order half of the guesses come behind the one they are compared with: that must cost more than it gains. */
const DISORDER = 1
/** Points that chance hardly ever gives. */
const SORTED = 10

function scoreOrder(tracks: Tracks, owner: number, order: number, event: QueryEvent): void {
  const slot = owner * ORDERED + (tracks.orderedCounts[owner]! % ORDERED)
  const before = tracks.ordered[slot]!
  tracks.ordered[slot] = order
  if (++tracks.orderedCounts[owner]! <= ORDERED) return
  if (order > before) gainOf(tracks, owner, Reason.Order, event)
  else takeAway(tracks, owner, Reason.Order, DISORDER)
  if (tracks.scores[owner * REASON_COUNT + Reason.Order]! >= SORTED) tracks.habits[owner]! |= Habit.Sorted
}

/** It says nothing of guessing, nor against it: a flood must not hide an enumeration. */
function noteRandom(tracks: Tracks, owner: number, seen: Observation, event: QueryEvent): IsEvidence {
  tracks.shapes[owner]! |= 1 << seen.shape
  loseOf(tracks, owner, Reason.Novelty, 1)
  if (!isNewName(tracks.names, owner, seen.nameHash)) return false
  tracks.absentNames[owner]! += event.weight
  return true
}

function scoreProbe(tracks: Tracks, owner: number, seen: Observation, event: QueryEvent): IsEvidence {
  if (!isNewName(tracks.names, owner, seen.nameHash)) return false
  tracks.absentNames[owner]! += event.weight
  tracks.shapes[owner]! |= 1 << seen.shape
  return gainOf(tracks, owner, Reason.Probe, event)
}

/** Addresses this near to one of the last ones are the next ones. */
const NEAR = 4

function scoreAddress(tracks: Tracks, owner: number, seen: Observation, event: QueryEvent): IsEvidence {
  if (!isNewName(tracks.names, owner, seen.nameHash)) return lose(tracks, owner, 1)
  if (event.verdict === Verdict.Absent) tracks.absentNames[owner]! += event.weight
  const base = owner * ORDERED
  const count = Math.min(ORDERED, tracks.orderedCounts[owner]!)
  let isNear = false
  for (let index = base; index < base + count; index++) {
    if (Math.abs(tracks.ordered[index]! - seen.address) <= NEAR) isNear = true
  }
  tracks.ordered[base + (tracks.orderedCounts[owner]!++ % ORDERED)] = seen.address
  return isNear ? gainOf(tracks, owner, Reason.Sweep, event) : lose(tracks, owner, 1)
}

function isRecent({ recent, recentLength }: Tracks, owner: number, hash: number): boolean {
  const base = owner * recentLength
  for (let at = base; at < base + recentLength; at++) if (recent[at] === hash) return true
  return false
}

function remember({ recent, recentLength, recentCounts }: Tracks, owner: number, hash: number): void {
  recent[owner * recentLength + (recentCounts[owner]!++ % recentLength)] = hash
}

function gainOf(tracks: Tracks, owner: number, reason: Reason, event: QueryEvent): IsEvidence {
  return add(tracks, owner * REASON_COUNT + reason, event, REASONS[reason]!.gain)
}

function add(tracks: Tracks, at: number, event: QueryEvent, points: number): IsEvidence {
  const { most, zoneMost } = REASONS[at % REASON_COUNT]!
  const limit = tracks.areZones ? zoneMost : most
  tracks.scores[at] = Math.min(limit, tracks.scores[at]! + points)
  if ((event.traits & Trait.Proved) !== 0) {
    tracks.provedScores[at] = Math.min(limit, tracks.provedScores[at]! + points)
  }
  return true
}

function lose(tracks: Tracks, owner: number, times: number): IsEvidence {
  for (let reason = 0; reason < REASON_COUNT; reason++) loseOf(tracks, owner, reason as Reason, times)
  return false
}

function loseOf(tracks: Tracks, owner: number, reason: Reason, times: number): IsEvidence {
  const { drift, zoneDrift } = REASONS[reason]!
  takeAway(tracks, owner, reason, (tracks.areZones ? zoneDrift : drift) * times)
  return false
}

function takeAway({ scores, provedScores }: Tracks, owner: number, reason: Reason, points: number): void {
  const at = owner * REASON_COUNT + reason
  scores[at] = Math.max(0, scores[at]! - points)
  provedScores[at] = Math.max(0, provedScores[at]! - points)
}
