import { type Ban, sanctionsOf } from '../../guard/bans.ts'
import { appendPrefixTrie, type PrefixEntry } from '../../guard/prefix-trie.ts'
import { Sanction } from '../../guard/reaction.ts'
import type { GuardChange } from './apply-guard.ts'
import type { StarvedPrefix } from './responses.ts'

/** Who is sanctioned: bans come from one place, starving from another. */
export interface Sanctions {
  /** All bans anew. Resolves when every worker goes by them. */
  ban(bans: readonly Ban[]): Promise<void>
  /** All prefixes anew that get only the smaller budget for absent names. */
  starve(prefixes: readonly StarvedPrefix[]): Promise<void>
  starved(): readonly StarvedPrefix[]
}

/** Nobody is starved yet. `publish` resolves when every worker goes by the change. */
export function createSanctions(publish: (change: Pick<GuardChange, 'bans' | 'starved'>) => Promise<void>): Sanctions {
  let starved: readonly StarvedPrefix[] = []
  return {
    ban: (bans) => publish({ bans: compileBans(bans) }),
    starve: (prefixes) => {
      starved = prefixes
      return publish({ starved: compileStarved(prefixes) })
    },
    starved: () => starved,
  }
}

/** Words of the trie of bans, at word 0; null: there are none. */
export function compileBans(bans: readonly Ban[]): Int32Array | null {
  return bans.length === 0 ? null : compile(sanctionsOf(bans))
}

/** By view: words of the trie of who is starved there, at word 0. Who is starved in one view is not in another. */
export function compileStarved(starved: readonly StarvedPrefix[]): Map<string, Int32Array> {
  const entries = new Map<string, PrefixEntry[]>()
  for (const { view, prefix, isProved } of starved) {
    const entry = { prefix, value: isProved ? Sanction.Starved : Sanction.StarvedUnproved }
    entries.set(view, [...(entries.get(view) ?? []), entry])
  }
  return new Map([...entries].map(([view, each]) => [view, compile(each)]))
}

function compile(entries: readonly PrefixEntry[]): Int32Array {
  const words: number[] = []
  appendPrefixTrie(words, entries)
  return Int32Array.from(words)
}
