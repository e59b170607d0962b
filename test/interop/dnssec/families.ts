import type { Signing } from './server-of-zones.ts'
import { LIVE_DENIALS } from './server-of-zones.ts'
import { type PlacedFamily, TOP } from './universe.ts'

const CHAINS = ['nsec', 'nsec3'] as const
/** The last one: two algorithms at once. */
const ALGORITHMS: readonly (readonly number[])[] = [[13], [15], [14], [8], [10], [13, 8]]
const DECOYS = ['mirror', 'prf'] as const
const OTHER_WILDCARDS = ['conventional', 'hidden'] as const
/** These are asked for in every mode, each time. */
const ALWAYS = 2

/** Shows that what is expected is what DNSSEC wants, and not only what Veil does. */
export function controlFamilies(): PlacedFamily[] {
  return CHAINS.map((denial) => place({ kind: 'presigned', denial, algorithms: [13] }))
}

/** The same as a row of `describe.each`. */
export function controlByKnot() {
  return { server: 'Knot', families: controlFamilies(), title: 'control: zones signed and served by Knot DNS' } as const
}

/**
 * Every way to sign: all of the product, or the usual algorithms in every mode and each other one in one mode; and the
 * modes with wildcards of the other styles.
 */
export function matrixFamilies(whole: boolean): PlacedFamily[] {
  const modes = [
    ...LIVE_DENIALS.map(
      (denial) =>
        (algorithms: readonly number[]): Signing => ({ kind: 'live', denial, algorithms }),
    ),
    ...CHAINS.map(
      (denial) =>
        (algorithms: readonly number[]): Signing => ({ kind: 'presigned', denial, algorithms }),
    ),
  ]
  const flat = ALGORITHMS.flatMap((algorithms, rank) =>
    modes
      .filter((_mode, index) => whole || rank < ALWAYS || index === rank - ALWAYS)
      .map((mode) => place(mode(algorithms))),
  )
  const others = OTHER_WILDCARDS.flatMap((wildcards, rank) =>
    LIVE_DENIALS.filter((_denial, index) => whole || rank === 0 || index === 0).map((denial) =>
      place({ kind: 'live', denial, algorithms: [13], wildcards }),
    ),
  )
  return [...flat, ...others, ...decoyFamilies(whole)]
}

/** Modes with decoys: each with one of their kinds, or all. Algorithm 15 signs alike whenever it signs. */
function decoyFamilies(whole: boolean): PlacedFamily[] {
  const denials = LIVE_DENIALS.filter((denial) => denial !== 'cells')
  return denials.flatMap((denial, rank) =>
    DECOYS.filter((_decoys, index) => whole || index === rank % DECOYS.length).map((decoys) =>
      place({ kind: 'live', denial, algorithms: [15], decoys }),
    ),
  )
}

/** One family for each of these, with the recommended algorithm. */
export function liveFamilies(algorithms: readonly number[] = [13]): PlacedFamily[] {
  return LIVE_DENIALS.map((denial) => place({ kind: 'live', denial, algorithms }))
}

function place(signing: Signing): PlacedFamily {
  const wildcards = signing.kind === 'live' && signing.wildcards !== undefined ? [signing.wildcards] : []
  const decoys = signing.kind === 'live' && signing.decoys !== undefined ? [signing.decoys] : []
  return { apex: `${[signing.denial, ...signing.algorithms, ...wildcards, ...decoys].join('-')}.${TOP}`, signing }
}
