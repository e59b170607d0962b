import { askArena, openArena } from './arena.ts'
import type { Aspect } from './facts.ts'
import { type Comparison, judge, type Rules } from './judge.ts'
import type { PlacedWorld, World } from './world.ts'

const MAX_ROUNDS = 14
const MAX_CANDIDATES = 64
const SHRUNK = ', shrunk'

/**
 * Takes records out of a world as long as its question still shows the disagreement: delta debugging, with all the
 * candidates of a round served by one start of the servers. Worlds at the root stay as they are.
 */
export async function shrink(comparison: Comparison, aspect: Aspect, rules: Rules): Promise<Comparison> {
  let smallest = comparison
  let parts = 2
  for (let round = 0; round < MAX_ROUNDS && comparison.placed.base !== '.'; round++) {
    const removable = removableRecords(smallest.placed.world)
    if (removable.length === 0) break
    parts = Math.min(parts, removable.length, MAX_CANDIDATES)
    const worlds = candidates(smallest, removable, parts)
    const found = (await askAll(worlds, smallest, rules)).find((one) => isFailing(one, aspect, rules))
    if (found !== undefined) {
      smallest = found
      parts = Math.max(parts - 1, 2)
    } else if (parts === Math.min(removable.length, MAX_CANDIDATES)) break
    else parts *= 2
  }
  return smallest
}

function isFailing(comparison: Comparison, aspect: Aspect, { differences }: Rules): boolean {
  return judge(comparison, differences).unexplained.includes(aspect)
}

async function askAll(worlds: PlacedWorld[], from: Comparison, { signing }: Rules): Promise<Comparison[]> {
  const arena = await openArena(worlds, signing)
  try {
    const questions = worlds.map((placed) => ({ placed, question: from.question }))
    return await askArena(arena, questions)
  } finally {
    await arena.stop()
  }
}

/** Each candidate lacks one part of the removable records and stands under a base of its own. */
function candidates(from: Comparison, removable: readonly string[], parts: number): PlacedWorld[] {
  const size = Math.ceil(removable.length / parts)
  const labels = from.placed.base.split('.')
  return Array.from({ length: parts }, (_unused, part) => {
    const removed = new Set(removable.slice(part * size, (part + 1) * size))
    const base = [`s${part}`, ...labels.slice(1)].join('.')
    return { base, world: without(from.placed.world, removed) }
  })
}

/** Records as `zone:record`, but for each zone's SOA and first NS, which make it a zone. */
function removableRecords(world: World): string[] {
  return world.zones.flatMap((zone, zoneIndex) => {
    const firstNs = zone.records.findIndex(({ owner, type }) => owner === '@' && type === 'NS')
    const keys = zone.records.map(({ type }, index) =>
      type === 'SOA' || index === firstNs ? '' : `${zoneIndex}:${index}`,
    )
    return keys.filter((key) => key !== '')
  })
}

function without(world: World, removed: ReadonlySet<string>): World {
  const zones = world.zones.map((zone, zoneIndex) => ({
    prefix: zone.prefix,
    records: zone.records.filter((_record, index) => !removed.has(`${zoneIndex}:${index}`)),
  }))
  return { label: world.label.endsWith(SHRUNK) ? world.label : world.label + SHRUNK, seed: world.seed, zones }
}
