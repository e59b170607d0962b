/*
 * Which zone files were sealed when they were last read, in LMDB: ['sealed-file', ZONE, SHA-256 of the path].
 */
import { createHash } from 'node:crypto'
import type { RootDatabase } from 'lmdb'

/** A zone file that was read sealed. */
export interface SealedSighting {
  /** Canonical text of the zone. */
  readonly zone: string
  readonly path: string
  /** Unix time, milliseconds: when it was sealed; 0: it does not say. */
  readonly sealedAt: number
}

/** What is remembered of sealed files beyond the process. */
export interface SealStore {
  all(): SealedSighting[]
  /** Resolves once they are on disk, all of them or none. */
  put(sightings: readonly SealedSighting[]): Promise<void>
  /** From then on a plain file may lie there. Resolves once that is on disk; false: nothing was remembered. */
  forget(zone: string, path: string): Promise<boolean>
}

/** The records in a database that this process alone writes to. */
export function sealRecords(database: RootDatabase<unknown>): SealStore {
  return {
    all: () => [...database.getRange({ start: ['sealed-file'], end: ['sealed-file', LAST] })].map(({ value }) => value as SealedSighting),
    put: async (sightings) => {
      if (sightings.length === 0) return
      await database.transaction(() => {
        for (const sighting of sightings) database.put(keyOf(sighting.zone, sighting.path), sighting)
      })
      // A commit is visible before it is durable.
      await database.flushed
    },
    forget: async (zone, path) => {
      const key = keyOf(zone, path)
      if (database.get(key) === undefined) return false
      await database.remove(key)
      await database.flushed
      return true
    },
  }
}

/** Behind every name in presentation format, which is ASCII. */
const LAST = '\u{ffff}'

/** Paths may be longer than keys of LMDB. */
function keyOf(zone: string, path: string): string[] {
  return ['sealed-file', zone, createHash('sha256').update(path).digest('hex')]
}
