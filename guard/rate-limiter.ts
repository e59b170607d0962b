import { type AddressPrefix, appendPrefixTrie, findPrefixValue, isMappedIPv4 } from './prefix-trie.ts'
import {
  BURST_SECONDS,
  CLASSES,
  createRateLimitTable,
  findRow,
  hashPrefix,
  LEVELS_PER_FAMILY,
  type OpenTable,
  openRateLimitTable,
  PREFIX_LEVELS,
  type RateLimitTable,
  TICK_MS,
} from './rate-limit-table.ts'
import { Decision, Verdict } from './verdict.ts'

/** Budgets of answers over UDP; streams are never limited here, for their sources are proved. */
export interface RateLimitOptions {
  /** Count and decide, but answer all the same: the caller's to heed, who counts what would have been. */
  readonly logOnly: boolean
  /** Answers a second for one IPv4 /32 or IPv6 /64, by class of verdict; wider prefixes get multiples. */
  readonly answersPerSecond: { readonly found: number; readonly absent: number; readonly error: number }
  /** One in so many limited answers goes out empty with TC set, so that a real resolver turns to TCP; 0: none. */
  readonly slip: number
  readonly exempt: readonly AddressPrefix[]
  /** Rows of the table, 8 octets each; rounded up to a power of two. */
  readonly tableSize: number
}

/**
 * What ships. NSD allows 200 answers a second to a /24, Knot DNS 50 to an address and 1600 to a /24. Names that exist
 * get NSD's figure, which at 1232 octets reflects at most 2 Mbit/s to a victim. A resolver caches absent names and
 * has little reason to ask for 50 new ones a second, and none at all to be refused: errors are for the curious.
 * Slip 2 as in NSD and BIND: a resolver whose prefix is being forged gets through at its second try.
 */
export const DEFAULT_RATE_LIMITS: RateLimitOptions = {
  logOnly: false,
  answersPerSecond: { found: 200, absent: 50, error: 20 },
  slip: 2,
  exempt: [],
  tableSize: 65536,
}

/**
 * Each class of verdicts has a budget of its own: who guesses names loses the absent ones only.
 *
 * Found holds all that the view really has. Nodata is there because a resolver asks AAAA and HTTPS of hosts that have
 * but A: among the absent, one neighbour's guessing would slow every visitor down. Wildcard is there because
 * signatures are flat so that nothing tells a wildcard's answer from a name of its own, and a budget of its own
 * would tell. Absent holds hidden names and decoys too, which are that verdict before they get here: neither limits
 * nor their absence show which of the three a name is.
 */
const BudgetClass = { Found: 0, Absent: 1, Error: 2 } as const
const CLASS_OF_VERDICT = Uint8Array.from(Object.values(Verdict), budgetClass)

/** Decides for one worker, by a table that it may share with others. */
export interface RateLimiter extends OpenTable {
  readonly logOnly: boolean
  /** Count at which answering stops, by prefix level and class. */
  readonly ceilings: Float64Array
  /** Rows of the decision being made. */
  readonly rows: Int32Array
  /** State of a xorshift generator, and the share of limited answers to slip, of 2^32. */
  readonly slipState: Int32Array
  readonly slipShare: number
  readonly exempts: boolean
  readonly exemptWords: Int32Array
}

/** Makes a limiter on the table, or on one of its own. `random` gives 32-bit words; only the choice whom to slip needs them. */
export function createRateLimiter(
  options: RateLimitOptions,
  random: () => number,
  table: RateLimitTable = createRateLimitTable(options.tableSize, random),
): RateLimiter {
  const exemptWords: number[] = []
  appendPrefixTrie(
    exemptWords,
    options.exempt.map((prefix) => ({ prefix, value: 1 })),
  )
  const { found, absent, error } = options.answersPerSecond
  return {
    ...openRateLimitTable(table),
    logOnly: options.logOnly,
    ceilings: Float64Array.from(
      PREFIX_LEVELS.flatMap(({ multiple }) =>
        [found, absent, error].map((budget) => budget * multiple * BURST_SECONDS),
      ),
    ),
    rows: new Int32Array(LEVELS_PER_FAMILY),
    slipState: Int32Array.of(random() | 1),
    slipShare: options.slip === 0 ? 0 : 2 ** 32 / options.slip,
    exempts: options.exempt.length > 0,
    exemptWords: Int32Array.from(exemptWords),
  }
}

/**
 * Decides on an answer with this verdict to the address of 16 octets at `sourceStart`. `now` is monotonic, in ms.
 * Only answers given are counted, so a client over its budget still gets its budget. Allocates nothing.
 * In log-only mode too it tells what the limits say.
 *
 * The widest prefix is looked up always, narrower ones only where the count of the wider could hold half their ceiling:
 * mostly that is one line of memory, and a flood from everywhere fills no rows but the wide ones. The price is
 * half a ceiling that a client may have used before its own row begins.
 */
export function decide(
  limiter: RateLimiter,
  verdict: Verdict,
  source: Uint8Array,
  sourceStart: number,
  now: number,
): Decision {
  if (limiter.exempts && findPrefixValue(limiter.exemptWords, 0, source, sourceStart) > 0) return Decision.Answer
  const { levels, rows, ceilings } = limiter
  const tick = (now / TICK_MS) | 0
  const first = isMappedIPv4(source, sourceStart) ? 0 : LEVELS_PER_FAMILY
  let counted = 0
  let cover = Number.POSITIVE_INFINITY
  for (let level = first; level < first + LEVELS_PER_FAMILY; level++) {
    const kind = level * CLASSES + CLASS_OF_VERDICT[verdict]!
    const ceiling = ceilings[kind]!
    if (cover < ceiling / 2) continue
    const row = findRow(limiter, hashPrefix(limiter, source, sourceStart, kind), tick)
    cover = levels[row]!
    if (cover >= ceiling) return slip(limiter)
    rows[counted++] = row
  }
  for (let index = 0; index < counted; index++) levels[rows[index]!]! += 1
  return Decision.Answer
}

function budgetClass(verdict: Verdict): number {
  if (verdict === Verdict.Absent || verdict === Verdict.Decoy) return BudgetClass.Absent
  return verdict === Verdict.Refused || verdict === Verdict.Malformed ? BudgetClass.Error : BudgetClass.Found
}

/** One in `slip` is told to come by TCP, at random: a count would show a client how many others are limited. */
function slip(limiter: RateLimiter): Decision {
  let state = limiter.slipState[0]!
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  limiter.slipState[0] = state
  return state >>> 0 < limiter.slipShare ? Decision.Truncate : Decision.Drop
}
