import { printFacts } from './facts.ts'
import { type Comparison, judge, type Rules, SERVERS } from './judge.ts'
import { shrink } from './shrink.ts'
import { below, type World, zoneText } from './world.ts'

/** What a person needs to see of disagreements: counts by kind, and some of them shrunk, zones and answers side by side. */
export async function explain(failing: readonly Comparison[], printed: number, rules: Rules): Promise<string> {
  const byKind = groupBy(failing, (comparison) => kindOf(comparison, rules))
  const kinds = [...byKind].sort(([, a], [, b]) => b.length - a.length)
  const counts = kinds.map(([kind, { length }]) => `${String(length).padStart(6)}  ${kind}`)
  const details: string[] = []
  for (const [kind, comparisons] of kinds.slice(0, printed)) {
    const aspect = judge(comparisons[0]!, rules.differences).unexplained[0]!
    details.push(`--- ${kind}\n${print(await shrink(smallestOf(comparisons), aspect, rules))}`)
  }
  return `${failing.length} disagreements\n${counts.join('\n')}\n${details.join('\n')}`
}

/** A comparison as text: the zones, the question, each server's answer. */
export function print({ placed, question, facts }: Comparison): string {
  const { name, type, ...rest } = question
  const flags = Object.entries(rest).map(([key, value]) => `${key} ${value}`)
  const answers = SERVERS.flatMap((server) => {
    const given = facts[server]
    return given === undefined ? [] : [`${server}:`, ...printFacts(given).map((line) => `    ${line}`)]
  })
  const zones = placed.world.zones.map((zone) => zoneText(zone, placed.base))
  return [placed.world.label, ...zones, `? ${below(name, placed.base)} ${type} (${flags.join(', ')})`, ...answers].join(
    '\n',
  )
}

/** Which aspects, which servers stand together, which type was asked. */
function kindOf(comparison: Comparison, { differences }: Rules): string {
  const { unexplained } = judge(comparison, differences)
  const present = SERVERS.filter((server) => comparison.facts[server] !== undefined)
  const groupings = unexplained.map((aspect) => {
    const groups = groupBy(present, (server) => comparison.facts[server]![aspect])
    return `${aspect} ${[...groups.values()].map((group) => group.join('=')).join(' ≠ ')}`
  })
  return groupings.join('; ')
}

function smallestOf(comparisons: readonly Comparison[]): Comparison {
  const size = (world: World) => world.zones.reduce((sum, zone) => sum + zone.records.length, 0)
  return comparisons.reduce((best, one) => (size(one.placed.world) < size(best.placed.world) ? one : best))
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
