/*
 * What denial modes and wildcard styles are called in the configuration and in reports.
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

/** The mode's word in the configuration. */
export function denialToText(mode: DenialMode): string {
  return wordOf(DENIAL_MODES, mode)
}

/** The style's word in the configuration. */
export function wildcardsToText(style: WildcardStyle): string {
  return wordOf(WILDCARD_STYLES, style)
}

function wordOf(words: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(words).find(([, each]) => each === value)![0]
}
