/*
 * What is remembered of files that were sealed, so that nobody puts a plain one, or one of before, into their place unseen.
 */
import type { SealedSighting } from '../state/seal-records.ts'

/** What a load knows of sealed files, and what it sees. */
export interface SealMemory {
  /** How the file was read last; undefined: it was not sealed then. */
  find(zone: string, path: string): SealedSighting | undefined
  note(sighting: SealedSighting): void
}

/** A memory of what was seen before; what is seen is added to `seen`. */
export function sealMemory(known: readonly SealedSighting[], seen: SealedSighting[] = []): SealMemory {
  const byFile = new Map(known.map((sighting) => [fileOf(sighting), sighting]))
  return {
    find: (zone, path) => byFile.get(fileOf({ zone, path })),
    note: (sighting) => void seen.push(sighting),
  }
}

/** Of what was seen, what is new, and with it what was put back: sealed before one that was read already. */
export function compareSeals(
  known: readonly SealedSighting[],
  seen: readonly SealedSighting[],
): { changed: SealedSighting[]; older: { now: SealedSighting; before: SealedSighting }[] } {
  const before = new Map(known.map((sighting) => [fileOf(sighting), sighting]))
  const now = [...new Map(seen.map((sighting) => [fileOf(sighting), sighting])).values()]
  return {
    changed: now.filter((sighting) => before.get(fileOf(sighting))?.sealedAt !== sighting.sealedAt),
    older: now.flatMap((sighting) => {
      const last = before.get(fileOf(sighting))
      return last !== undefined && sighting.sealedAt < last.sealedAt ? [{ now: sighting, before: last }] : []
    }),
  }
}

function fileOf({ zone, path }: Pick<SealedSighting, 'zone' | 'path'>): string {
  return `${zone} ${path}`
}
