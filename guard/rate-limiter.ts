import type { LabelledName } from '../dns/labelled-name.ts'
import { noteAsked } from './asked-before.ts'
import { type AddressPrefix, appendPrefixTrie, findPrefixValue, isMappedIPv4 } from './prefix-trie.ts'
import {
  addHash,
  BURST_SECONDS,
  CLASSES,
  createRateLimitTable,
  findRow,
  hashPrefix,
  IPV6_LEVEL,
  type OpenTable,
  openRateLimitTable,
  PREFIX_LEVELS,
  PROVED_KINDS,
  type RateLimitTable,
  TICK_MS,
} from './rate-limit-table.ts'
import { Decision, Verdict } from './verdict.ts'
import { drawWord } from './xorshift.ts'

/** Budgets of a client, by class of verdict: see `BudgetClass`. */
export interface RateLimitOptions {
  /** Count and decide, but answer all the same: the caller's to heed, who counts what would have been. */
  readonly logOnly: boolean
  /** Whose address is not proved: questions a second for one address; wider prefixes get multiples. */
  readonly answersPerSecond: { readonly found: number; readonly absent: number; readonly error: number }
  /** Whose address is, by cookie or stream: answers a second in the same way. What exists is told without limit. */
  readonly provedAnswersPerSecond: { readonly absent: number; readonly error: number }
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
 * Slip 1: whose address is forged is told to come by TCP each time, in an answer no longer than the question.
 */
export const DEFAULT_RATE_LIMITS: RateLimitOptions = {
  logOnly: false,
  answersPerSecond: { found: 200, absent: 50, error: 20 },
  provedAnswersPerSecond: { absent: 50, error: 20 },
  slip: 1,
  exempt: [],
  tableSize: 65536,
}

/**
 * Each class of verdicts has a budget of its own: who guesses names loses the absent ones only.
 *
 * Found holds all that the view really has. Nodata is there because a resolver asks AAAA and HTTPS of hosts that have
 * but A: among the absent, one neighbour's guessing would slow every visitor down. Wildcard is there because
 * signatures are flat so that nothing tells a wildcard's answer from a name of its own, and a budget of its own
 * would tell. Decoys are there for the same reason: who is over his budget for guesses would get those answered that
 * are real, and so have the list that decoys are to spoil. Absent holds hidden names too, which are that verdict before
 * they get here, where they are not decoys: limits tell nothing of them.
 */
const BudgetClass = { Found: 0, Absent: 1, Error: 2 } as const
const CLASS_OF_VERDICT = Uint8Array.from(Object.values(Verdict), budgetClass)

/** Decides for one worker, by a table that it may share with others. */
export interface RateLimiter extends OpenTable {
  readonly logOnly: boolean
  /** Count at which answering stops, by kind: whether proved × prefix level × class. */
  readonly ceilings: Float64Array
  /** Rows of the decision being made, and their kinds. */
  readonly rows: Int32Array
  readonly kinds: Int32Array
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
  const { answersPerSecond: unproved, provedAnswersPerSecond: proved } = options
  return {
    ...openRateLimitTable(table),
    logOnly: options.logOnly,
    ceilings: Float64Array.from([
      ...ceilingsOf([unproved.found, unproved.absent, unproved.error]),
      ...ceilingsOf([0, proved.absent, proved.error]),
    ]),
    rows: new Int32Array(PREFIX_LEVELS.length),
    kinds: new Int32Array(PREFIX_LEVELS.length),
    slipState: Int32Array.of(random() | 1),
    slipShare: options.slip === 0 ? 0 : 2 ** 32 / options.slip,
    exempts: options.exempt.length > 0,
    exemptWords: Int32Array.from(exemptWords),
  }
}

/** Who asks, and how it stands with them. The caller owns the record. */
export interface Asker {
  /** The address: 16 octets from `sourceStart` on, IPv4 as v4-mapped IPv6. */
  source: Uint8Array
  sourceStart: number
  isProved: boolean
  /** The budget for absent names is a tenth: see Sanction and Reaction. */
  isStarved: boolean
}

/** What is left of a budget for absent names. */
const STARVED_SHARE = 0.1

/** Counts go no higher than so many ceilings: then it takes one half-life until a client that holds still is answered. */
const HIGHEST_COUNT = 2

/** Whether the address is in an exempt prefix. */
export function isExempt({ exempts, exemptWords }: RateLimiter, source: Uint8Array, sourceStart: number): boolean {
  return exempts && findPrefixValue(exemptWords, 0, source, sourceStart) > 0
}

/**
 * Decides on an answer with this verdict. `now` is monotonic, in ms. Allocates nothing. In log-only mode too it tells
 * what the limits say; whoever is exempt is the caller's to know.
 *
 * Who has not proved its address is counted by its questions, answered or not, and gets nothing of a class in full while
 * more come than the budget allows: a flood in somebody's name would otherwise have its budget's worth of octets sent
 * there for ever. Who has proved it is counted by its answers, and gets its budget always.
 *
 * The widest prefix is looked up always, narrower ones only where the count of the wider could hold half their ceiling:
 * mostly that is one line of memory, and a flood from everywhere fills no rows but the wide ones. The price is
 * half a ceiling that a client may have used before its own row begins.
 */
export function decide(limiter: RateLimiter, verdict: Verdict, asker: Asker, now: number): Decision {
  const { levels, rows, kinds, ceilings } = limiter
  const { source, sourceStart, isProved } = asker
  const budget = CLASS_OF_VERDICT[verdict]!
  if (isProved && budget === BudgetClass.Found) return Decision.Answer
  const share = asker.isStarved && budget === BudgetClass.Absent ? STARVED_SHARE : 1
  const tick = (now / TICK_MS) | 0
  const isIPv4 = isMappedIPv4(source, sourceStart)
  const end = isIPv4 ? IPV6_LEVEL : PREFIX_LEVELS.length
  let counted = 0
  let cover = Number.POSITIVE_INFINITY
  let isLimited = false
  for (let level = isIPv4 ? 0 : IPV6_LEVEL; level < end; level++) {
    const kind = level * CLASSES + budget + (isProved ? PROVED_KINDS : 0)
    const ceiling = ceilings[kind]! * share
    if (cover < ceiling / 2) continue
    const row = findRow(limiter, hashPrefix(limiter, source, sourceStart, kind), tick)
    cover = levels[row]!
    if (cover >= ceiling) isLimited = true
    rows[counted] = row
    kinds[counted++] = kind
  }
  if (isProved) {
    if (isLimited) return Decision.Refuse
    for (let index = 0; index < counted; index++) levels[rows[index]!]! += 1
    return Decision.Answer
  }
  for (let index = 0; index < counted; index++) {
    const row = rows[index]!
    if (levels[row]! < ceilings[kinds[index]!]! * HIGHEST_COUNT) levels[row]! += 1
  }
  return isLimited ? slip(limiter) : Decision.Answer
}

/** A /24 or a /56 stands for one resolver, which may ask again from another address. */
const RESOLVER_LEVELS = { ipv4: 1, ipv6: 4 } as const

/** Says whether somebody of the asker's network asked for this name before, and has it that they did from now on. */
export function hasAskedBefore(limiter: RateLimiter, { source, sourceStart }: Asker, name: LabelledName): boolean {
  const level = isMappedIPv4(source, sourceStart) ? RESOLVER_LEVELS.ipv4 : RESOLVER_LEVELS.ipv6
  let hash = hashPrefix(limiter, source, sourceStart, level * CLASSES)
  for (let label = 0; label < name.count; label++) hash = addHash(hash, name.hashes[label]!)
  return noteAsked(limiter.asked, hash)
}

/** Of one group of clients, by prefix level and class. */
function ceilingsOf(budgets: readonly number[]): number[] {
  return PREFIX_LEVELS.flatMap(({ multiple }) => budgets.map((budget) => budget * multiple * BURST_SECONDS))
}

function budgetClass(verdict: Verdict): number {
  if (verdict === Verdict.Absent) return BudgetClass.Absent
  return verdict === Verdict.Refused || verdict === Verdict.Malformed ? BudgetClass.Error : BudgetClass.Found
}

/** One in `slip` is told to come by TCP, at random: a count would show a client how many others are limited. */
function slip(limiter: RateLimiter): Decision {
  return drawWord(limiter.slipState) >>> 0 < limiter.slipShare ? Decision.Truncate : Decision.Drop
}
