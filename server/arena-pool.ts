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
   * Forgets free arenas, the largest first, while more lies free than is in use and some spare. Returns their ids;
   * the memory returns to the system once the workers have forgotten them too.
   */
  trim(): number[]
  /** Overwrites and forgets all that lies free. Only while no worker is left that was sent any of it. */
  wipe(): void
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

interface PoolState {
  /** Reserved and published. */
  readonly used: Map<number, Arena>
  waiting: { readonly arena: Arena; readonly epoch: number }[]
  readonly freeBySize: Map<number, Arena[]>
  readonly octets: { used: number; free: number }
  nextId: number
}

/** A pool without arenas. */
export function createArenaPool(): ArenaPool {
  const state: PoolState = {
    used: new Map(),
    waiting: [],
    freeBySize: new Map(),
    octets: { used: 0, free: 0 },
    nextId: 1,
  }
  return {
    allocate: (octets) => allocate(state, octets),
    memory: (id) => find(state, id).memory,
    discard: (ids) => {
      for (const id of ids) setFree(state, take(state, id))
    },
    release: (ids, epoch) => {
      for (const id of ids) state.waiting.push({ arena: take(state, id), epoch })
    },
    reclaim: (epoch) => reclaim(state, epoch),
    trim: () => trim(state),
    wipe: () => {
      for (const arenas of state.freeBySize.values()) for (const { memory } of arenas) new Uint8Array(memory).fill(0)
      state.freeBySize.clear()
      state.octets.free = 0
    },
    usage: () => ({ ...state.octets }),
  }
}

function allocate(state: PoolState, octets: number): Arena {
  const size = sizeClass(octets)
  const arena = recycle(state, size) ?? { id: state.nextId++, memory: new SharedArrayBuffer(size) }
  state.octets.used += arena.memory.byteLength
  state.used.set(arena.id, arena)
  return arena
}

/** A free arena of that size or a little more. */
function recycle(state: PoolState, smallest: number): Arena | undefined {
  let size = smallest
  for (let step = 0; step <= MAX_CLASSES_ABOVE; step++) {
    const arena = state.freeBySize.get(size)?.pop()
    if (arena !== undefined) {
      state.octets.free -= size
      return arena
    }
    size = sizeClass(size + 1)
  }
  return undefined
}

function reclaim(state: PoolState, epoch: number): void {
  for (const entry of state.waiting) if (entry.epoch <= epoch) setFree(state, entry.arena)
  state.waiting = state.waiting.filter((entry) => entry.epoch > epoch)
}

function trim({ freeBySize, octets }: PoolState): number[] {
  const forgotten: number[] = []
  for (const size of [...freeBySize.keys()].sort((a, b) => b - a)) {
    const arenas = freeBySize.get(size)!
    while (arenas.length > 0 && octets.free > octets.used + SPARE_OCTETS) {
      octets.free -= size
      forgotten.push(arenas.pop()!.id)
    }
  }
  return forgotten
}

function setFree({ freeBySize, octets }: PoolState, arena: Arena): void {
  const size = arena.memory.byteLength
  octets.used -= size
  octets.free += size
  const sameSize = freeBySize.get(size)
  if (sameSize === undefined) freeBySize.set(size, [arena])
  else sameSize.push(arena)
}

/** Takes an arena out of those in use. Throws where it is not among them, for that is a bug. */
function take(state: PoolState, id: number): Arena {
  const arena = find(state, id)
  state.used.delete(id)
  return arena
}

function find({ used }: PoolState, id: number): Arena {
  const arena = used.get(id)
  if (arena === undefined) throw new Error(`arena ${id} is not in use`)
  return arena
}

/** The size of arena for so many octets: 4096, 5120, 6144, 7168, 8192, 10240, … */
function sizeClass(octets: number): number {
  if (octets <= SMALLEST_OCTETS) return SMALLEST_OCTETS
  const quarter = 2 ** Math.floor(Math.log2(octets)) / 4
  return Math.ceil(octets / quarter) * quarter
}
