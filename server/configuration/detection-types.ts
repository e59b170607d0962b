/**
 * What is done about who enumerates, on absent names alone. `auto`: a smaller budget for who enumerates; where it is spread
 * over resolvers, TC for all who ask without proof.
 */
export const RESPONSES = ['auto', 'budget', 'tc', 'drop', 'refused', 'cells', 'decoys', 'none'] as const
export type ResponsePolicy = (typeof RESPONSES)[number]

/** Whether enumeration is looked for, and what is done about it: entries of `guard`. */
export interface DetectionSettings {
  readonly detection: boolean
  readonly response: ResponsePolicy
}

/** What one view has of a zone's own entry `guard`. */
export interface ZoneGuard {
  /** Undefined: what `guard.response` says. */
  readonly response: ResponsePolicy | undefined
  /** On the wire, lower-cased. */
  readonly honey: readonly Uint8Array[]
}
