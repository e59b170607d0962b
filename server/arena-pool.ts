/**
 * Shared memory for images, recycled. A buffer that was sent to a worker and dropped here is not freed, for a worker
 * that never allocates never collects; so an arena is allocated once, sent to each worker once, and used again when no
 * worker holds an epoch that reads it:
 *
 *     allocate            publish               publish without it        every worker acknowledged
 *      free ──────► reserved ──────► published ──────────────► waiting(epoch) ──────────────► free
 *                      └──────── discard (a load that failed) ──────────────────────────────────►┘
 */
export interface ArenaPool {
  /** An arena of at least `octets`, reserved for the caller until it is published and released, or discarded. */
  allocate(octets: number): Arena
  /** Memory of an arena that is reserved or published. */
  memory(id: number): SharedArrayBuffer
  /** Gives back arenas that were reserved but never published. */
  discard(ids: Iterable<number>): void
  /** Says that generations from `epoch` on read these no more: they are free once every worker acknowledged it. */
  release(ids: Iterable<number>, epoch: number): void
  /** Sets free what waits for `epoch` or an earlier one: every worker has acknowledged it. */
  reclaim(epoch: number): void
  /**
   * Forgets free arenas, the largest first, while more lies free than is in use and some spare. Answers with their ids;
   * the memory returns to the system once the workers have forgotten them too.
   */
  trim(): number[]
  /** Octets in reserved, published and waiting arenas, and in free ones. */
  usage(): { readonly used: number; readonly free: number }
}

/** Memory for one image: at least the octets asked for, old content and all. */
export interface Arena {
  readonly id: number
  readonly memory: SharedArrayBuffer
}

/** Sizes grow by quarters of a power of two from here on, so an arena is at most a quarter larger than asked for. */
const SMALLEST_OCTETS = 4096
/** Sizes above the right one at which a free arena is looked for, before a new one is made. */
const MAX_CLASSES_ABOVE = 3
/** Octets that may lie free beyond as many as are in use. */
const SPARE_OCTETS = 64 * 1024 * 1024

export function createArenaPool(): ArenaPool {
  const used = new Map<number, Arena>()
  const freeBySize = new Map<number, Arena[]>()
  let waiting: { readonly arena: Arena; readonly epoch: number }[] = []
  let nextId = 1
  const octets = { used: 0, free: 0 }

  function take(id: number): Arena {
    const arena = used.get(id)
    if (arena === undefined) throw new Error(`arena ${id} is not in use`)
    used.delete(id)
    return arena
  }

  function setFree(arena: Arena): void {
    const size = arena.memory.byteLength
    octets.used -= size
    octets.free += size
    const sameSize = freeBySize.get(size)
    if (sameSize === undefined) freeBySize.set(size, [arena])
    else sameSize.push(arena)
  }

  function recycle(smallest: number): Arena | undefined {
    let size = smallest
    for (let step = 0; step <= MAX_CLASSES_ABOVE; step++) {
      const arena = freeBySize.get(size)?.pop()
      if (arena !== undefined) {
        octets.free -= size
        return arena
      }
      size = sizeClass(size + 1)
    }
    return undefined
  }

  return {
    allocate(wanted) {
      const size = sizeClass(wanted)
      const arena = recycle(size) ?? { id: nextId++, memory: new SharedArrayBuffer(size) }
      octets.used += arena.memory.byteLength
      used.set(arena.id, arena)
      return arena
    },
    memory(id) {
      const arena = used.get(id)
      if (arena === undefined) throw new Error(`arena ${id} is not in use`)
      return arena.memory
    },
    discard(ids) {
      for (const id of ids) setFree(take(id))
    },
    release(ids, epoch) {
      for (const id of ids) waiting.push({ arena: take(id), epoch })
    },
    reclaim(epoch) {
      for (const entry of waiting) if (entry.epoch <= epoch) setFree(entry.arena)
      waiting = waiting.filter((entry) => entry.epoch > epoch)
    },
    trim() {
      const forgotten: number[] = []
      for (const size of [...freeBySize.keys()].sort((a, b) => b - a)) {
        const arenas = freeBySize.get(size)!
        while (arenas.length > 0 && octets.free > octets.used + SPARE_OCTETS) {
          octets.free -= size
          forgotten.push(arenas.pop()!.id)
        }
      }
      return forgotten
    },
    usage: () => ({ ...octets }),
  }
}

/** The size of arena for so many octets: 4096, 5120, 6144, 7168, 8192, 10240, … */
function sizeClass(octets: number): number {
  if (octets <= SMALLEST_OCTETS) return SMALLEST_OCTETS
  const quarter = 2 ** Math.floor(Math.log2(octets)) / 4
  return Math.ceil(octets / quarter) * quarter
}
