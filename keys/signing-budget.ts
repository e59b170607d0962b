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
  /** By slot, what clients that share it have taken, microseconds, and when that was right. */
  readonly taken: Float64Array
  readonly takenAt: Float64Array
}

/** Of a budget, what one client may take: a part of so many, so that one alone leaves the others theirs. */
const CLIENT_PARTS = 8

/** Clients are told apart by a hash; a power of two. */
export const CLIENT_SLOTS = 1024

/** Whoever asks is not told apart from others: its address is not proved. */
export const ANYBODY = -1

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
  return {
    ...{ share: share * MICROSECONDS_PER_MS, most, left: most, at: 0 },
    ...{ taken: new Float64Array(CLIENT_SLOTS), takenAt: new Float64Array(CLIENT_SLOTS) },
  }
}

/** What one signature of this algorithm takes of a budget. */
export function signatureCost(algorithm: number): number {
  return COSTS.get(algorithm) ?? UNKNOWN_COST
}

/**
 * Takes `cost` out of the budget, and out of the part that is the client's, or nothing where either holds less. `now` is
 * monotonic, in milliseconds; `client` is a slot, or ANYBODY.
 */
export function spendSignatures(budget: SigningBudget, cost: number, now: number, client = ANYBODY): boolean {
  if (client !== ANYBODY && !mayTake(budget, cost, now, client)) return false
  const elapsed = Math.max(0, now - budget.at)
  budget.left = Math.min(budget.most, budget.left + elapsed * budget.share)
  budget.at = now
  if (budget.left < cost) return false
  budget.left -= cost
  if (client !== ANYBODY) budget.taken[client]! += cost
  return true
}

/** A client that has taken nothing may always take something, however much it costs. */
function mayTake({ taken, takenAt, share, most }: SigningBudget, cost: number, now: number, client: number): boolean {
  const elapsed = Math.max(0, now - takenAt[client]!)
  taken[client] = Math.max(0, taken[client]! - (elapsed * share) / CLIENT_PARTS)
  takenAt[client] = now
  return taken[client] === 0 || taken[client]! + cost <= most / CLIENT_PARTS
}

/**
 * Takes out what signing took beyond the `spent` that was taken before it, both in microseconds: a busy or a slow machine
 * takes longer than `signatureCost` says. The budget may then owe, at most what it holds when it is full.
 */
export function settleSignatures(budget: SigningBudget, spent: number, taken: number, client = ANYBODY): void {
  const more = Math.max(0, taken - spent)
  budget.left = Math.max(-budget.most, budget.left - more)
  if (client !== ANYBODY) budget.taken[client] = Math.min(budget.most, budget.taken[client]! + more)
}
