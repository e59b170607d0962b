import { type AddressPrefix, appendPrefixTrie, findPrefixValue, isMappedIPv4 } from './prefix-trie.ts'
import { Decision, Verdict } from './verdict.ts'

/** Budgets of answers over UDP; streams are never limited here, for their sources are proved. */
export interface RateLimitOptions {
  /** Count and judge, but answer all the same. */
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
const CLASSES = 3
const CLASS_OF_VERDICT = Uint8Array.from(Object.values(Verdict), budgetClass)

/** Prefixes counted for each client, by family, widest first; the bits of an IPv6 client end with its /64. */
const PREFIX_LEVELS = [
  { bits: 20, multiple: 32 },
  { bits: 24, multiple: 8 },
  { bits: 32, multiple: 1 },
  { bits: 48, multiple: 16 },
  { bits: 56, multiple: 4 },
  { bits: 64, multiple: 1 },
] as const
/** What a prefix leaves of the last 32 of those bits. */
const PREFIX_MASKS = Int32Array.from(PREFIX_LEVELS, ({ bits }) => -1 << (-bits & 31))
const LEVELS_PER_FAMILY = 3

const WAYS = 7
const LINE_WORDS = 16
const LEVELS = LINE_WORDS - WAYS

/** Counts halve in a second, in steps of a tick. */
const HALF_LIFE_MS = 1000
const TICK_MS = 32
/** A second: longer than a batch takes, even where the worker has to wait for its processor. */
const MOST_BEHIND_TICKS = 32
/** What is left of a count after so many ticks; after the last, nothing worth keeping. */
const REMAINDERS = Float64Array.from({ length: 1024 }, (_, ticks) => 2 ** ((-ticks * TICK_MS) / HALF_LIFE_MS))

/** Highest count, in seconds, of a client that keeps to its budget: what it was given within a tick, and remains before. */
const BURST_SECONDS = TICK_MS / 1000 / (1 - REMAINDERS[1]!)

/**
 * The counts, plain data that all workers share: otherwise a client would get every worker's budget, for its ports decide
 * which worker hears it. They write without locks; what a race loses is an answer uncounted or counted twice.
 *
 *   line   64 octets: tick of the last decay (int32), 7 tags (int32), one word unused, 7 levels (float32)
 *   tag    keyed hash of (prefix, its length, class of verdict); its low bits are the line
 *   level  answers given, decayed to the line's tick
 */
export interface RateLimitTable {
  readonly memory: SharedArrayBuffer
  /** Secret of the hash: two keys, then one word by prefix level and class. */
  readonly hashKeys: Int32Array
}

/** One worker's end of the table. */
export interface RateLimiter {
  readonly logOnly: boolean
  readonly words: Int32Array
  readonly levels: Float32Array
  readonly lineMask: number
  readonly hashKeys: Int32Array
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

/** Makes an empty table; `random` gives the secret 32-bit words of its hash. Its memory never grows. */
export function createRateLimitTable(options: RateLimitOptions, random: () => number): RateLimitTable {
  const lines = 2 ** Math.ceil(Math.log2(Math.max(8, options.tableSize) / 8))
  return {
    memory: new SharedArrayBuffer(lines * LINE_WORDS * 4),
    hashKeys: new Int32Array(2 + PREFIX_LEVELS.length * CLASSES).map(random),
  }
}

/** Makes a limiter on the table, or on one of its own. `random` gives 32-bit words; only the choice whom to slip needs them. */
export function createRateLimiter(
  options: RateLimitOptions,
  random: () => number,
  table: RateLimitTable = createRateLimitTable(options, random),
): RateLimiter {
  const exemptWords: number[] = []
  appendPrefixTrie(
    exemptWords,
    options.exempt.map((prefix) => ({ prefix, value: 1 })),
  )
  const { found, absent, error } = options.answersPerSecond
  return {
    logOnly: options.logOnly,
    words: new Int32Array(table.memory),
    levels: new Float32Array(table.memory),
    lineMask: table.memory.byteLength / (LINE_WORDS * 4) - 1,
    hashKeys: table.hashKeys,
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
  const decision = judge(limiter, verdict, source, sourceStart, now)
  return limiter.logOnly ? Decision.Answer : decision
}

/** As `decide`, but tells also in log-only mode what the limits say: for the counters of the caller. */
export function judge(
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
  if (verdict === Verdict.Absent) return BudgetClass.Absent
  return verdict === Verdict.Refused || verdict === Verdict.Malformed ? BudgetClass.Error : BudgetClass.Found
}

/** Keyed hash of the prefix that the kind (prefix level × class) leaves of the address. */
function hashPrefix(limiter: RateLimiter, octets: Uint8Array, start: number, kind: number): number {
  const keys = limiter.hashKeys
  const mask = PREFIX_MASKS[(kind / CLASSES) | 0]!
  const salt = keys[2 + kind]!
  if (kind < LEVELS_PER_FAMILY * CLASSES) return mix((wordAt(octets, start + 12) & mask) ^ salt, keys[1]!)
  return mix(mix(wordAt(octets, start) ^ keys[0]!, keys[1]!) ^ (wordAt(octets, start + 4) & mask) ^ salt, keys[1]!)
}

/** A bijection of 32 bits, so that IPv4 prefixes of one length never share a tag. */
function mix(word: number, key: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15) ^ key, 0x846ca68b)
  return hash ^ (hash >>> 16)
}

/**
 * The row of the key with this hash, decayed to the tick. A newcomer takes the row with the smallest level of its line,
 * and the level with it (space-saving): so whoever is over a budget cannot be flushed out by a flood of forged
 * sources, and a newcomer starts with at most a seventh of what its line has counted.
 */
function findRow(limiter: RateLimiter, hash: number, tick: number): number {
  const { words } = limiter
  const line = (hash & limiter.lineMask) * LINE_WORDS
  if (words[line] !== tick) decay(limiter, line, tick)
  for (let way = line + 1; way <= line + WAYS; way++) if (words[way] === hash) return way + LEVELS - 1
  const smallest = smallestWay(words, line + LEVELS)
  words[line + 1 + smallest] = hash
  return line + LEVELS + smallest
}

/**
 * A worker in the middle of a batch is behind the others. If it put the line back to its own tick, the next to come would
 * decay it once more, and so on in turns. A clock that really went back decays nothing and goes on from where it is.
 */
function decay({ words, levels }: RateLimiter, line: number, tick: number): void {
  const ticks = (tick - words[line]!) | 0
  if (ticks < 0 && ticks >= -MOST_BEHIND_TICKS) return
  words[line] = tick
  if (ticks < 0) return
  const remainder = ticks < REMAINDERS.length ? REMAINDERS[ticks]! : 0
  for (let row = line + LEVELS; row < line + LINE_WORDS; row++) levels[row]! *= remainder
}

/**
 * Positive floats order as their bits do, so the way can take their last three; and nothing branches, for which of
 * the levels is the smallest cannot be predicted.
 */
function smallestWay(words: Int32Array, start: number): number {
  let smallest = words[start]! & -8
  for (let way = 1; way < WAYS; way++) {
    const difference = ((words[start + way]! & -8) | way) - smallest
    smallest += difference & (difference >> 31)
  }
  return smallest & 7
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

function wordAt(octets: Uint8Array, at: number): number {
  return (octets[at]! << 24) | (octets[at + 1]! << 16) | (octets[at + 2]! << 8) | octets[at + 3]!
}
