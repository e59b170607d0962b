/*
 * How much of a worker's time a view may spend on signatures for names that nobody would sign if nobody asked. Without
 * it, guessing names would be a way to keep a server busy.
 */

/** A token bucket; the caller owns it. */
export interface SigningBudget {
  /** Microseconds of signing that come in with each millisecond. */
  readonly share: number
  /** Microseconds that the bucket holds. */
  readonly most: number
  left: number
  /** Monotonic milliseconds at which `left` was right. */
  at: number
}

/** Share of one core that a view may take of each worker. */
export const DEFAULT_SIGNING_SHARE = 0.4

const BURST_MS = 1000
const MICROSECONDS_PER_MS = 1000

/** Microseconds that a signature takes, rounded up, by algorithm: as measured on a small server. */
const COSTS: ReadonlyMap<number, number> = new Map([
  [8, 800],
  [10, 800],
  [13, 30],
  [14, 800],
  [15, 15],
])
const UNKNOWN_COST = 1000

/** A full bucket; `share` is that of a core, more than 0. */
export function createSigningBudget(share: number): SigningBudget {
  const most = share * BURST_MS * MICROSECONDS_PER_MS
  return { share: share * MICROSECONDS_PER_MS, most, left: most, at: 0 }
}

/** What one signature of this algorithm takes of a budget. */
export function signatureCost(algorithm: number): number {
  return COSTS.get(algorithm) ?? UNKNOWN_COST
}

/** Takes `cost` out of the budget, or nothing where it holds less. `now` is monotonic, in milliseconds. */
export function spendSignatures(budget: SigningBudget, cost: number, now: number): boolean {
  const elapsed = Math.max(0, now - budget.at)
  budget.left = Math.min(budget.most, budget.left + elapsed * budget.share)
  budget.at = now
  if (budget.left < cost) return false
  budget.left -= cost
  return true
}

/**
 * Takes out what signing took beyond the `spent` that was taken before it, both in microseconds: a busy or a slow machine
 * takes longer than `signatureCost` says. The budget may then owe, at most what it holds when it is full.
 */
export function settleSignatures(budget: SigningBudget, spent: number, taken: number): void {
  budget.left = Math.max(-budget.most, budget.left - Math.max(0, taken - spent))
}
