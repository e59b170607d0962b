import { LABEL_MODEL } from './label-model.ts'

/**
 * What a label looks like: named by a person, or drawn at random by a tool that probes for wildcards. It is a guess from
 * the label alone; test/guard/label-shape.test.ts measures how often it is wrong.
 */
export const LabelShape = {
  /** Pronounceable, composed of words or abbreviations, with numbers behind them; and whatever is too short to tell. */
  Word: 0,
  /** A random UUID (RFC 9562 §5.4): gobuster. */
  Uuid: 1,
  /** 20 digits of base32hex: the xid of dnsx, subfinder, shuffledns. */
  Xid: 2,
  /** Ten digits or more in a row: fierce has 11. */
  Digits: 3,
  /** 16 letters and digits mixed: puredns. */
  Alphanumeric16: 4,
  /** 8 letters (bbot), 10 (bbot) or 12 (dnsenum), and nothing else. */
  Letters: 5,
  /** Words, a hyphen, 8 random letters: bbot's canaries. */
  Canary: 6,
  /** Random otherwise: amass, dnsrecon; and octets that no host name has. */
  Random: 7,
} as const
export type LabelShape = (typeof LabelShape)[keyof typeof LabelShape]

/** The shape of the lower-cased label whose length octet stands at `at`. Allocates nothing. */
export function labelShape(octets: Uint8Array, at: number): LabelShape {
  const start = at + 1
  const end = start + octets[at]!
  if (isUuid(octets, start, end)) return LabelShape.Uuid
  if (longestDigits(octets, start, end) >= MANY_DIGITS) return LabelShape.Digits
  if (isEncoded(octets, start, end)) return LabelShape.Word
  const isOfLetters = isOnly(octets, start, end, LETTER)
  const length = end - start
  const threshold = isOfLetters && length >= MANY_LETTERS ? SURPRISE_OF_LETTERS : SURPRISE
  if (greatestSurprise(octets, start, end) <= threshold) return LabelShape.Word
  if (isOfLetters) return length === 8 || length === 10 || length === 12 ? LabelShape.Letters : LabelShape.Random
  if (length === 16 && isOnly(octets, start, end, LETTER | DIGIT)) return LabelShape.Alphanumeric16
  if (length === 20 && isXid(octets, start, end)) return LabelShape.Xid
  return isCanary(octets, start, end) ? LabelShape.Canary : LabelShape.Random
}

const LETTER = 1
const DIGIT = 2
const HYPHEN = 4
const MANY_DIGITS = 10
const MANY_LETTERS = 10

/** In thirds of a nat: so much more likely a part of the label must be as a random one than as a name. */
const SURPRISE = 24
/** Where a label is of letters alone and long, as probes are, and a word would have shown. */
const SURPRISE_OF_LETTERS = 20
/** Parts of fewer letters and digits are abbreviations as likely as not: nothing can be told from them. */
const TELLING_OCTETS = 5
/** An octet that no host name has. */
const STRANGE = 100

/** 0 the border of a word, 1 to 26 a letter, 27 a digit. */
const SYMBOLS = 28
/** By the two symbols before and a symbol: how much more likely it is in a name than by chance, thirds of a nat. */
const ODDS = unpackModel(LABEL_MODEL)

/**
 * The part of the label that is most likely random, as the sum over its octets of what speaks for chance. A sum starts anew
 * wherever the label so far speaks for a name, so that random letters behind a word are found.
 */
function greatestSurprise(octets: Uint8Array, start: number, end: number): number {
  let context = 0
  let sum = 0
  let greatest = 0
  let telling = 0
  for (let at = start; at <= end; at++) {
    const symbol = at < end ? symbolOf(octets[at]!) : 0
    if (symbol < 0) return STRANGE
    sum = Math.max(0, sum - ODDS[context * SYMBOLS + symbol]!)
    if (symbol !== 0) telling++
    if (sum > greatest) greatest = sum
    context = symbol === 0 ? 0 : (context % SYMBOLS) * SYMBOLS + symbol
  }
  return telling < TELLING_OCTETS ? 0 : greatest
}

function symbolOf(octet: number): number {
  const kind = kindOf(octet)
  if (kind === LETTER) return octet - 0x60
  if (kind === DIGIT) return 27
  return kind === HYPHEN || octet === UNDERSCORE ? 0 : -1
}

const UNDERSCORE = 0x5f

function kindOf(octet: number): number {
  if (octet >= 0x61 && octet <= 0x7a) return LETTER
  if (octet >= 0x30 && octet <= 0x39) return DIGIT
  return octet === 0x2d ? HYPHEN : 0
}

function isOnly(octets: Uint8Array, start: number, end: number, kinds: number): boolean {
  for (let at = start; at < end; at++) if ((kindOf(octets[at]!) & kinds) === 0) return false
  return true
}

/** `8-4-4-4-12` hexadecimal digits, version 4, variant 10. */
function isUuid(octets: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 36 || octets[start + 14] !== 0x34 || !isVariant(octets[start + 19]!)) return false
  for (let i = 0; i < 36; i++) {
    const isHyphen = i === 8 || i === 13 || i === 18 || i === 23
    if (isHyphen ? octets[start + i] !== 0x2d : !isBelow(octets[start + i]!, LAST_HEX_LETTER)) return false
  }
  return true
}

const LAST_HEX_LETTER = 0x66
/** `v`. */
const LAST_BASE32_LETTER = 0x76

/** 8, 9, a or b. */
function isVariant(octet: number): boolean {
  return octet === 0x38 || octet === 0x39 || octet === 0x61 || octet === 0x62
}

function isXid(octets: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isBelow(octets[at]!, LAST_BASE32_LETTER)) return false
  return true
}

/** A digit, or a letter up to `last`. */
function isBelow(octet: number, last: number): boolean {
  return kindOf(octet) === DIGIT || (kindOf(octet) === LETTER && octet <= last)
}

function longestDigits(octets: Uint8Array, start: number, end: number): number {
  let longest = 0
  let run = 0
  for (let at = start; at < end; at++) {
    run = kindOf(octets[at]!) === DIGIT ? run + 1 : 0
    if (run > longest) longest = run
  }
  return longest
}

/** An A-label (RFC 5890 §2.3.2.1): what looks random in it is an encoding of letters that are not. */
function isEncoded(octets: Uint8Array, start: number, end: number): boolean {
  return end - start > 4 && octets[start] === 0x78 && octets[start + 1] === 0x6e && isDashes(octets, start + 2)
}

function isDashes(octets: Uint8Array, at: number): boolean {
  return octets[at] === 0x2d && octets[at + 1] === 0x2d
}

/** Ends with a hyphen and 8 letters. */
function isCanary(octets: Uint8Array, start: number, end: number): boolean {
  return end - start > 9 && kindOf(octets[end - 9]!) === HYPHEN && isOnly(octets, end - 8, end, LETTER)
}

/** Two entries an octet, the first in its high bits; each plus 11. */
function unpackModel(text: string): Int8Array {
  const packed = atob(text)
  const odds = new Int8Array(packed.length * 2)
  for (let i = 0; i < packed.length; i++) {
    odds[2 * i] = (packed.charCodeAt(i) >>> 4) - 11
    odds[2 * i + 1] = (packed.charCodeAt(i) & 15) - 11
  }
  return odds
}
