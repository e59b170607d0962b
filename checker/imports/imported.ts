import type { Observation } from '../probes/probe.ts'

/** What a file of another program was read as: what it found, or why it says nothing. */
export type Imported =
  | { readonly outcome: 'read'; readonly observations: readonly Observation<unknown>[] }
  | { readonly outcome: 'unreadable'; readonly why: string }

/** Octets of a file that is brought in; all TCP ports of an address take less than a tenth. */
export const MOST_OCTETS_OF_IMPORT = 32 * 1024 * 1024

/** That it cannot be used, with a reason that is a sentence without its full stop. */
export function unusable(why: string): Imported {
  return { outcome: 'unreadable', why }
}

/** Text of a hostile server, for a report: short, and without what a terminal would obey. */
export function plain(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').slice(0, 200)
}
