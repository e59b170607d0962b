import { type Ban, sanctionsOf } from '../../guard/bans.ts'
import { type AddressPrefix, appendPrefixTrie } from '../../guard/prefix-trie.ts'

/** Who is sanctioned, put together from those who decide it: bans come from one place, starving from another. */
export interface Sanctions {
  /** All bans anew. Resolves when every worker goes by them. */
  ban(bans: readonly Ban[]): Promise<void>
  /** All prefixes anew that get only the smaller budget for absent names. */
  starve(prefixes: readonly AddressPrefix[]): Promise<void>
  starved(): readonly AddressPrefix[]
}

/** These bans are in force, and nobody is starved. `publish` gets the words of a trie at word 0, null where there is nobody. */
export function createSanctions(
  publish: (words: Int32Array | null) => Promise<void>,
  inForce: readonly Ban[] = [],
): Sanctions {
  let bans = inForce
  let starved: readonly AddressPrefix[] = []
  const compile = () => publish(compileSanctions(bans, starved))
  return {
    ban: (all) => {
      bans = all
      return compile()
    },
    starve: (prefixes) => {
      starved = prefixes
      return compile()
    },
    starved: () => starved,
  }
}

/** Words of the trie of sanctions, at word 0; null: there are none. */
export function compileSanctions(bans: readonly Ban[], starved: readonly AddressPrefix[]): Int32Array | null {
  if (bans.length === 0 && starved.length === 0) return null
  const words: number[] = []
  appendPrefixTrie(words, sanctionsOf(bans, starved))
  return Int32Array.from(words)
}
