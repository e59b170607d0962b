/*
 * What denial modes, wildcard styles and algorithms are called in the configuration and in reports.
 */
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'

export const DENIAL_MODES = {
  compact: DenialMode.Compact,
  'white-lies': DenialMode.WhiteLies,
  'nsec3-white-lies': DenialMode.Nsec3WhiteLies,
  cells: DenialMode.Cells,
} as const

export const WILDCARD_STYLES = {
  flat: WildcardStyle.Flat,
  hidden: WildcardStyle.Hidden,
  conventional: WildcardStyle.Conventional,
} as const

/** Algorithms that zones are signed with (IANA, DNS Security Algorithm Numbers), the recommended one first. */
export const SIGNING_ALGORITHMS = [
  { number: 13, mnemonic: 'ECDSAP256SHA256' },
  { number: 15, mnemonic: 'ED25519' },
  { number: 14, mnemonic: 'ECDSAP384SHA384' },
  { number: 8, mnemonic: 'RSASHA256' },
  { number: 10, mnemonic: 'RSASHA512' },
] as const

/** The mode's word in the configuration. */
export function denialToText(mode: DenialMode): string {
  return wordOf(DENIAL_MODES, mode)
}

/** The style's word in the configuration. */
export function wildcardsToText(style: WildcardStyle): string {
  return wordOf(WILDCARD_STYLES, style)
}

/** The algorithm as number and mnemonic. */
export function algorithmToText(number: number): string {
  const known = SIGNING_ALGORITHMS.find((each) => each.number === number)
  return known === undefined ? String(number) : `${number} ${known.mnemonic}`
}

function wordOf(words: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(words).find(([, each]) => each === value)![0]
}
