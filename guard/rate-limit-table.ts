import { ASKED_BEFORE_OCTETS } from './asked-before.ts'
import { wordAt } from './prefix-trie.ts'

/** Classes of verdicts, each of which is counted by itself: see rate-limiter.ts. */
export const CLASSES = 3

/** Prefixes counted for each client, by family, widest first. */
export const PREFIX_LEVELS = [
  { bits: 20, multiple: 32 },
  { bits: 24, multiple: 8 },
  { bits: 32, multiple: 1 },
  { bits: 48, multiple: 16 },
  { bits: 56, multiple: 4 },
  { bits: 64, multiple: 2 },
  { bits: 128, multiple: 1 },
] as const
/** What a prefix leaves of the last 32 of those bits. */
const PREFIX_MASKS = Int32Array.from(PREFIX_LEVELS, ({ bits }) => -1 << (-bits & 31))
/** The first level of IPv6. */
export const IPV6_LEVEL = 3
/** The last level of both families. */
const WHOLE_ADDRESS = PREFIX_LEVELS.length - 1

/** Whose address is proved is counted apart: nobody can use up such rows in another's name. */
export const KINDS = 2 * PREFIX_LEVELS.length * CLASSES
export const PROVED_KINDS = PREFIX_LEVELS.length * CLASSES

const WAYS = 7
const LINE_WORDS = 16
const LEVELS = LINE_WORDS - WAYS

/** Counts halve in a second, in steps of a tick. */
const HALF_LIFE_MS = 1000
export const TICK_MS = 32
/** A second: longer than a batch takes, even where the worker has to wait for its processor. */
const MOST_BEHIND_TICKS = 32
/** What is left of a count after so many ticks; after the last, nothing worth keeping. */
const REMAINDERS = Float64Array.from({ length: 1024 }, (_, ticks) => 2 ** ((-ticks * TICK_MS) / HALF_LIFE_MS))

/** Highest count, in seconds, of a client that keeps to its budget: what it was given within a tick, and remains before. */
export const BURST_SECONDS = TICK_MS / 1000 / (1 - REMAINDERS[1]!)

/**
 * The counts, plain data that all workers share: otherwise a client would get every worker's budget, for its ports decide
 * which worker hears it. They write without locks; what a race loses is an answer uncounted or counted twice.
 *
 *   line   64 octets: tick of the last decay (int32), 7 tags (int32), one word unused, 7 levels (float32)
 *   tag    keyed hash of (prefix, its length, class of verdict, whether proved); its low bits are the line
 *   level  questions, or answers given to who is proved, decayed to the line's tick
 */
export interface RateLimitTable {
  readonly memory: SharedArrayBuffer
  /** Questions asked before: see asked-before.ts. */
  readonly asked: SharedArrayBuffer
  /** Secret of the hash: two keys, then one word by kind. */
  readonly hashKeys: Int32Array
}

/** The table as one worker reads and writes it. */
export interface OpenTable {
  readonly words: Int32Array
  readonly levels: Float32Array
  readonly asked: Int32Array
  readonly lineMask: number
  readonly hashKeys: Int32Array
}

/** Makes an empty table of `rows`, rounded up; `random` gives the secret 32-bit words of its hash. Its memory never grows. */
export function createRateLimitTable(rows: number, random: () => number): RateLimitTable {
  return {
    memory: new SharedArrayBuffer(rateLimitTableOctets(rows)),
    asked: new SharedArrayBuffer(ASKED_BEFORE_OCTETS),
    hashKeys: new Int32Array(2 + KINDS).map(random),
  }
}

/** Octets of a table of `rows`, rounded up to a power of two. */
export function rateLimitTableOctets(rows: number): number {
  const lines = 2 ** Math.ceil(Math.log2(Math.max(8, rows) / 8))
  return lines * LINE_WORDS * 4
}

/** Opens a table; all who open it write to the same counts. */
export function openRateLimitTable({ memory, asked, hashKeys }: RateLimitTable): OpenTable {
  return {
    words: new Int32Array(memory),
    levels: new Float32Array(memory),
    asked: new Int32Array(asked),
    lineMask: memory.byteLength / (LINE_WORDS * 4) - 1,
    hashKeys,
  }
}

/** Keyed hash of the prefix that the kind (whether proved × prefix level × class) leaves of the address. */
export function hashPrefix(table: OpenTable, octets: Uint8Array, start: number, kind: number): number {
  const keys = table.hashKeys
  const level = ((kind / CLASSES) | 0) % PREFIX_LEVELS.length
  const mask = PREFIX_MASKS[level]!
  const salt = keys[2 + kind]!
  if (level < IPV6_LEVEL) return mix((wordAt(octets, start + 12) & mask) ^ salt, keys[1]!)
  const first = mix(wordAt(octets, start) ^ keys[0]!, keys[1]!)
  if (level < WHOLE_ADDRESS) return mix(first ^ (wordAt(octets, start + 4) & mask) ^ salt, keys[1]!)
  const second = mix(first ^ wordAt(octets, start + 4), keys[0]!)
  const third = mix(second ^ wordAt(octets, start + 8), keys[1]!)
  return mix(third ^ wordAt(octets, start + 12) ^ salt, keys[1]!)
}

/**
 * The row of the key with this hash, decayed to the tick. A newcomer takes the row with the smallest level of its line,
 * and the level with it (space-saving): so whoever is over a budget cannot be flushed out by a flood of forged
 * sources, and a newcomer starts with at most a seventh of what its line has counted.
 */
export function findRow(table: OpenTable, hash: number, tick: number): number {
  const { words } = table
  const line = (hash & table.lineMask) * LINE_WORDS
  if (words[line] !== tick) decay(table, line, tick)
  for (let way = line + 1; way <= line + WAYS; way++) if (words[way] === hash) return way + LEVELS - 1
  const smallest = smallestWay(words, line + LEVELS)
  words[line + 1 + smallest] = hash
  return line + LEVELS + smallest
}

/**
 * A worker in the middle of a batch is behind the others. If it put the line back to its own tick, the next to come would
 * decay it once more, and so on in turns. A clock that really went back decays nothing and goes on from where it is.
 */
function decay({ words, levels }: OpenTable, line: number, tick: number): void {
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

/** Of a keyed hash and one more, the hash of both. */
export function addHash(hash: number, next: number): number {
  return mix(hash ^ next, next)
}

/** A bijection of 32 bits, so that IPv4 prefixes of one length never share a tag. */
function mix(word: number, key: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15) ^ key, 0x846ca68b)
  return hash ^ (hash >>> 16)
}
