import { probe } from './probe.ts'

/** What a site answers to requests that look like attacks and do nothing, and to one that does not. */
export interface WafReactionResult {
  /** Status of the plain request; 0: no answer. */
  readonly plain: number
  readonly markers: readonly {
    /** `sql`, `script`, `file`, `scanner`. */
    readonly kind: string
    readonly status: number
  }[]
}

export const wafReaction = probe<WafReactionResult>(
  'waf-reaction',
  'one plain GET, and one with each of four harmless words that rules look for',
)
