import { LabelShape } from '../label-shape.ts'
import type { QueryEvent } from '../query-event.ts'
import { Look, type Observation } from './observation.ts'
import { REASON_COUNT } from './reasons.ts'
import { createTracks, forgetOwner, type Tracks } from './tracks.ts'
import { decodeXid, type Xid } from './xid.ts'

/** Zones in which something absent was asked for: as many as there is room for, in place of those least suspicious. */
export interface ZoneTable {
  readonly tracks: Tracks
  /** Owner by scope, and scope by owner, -1: free. */
  readonly owners: Map<number, number>
  readonly scopes: Int32Array
  /** Points for a flood of random names. */
  readonly floods: Float64Array
  /** Machines that drew the xids of probes, by owner: each with the prefixes' hashes that they came through. */
  readonly machines: Machine[][]
}

/** A machine that shows in xids. */
export interface Machine {
  readonly machine: number
  readonly process: number
  /** Hashes of addresses, at most `SOURCES_KEPT`. */
  readonly sources: Set<number>
}

export const ZONES = 256
const MACHINES_KEPT = 8
const SOURCES_KEPT = 64

/**
 * A random name counts 1, what shows that others ask too so much against it: a flood is three quarters of all questions. A
 * name that might be a word says nothing here, for short random ones look like that.
 */
const FLOOD_DRIFT = 3
/** Points at which it is one, and above which nothing is added, so that its end shows. */
const FLOOD_THRESHOLD = 1000
const FLOOD_MOST = 2000

/** A clock may be wrong by so many seconds, and an xid still be one. */
const XID_SLACK = 2 * 86_400

/** An empty table. */
export function createZoneTable(): ZoneTable {
  return {
    tracks: createTracks({ owners: ZONES, areZones: true, nameWords: 1024, recentLength: 64 }),
    owners: new Map(),
    scopes: new Int32Array(ZONES).fill(-1),
    floods: new Float64Array(ZONES),
    machines: Array.from({ length: ZONES }, () => []),
  }
}

/** The owner for the scope, where there is one; -1 otherwise. */
export function findZone({ owners }: ZoneTable, scope: number): number {
  return owners.get(scope) ?? -1
}

/** As `findZone`, but makes one where there is none, in place of the one with the least points. */
export function takeZone(table: ZoneTable, scope: number, now: number): number {
  const found = table.owners.get(scope)
  if (found !== undefined) return found
  let least = 0
  for (let owner = 0; owner < ZONES; owner++) if (worthOf(table, owner) < worthOf(table, least)) least = owner
  table.owners.delete(table.scopes[least]!)
  table.owners.set(scope, least)
  table.scopes[least] = scope
  table.floods[least] = 0
  table.machines[least] = []
  forgetOwner(table.tracks, least, now)
  return least
}

/**
 * A question that stands for others counts as so many of them at most. It has to count for more than one: in a flood, what is
 * absent is told by a smaller share than what exists. Shares are the same in all zones, though, and nobody's few random
 * names are to look like a flood because another zone has one.
 */
const MOST_WEIGHT = 8

/** Whether this question, of the given weight, makes a flood of what is asked in the zone, or keeps it one. */
export function scoreFlood(
  { floods }: ZoneTable,
  owner: number,
  seen: Observation,
  { isNew, weight }: { readonly isNew: boolean; readonly weight: number },
): boolean {
  if (seen.look === Look.Guess && seen.word < 0 && isNew) return false
  const isDrop = seen.look === Look.Random && isNew
  const times = Math.min(weight, MOST_WEIGHT)
  floods[owner] = isDrop
    ? Math.min(FLOOD_MOST, floods[owner]! + times)
    : Math.max(0, floods[owner]! - FLOOD_DRIFT * times)
  return isDrop && floods[owner]! >= FLOOD_THRESHOLD
}

/** Remembers the machine that drew a probe's label, where that is an xid of these days. */
export function noteMachine({ machines }: ZoneTable, owner: number, seen: Observation, event: QueryEvent): void {
  if (seen.look !== Look.Probe || seen.shape !== LabelShape.Xid) return
  const xid = decodeXid(event.name, 1)
  if (Math.abs(xid.time - event.at / 1000) > XID_SLACK) return
  const known = machines[owner]!
  const machine = known.find((each) => isSameMachine(each, xid)) ?? addMachine(known, xid)
  if (machine.sources.size < SOURCES_KEPT) machine.sources.add(hashOf(event.source))
}

function isSameMachine(machine: Machine, xid: Xid): boolean {
  return machine.machine === xid.machine && machine.process === xid.process
}

function addMachine(known: Machine[], { machine, process }: Xid): Machine {
  const added = { machine, process, sources: new Set<number>() }
  known.unshift(added)
  known.length = Math.min(known.length, MACHINES_KEPT)
  return added
}

function hashOf(address: Uint8Array): number {
  let hash = 0
  for (const octet of address) hash = (Math.imul(hash, 31) + octet) | 0
  return hash
}

function worthOf({ tracks, scopes, floods }: ZoneTable, owner: number): number {
  if (scopes[owner] === -1) return -1
  let points = floods[owner]!
  for (let at = owner * REASON_COUNT; at < (owner + 1) * REASON_COUNT; at++) points += tracks.scores[at]!
  return points
}
