import { createRandom, type Random } from '../helpers/random.ts'

/** Virtual time and what happens in it. Nothing sleeps; a run is a function of its seed. */
export interface Simulation {
  readonly seed: number
  /** The stream of randomness called `name`: what one part of the world draws does not shift another's choices. */
  randomFor(name: string): Random
  /** Milliseconds since the start. */
  now(): number
  /** Runs `action` after `delay` milliseconds; among equals, first come first served. */
  after(delay: number, action: Action): void
  /** Runs events in order until none is left; rejects where `limit` of them did not suffice. */
  run(limit: number): Promise<void>
}

/** What happens at a moment; virtual time stands still until it is done. */
export type Action = () => void | Promise<void>

interface Event {
  readonly at: number
  readonly order: number
  readonly action: Action
}

export function createSimulation(seed: number): Simulation {
  const queue: Event[] = []
  let now = 0
  let order = 0
  return {
    seed,
    randomFor: (name) => createRandom(seedOf(seed, name)),
    now: () => now,
    after(delay, action) {
      push(queue, { at: now + delay, order: order++, action })
    },
    async run(limit) {
      for (let events = 0; queue.length > 0; events++) {
        if (events === limit) throw new Error(`the simulation did not end within ${limit} events`)
        const event = pop(queue)
        now = event.at
        await event.action()
      }
    },
  }
}

/** Runs `scenario` for each seed; a failure names the seed that replays it. */
export async function forSeeds(
  name: string,
  count: number,
  scenario: (simulation: Simulation) => Promise<void> | void,
): Promise<void> {
  const only = process.env.SEED
  const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)]
  for (const seed of seeds) {
    try {
      await scenario(createSimulation(seed))
    } catch (error) {
      throw new Error(`${name} failed with seed ${seed}; replay with SEED=${seed} npx vitest run test/sim`, {
        cause: error,
      })
    }
  }
}

function seedOf(seed: number, name: string): number {
  let hash = seed
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!isBefore(event, heap[parent]!)) break
    heap[at] = heap[parent]!
    at = parent
  }
  heap[at] = event
}

function pop(heap: Event[]): Event {
  const first = heap[0]!
  const last = heap.pop()!
  if (heap.length === 0) return first
  let at = 0
  for (;;) {
    let child = at * 2 + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
    if (!isBefore(heap[child]!, last)) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = last
  return first
}
