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

const WAYS = 8
const LINE_WORDS = 2 * WAYS
const HALF_LIFE = 1000
/** Half-lives after which levels are written anew; Float32 would overflow after 127 minus the bits of a level. */
const LONGEST_EXPONENT = 64

/**
 * Decayed counts of answers by (prefix, its length, class of verdict), in fixed memory:
 *
 *   line   64 octets: 8 tags (int32), then 8 levels (float32) in the same order
 *   tag    keyed hash of the row's key; its low bits are the line
 *   level  answers, each weighted by 2^((when it was given − origin) / half-life): dividing by the weight of now
 *          gives the decayed count, so nothing has to be touched as time passes, and levels compare as they stand
 */
export interface RateLimiter {
  readonly logOnly: boolean
  readonly tags: Int32Array
  readonly levels: Float32Array
  readonly lineMask: number
  /** Secret of the hash: two keys, then one word by prefix level and class. */
  readonly hashKeys: Int32Array
  /** Decayed count at which answering stops, by prefix level and class. */
  readonly ceilings: Float64Array
  /** Time of the last decision, origin of the weights (both in ms), weight of an answer given now. */
  readonly clock: Float64Array
  /** Rows of the decision being made. */
  readonly rows: Int32Array
  /** State of a xorshift generator, and the share of limited answers to slip, of 2^32. */
  readonly slipState: Int32Array
  readonly slipShare: number
  readonly exempts: boolean
  readonly exemptWords: Int32Array
}

/** Makes a limiter; `random` gives the secret 32-bit words of its hash. Its memory never grows. */
export function createRateLimiter(options: RateLimitOptions, random: () => number): RateLimiter {
  const lines = 2 ** Math.ceil(Math.log2(Math.max(WAYS, options.tableSize) / WAYS))
  const memory = new ArrayBuffer(lines * LINE_WORDS * 4)
  const exemptWords: number[] = []
  appendPrefixTrie(
    exemptWords,
    options.exempt.map((prefix) => ({ prefix, value: 1 })),
  )
  const { found, absent, error } = options.answersPerSecond
  const burst = HALF_LIFE / 1000 / Math.LN2
  return {
    logOnly: options.logOnly,
    tags: new Int32Array(memory),
    levels: new Float32Array(memory),
    lineMask: lines - 1,
    hashKeys: new Int32Array(2 + PREFIX_LEVELS.length * CLASSES).map(random),
    ceilings: Float64Array.from(
      PREFIX_LEVELS.flatMap(({ multiple }) => [found, absent, error].map((budget) => budget * multiple * burst)),
    ),
    clock: Float64Array.of(0, 0, 1),
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
  const elapsed = now - limiter.clock[0]!
  if (elapsed < 0 || elapsed >= 1) advanceClock(limiter, now)
  const { levels, rows, ceilings } = limiter
  const weight = limiter.clock[2]!
  const first = isMappedIPv4(source, sourceStart) ? 0 : LEVELS_PER_FAMILY
  let counted = 0
  let cover = Number.POSITIVE_INFINITY
  for (let level = first; level < first + LEVELS_PER_FAMILY; level++) {
    const kind = level * CLASSES + CLASS_OF_VERDICT[verdict]!
    const ceiling = ceilings[kind]! * weight
    if (cover < ceiling / 2) continue
    const row = findRow(limiter, hashPrefix(limiter, source, sourceStart, kind))
    cover = levels[row]!
    if (cover >= ceiling) return slip(limiter)
    rows[counted++] = row
  }
  for (let index = 0; index < counted; index++) levels[rows[index]!]! += weight
  return Decision.Answer
}

function budgetClass(verdict: Verdict): number {
  if (verdict === Verdict.Absent) return BudgetClass.Absent
  return verdict === Verdict.Refused || verdict === Verdict.Malformed ? BudgetClass.Error : BudgetClass.Found
}

/** A clock that went back counts on from where it is: the levels keep, and neither jump frees or punishes anybody. */
function advanceClock(limiter: RateLimiter, now: number): void {
  const { clock, levels, tags } = limiter
  if (now < clock[0]!) clock[1]! += now - clock[0]!
  const exponent = (now - clock[1]!) / HALF_LIFE
  clock[0] = now
  clock[2] = 2 ** exponent
  if (exponent < LONGEST_EXPONENT) return
  const factor = 2 ** -exponent
  for (let line = 0; line < tags.length; line += LINE_WORDS) {
    for (let row = line + WAYS; row < line + LINE_WORDS; row++) levels[row]! *= factor
  }
  clock[1] = now
  clock[2] = 1
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
 * The row of the key with this hash. A newcomer takes the row with the smallest level of its line, and the level with
 * it (space-saving): so whoever is over a budget cannot be flushed out by a flood of forged sources, and a
 * newcomer starts with at most an eighth of what its line has counted.
 */
function findRow(limiter: RateLimiter, hash: number): number {
  const { tags } = limiter
  const line = (hash & limiter.lineMask) * LINE_WORDS
  for (let way = line; way < line + WAYS; way++) if (tags[way] === hash) return way + WAYS
  const smallest = line + smallestWay(tags, line + WAYS)
  tags[smallest] = hash
  return smallest + WAYS
}

/**
 * Positive floats order as their bits do, so the way can take their last three; and nothing branches, for which of
 * eight levels is the smallest cannot be predicted.
 */
function smallestWay(bits: Int32Array, start: number): number {
  let smallest = bits[start]! & -WAYS
  for (let way = 1; way < WAYS; way++) {
    const difference = ((bits[start + way]! & -WAYS) | way) - smallest
    smallest += difference & (difference >> 31)
  }
  return smallest & (WAYS - 1)
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
