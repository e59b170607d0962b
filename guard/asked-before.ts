/*
 * Which questions were asked before by the same network, in fixed memory that all workers of a view share: a Bloom filter
 * whose lines hold two generations each. When one has taken in what it holds, the older is emptied and goes on as the
 * newer: what was asked is known until as many others have been asked again.
 *
 *   header  16 words: which generation is the newer, its entries so far
 *   line    64 octets: 256 bits of either generation; an entry sets two of them
 *
 * Workers write without locks: what a race loses is an entry.
 */

const LINES = 8192
const LINE_WORDS = 16
const HALF_WORDS = LINE_WORDS / 2
const HEADER_WORDS = 16
const Word = { Newer: 0, Entries: 1 } as const
/** With so many entries a generation takes one question in seven that is new for an old one. */
const MOST_ENTRIES = 2 ** 19

export const ASKED_BEFORE_OCTETS = (HEADER_WORDS + LINES * LINE_WORDS) * 4

/** Says whether the question of this keyed hash is there, and has it there from now on. */
export function noteAsked(words: Int32Array, hash: number): boolean {
  const line = HEADER_WORDS + (hash & (LINES - 1)) * LINE_WORDS
  const first = (hash >>> 13) & 255
  const second = Math.imul(hash, 0x2c1b3c6d) >>> 24
  const newer = line + words[Word.Newer]! * HALF_WORDS
  if (hasBit(words, newer, first) && hasBit(words, newer, second)) return true
  const older = line + (1 - words[Word.Newer]!) * HALF_WORDS
  const isKnown = hasBit(words, older, first) && hasBit(words, older, second)
  words[newer + (first >>> 5)]! |= 1 << (first & 31)
  words[newer + (second >>> 5)]! |= 1 << (second & 31)
  words[Word.Entries]!++
  if (words[Word.Entries]! >= MOST_ENTRIES) beginGeneration(words)
  return isKnown
}

function hasBit(words: Int32Array, start: number, bit: number): boolean {
  return (words[start + (bit >>> 5)]! & (1 << (bit & 31))) !== 0
}

function beginGeneration(words: Int32Array): void {
  const newer = 1 - words[Word.Newer]!
  words[Word.Entries] = 0
  for (let line = HEADER_WORDS; line < words.length; line += LINE_WORDS) {
    const start = line + newer * HALF_WORDS
    words.fill(0, start, start + HALF_WORDS)
  }
  words[Word.Newer] = newer
}
