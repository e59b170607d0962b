import { type Ban, outermost } from '../../guard/bans.ts'
import { isIPv4Prefix } from '../../guard/prefix-trie.ts'
import { formatPrefix } from '../address.ts'
import type { NftablesSets } from '../configuration/ban-types.ts'

/** The sets of deploy/nftables.conf. */
export const SHIPPED_SETS: NftablesSets = { table: 'inet veil', set4: 'banned4', set6: 'banned6' }

/** Elements of one line: nft takes more, but no message to the kernel has to be huge. */
const ELEMENTS_A_LINE = 500

/**
 * What `nft -f -` is told so that the sets hold the bans and nothing else, at one moment. Bans within wider ones are left
 * out, for sets of intervals do not overlap; where the wider one ends first, the list is to be written anew then.
 */
export function nftablesTransaction(bans: readonly Ban[], { table, set4, set6 }: NftablesSets, now: number): string {
  const elements = outermost(bans.filter(({ expires }) => expires === undefined || expires > now))
  const lines = [true, false].flatMap((ipv4) => {
    const set = `${table} ${ipv4 ? set4 : set6}`
    const own = elements.filter(({ prefix }) => isIPv4Prefix(prefix) === ipv4)
    return [
      `flush set ${set}`,
      ...chunks(own).map((chunk) => `add element ${set} { ${chunk.map(element).join(', ')} }`),
    ]
  })
  return `${lines.join('\n')}\n`

  function element({ prefix, expires }: Ban): string {
    const text = formatPrefix(prefix)
    return expires === undefined ? text : `${text} timeout ${expires - now}s`
  }
}

function chunks(bans: readonly Ban[]): Ban[][] {
  const count = Math.ceil(bans.length / ELEMENTS_A_LINE)
  return Array.from({ length: count }, (_, at) => bans.slice(at * ELEMENTS_A_LINE, (at + 1) * ELEMENTS_A_LINE))
}
