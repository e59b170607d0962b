import { Type } from '../dns/constants.ts'

/**
 * Stands in place of a node for a name that no image has, made by a rule when it is asked for: what types it has. Below -1,
 * which says that there is no name at all.
 */
export const MadeNode = {
  /** Without types: something is below it. */
  Empty: -2,
  A: -3,
  Aaaa: -4,
  Addresses: -5,
  Ptr: -6,
} as const

/** The types of a made name, ascending. */
export function typesOfMade(node: number): readonly number[] {
  return TYPES[MadeNode.Empty - node]!
}

/** Whether `node` stands for a made name. */
export function isMade(node: number): boolean {
  return node <= MadeNode.Empty
}

/** Whether a rule may make a name with the label at `at`: of lower-cased letters, digits, hyphens and underscores. */
export function isMakeable(octets: Uint8Array, at: number): boolean {
  const end = at + octets[at]!
  for (let i = at + 1; i <= end; i++) {
    const octet = octets[i]!
    const isLetter = octet >= 0x61 && octet <= 0x7a
    if (!isLetter && !(octet >= 0x30 && octet <= 0x39) && octet !== HYPHEN && octet !== UNDERSCORE) return false
  }
  return true
}

const HYPHEN = 0x2d
const UNDERSCORE = 0x5f

const TYPES: readonly (readonly number[])[] = [[], [Type.A], [Type.AAAA], [Type.A, Type.AAAA], [Type.PTR]]
