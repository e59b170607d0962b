import type { Aspect } from './facts.ts'
import type { Comparison, ServerName } from './judge.ts'

/** A difference between servers that stays, and why. */
export interface Difference {
  readonly id: string
  /** The server that is alone with it. */
  readonly server: ServerName
  readonly aspects: readonly Aspect[]
  /** Where the matter is laid down. */
  readonly source: string
  readonly reason: string
  /** As narrow as can be: true only for comparisons that show this difference. */
  when(comparison: Comparison): boolean
}

export const DIFFERENCES: readonly Difference[] = []
