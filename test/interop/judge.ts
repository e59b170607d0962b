import type { Difference } from './differences.ts'
import { ASPECTS, type Aspect, type Facts } from './facts.ts'
import type { ZoneSigning } from './sign-worlds.ts'
import type { PlacedWorld, WorldQuestion } from './world.ts'

export const SERVERS = ['NSD', 'Knot', 'Veil'] as const
export type ServerName = (typeof SERVERS)[number]

/** One question and what the servers said to it. */
export interface Comparison {
  readonly placed: PlacedWorld
  readonly question: WorldQuestion
  readonly facts: Readonly<Partial<Record<ServerName, Facts>>>
}

/** By what comparisons are judged, and how their zones were signed; undefined: not at all. */
export interface Rules {
  readonly differences: readonly Difference[]
  readonly signing?: ZoneSigning
}

export interface Judgement {
  /** Aspects in which servers disagree without a declared difference that says why. */
  readonly unexplained: readonly Aspect[]
  /** Ids of the declared differences that were needed. */
  readonly needed: readonly string[]
}

/**
 * Whether the servers agree, declared differences aside. A difference excuses one server in some aspects of one question;
 * all servers that are not excused must say the same.
 */
export function judge(comparison: Comparison, differences: readonly Difference[]): Judgement {
  const present = SERVERS.filter((server) => comparison.facts[server] !== undefined)
  const unexplained: Aspect[] = []
  const needed: string[] = []
  for (const aspect of ASPECTS) {
    const factOf = (server: ServerName) => comparison.facts[server]![aspect]
    if (present.every((server) => factOf(server) === factOf(present[0]!))) continue
    const applying = differences.filter(
      (difference) =>
        // Other records in the answer section come with other signatures.
        difference.aspects.includes(aspect === 'signatures' ? 'answer' : aspect) &&
        present.includes(difference.server) &&
        difference.when(comparison),
    )
    const strict = present.filter((server) => !applying.some((difference) => difference.server === server))
    needed.push(...applying.map(({ id }) => id))
    if (strict.some((server) => factOf(server) !== factOf(strict[0]!))) unexplained.push(aspect)
  }
  return { unexplained, needed }
}
