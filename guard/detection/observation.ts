import { Type } from '../../dns/constants.ts'
import { LabelShape, labelShape } from '../label-shape.ts'
import type { QueryEvent } from '../query-event.ts'
import { Verdict } from '../verdict.ts'
import { spread } from './distinct.ts'
import type { Scope } from './scope.ts'
import { findWord, hashOctets, isExpected } from './word-index.ts'

/** What one question looks like. */
export const Look = {
  /** It speaks against guessing: a name that exists, or one that is asked for by mistake or by programs. */
  Ordinary: 0,
  /** An absent name that somebody may have guessed: one plausible label below a name that exists. */
  Guess: 1,
  /** An absent name with a label that a tool drew to find out what absent names look like. */
  Probe: 2,
  /** An absent name with a label that is random otherwise: a browser's probe, or one drop of a flood. */
  Random: 3,
  /** An address turned into a name. */
  Reverse: 4,
  /** A question that only serves to walk the chain of denials. */
  Walk: 5,
  Transfer: 6,
} as const
export type Look = (typeof Look)[keyof typeof Look]

/** What detectors need to know of a question; filled anew for each. */
export interface Observation {
  look: Look
  /** Of the whole name. */
  nameHash: number
  /** Of Guess: index into the list of words, -1: not on it. */
  word: number
  /** Of Guess: the beginning of the label as a number that orders as labels do. */
  order: number
  /** Of Guess: what stands before the digits at the end of the label, as a hash, and the number they are; -1: no digits. */
  stem: number
  number: number
  /** Of Guess: the label is nothing but digits; or of parts joined by hyphens, two of them on the list. */
  isNumber: boolean
  isCompound: boolean
  /** Of Probe and Random. */
  shape: LabelShape
  /** Of Reverse: the address, or its lowest 32 bits; a whole one, for what is asked is an address's name. */
  address: number
}

/** Room for an observation. */
export function createObservation(): Observation {
  return {
    look: Look.Ordinary,
    nameHash: 0,
    word: -1,
    order: 0,
    stem: 0,
    number: -1,
    isNumber: false,
    isCompound: false,
    shape: LabelShape.Word,
    address: -1,
  }
}

/** Looks at a question that was asked in this zone. */
export function observeQuestion(event: QueryEvent, scope: Scope, into: Observation): void {
  into.nameHash = spread(hashOctets(event.name, 0, event.nameLength))
  into.look = lookOf(event, scope, into)
  if (into.look === Look.Guess) describeGuess(event, into)
}

/** Types that somebody asks for who looks for hosts. */
const HOST_TYPES: ReadonlySet<number> = new Set([Type.A, Type.AAAA, Type.CNAME, Type.ANY])
const WALK_TYPES: ReadonlySet<number> = new Set([Type.NSEC, Type.NSEC3, Type.NXNAME])
/** Letters alone say nothing: Chromium draws 7 to 15 of them, three names at each start. */
const PROBE_SHAPES: ReadonlySet<LabelShape> = new Set([
  LabelShape.Uuid,
  LabelShape.Xid,
  LabelShape.Digits,
  LabelShape.Alphanumeric16,
  LabelShape.Canary,
])

function lookOf(event: QueryEvent, scope: Scope, into: Observation): Look {
  const { name, nameLength, apexLength, type, verdict } = event
  if (type === Type.AXFR || type === Type.IXFR) return Look.Transfer
  if (WALK_TYPES.has(type) || hasStrangeLabel(name, nameLength - apexLength)) return Look.Walk
  if (scope.kind !== 'forward') return reverseLook(event, scope, into)
  if (verdict !== Verdict.Absent && verdict !== Verdict.Decoy) return Look.Ordinary
  // Below `_`: services, policies and challenges. Other types: mail, delegations, and what minimises names (RFC 9156).
  if (!HOST_TYPES.has(type) || hasUnderscore(name, nameLength - apexLength)) return Look.Ordinary
  // A search list was applied to a complete name, or names were minimised.
  if (scope.labelsBelowEncloser(name, nameLength) !== 1) return Look.Ordinary
  if (isExpected(name, 1, name[0]!)) return Look.Ordinary
  into.word = findWord(name, 1, name[0]!)
  if (into.word >= 0) return Look.Guess
  if (scope.isNearPublished(name, 1, name[0]!)) return Look.Ordinary
  into.shape = labelShape(name, 0)
  if (into.shape === LabelShape.Word) return Look.Guess
  return PROBE_SHAPES.has(into.shape) ? Look.Probe : Look.Random
}

/** An octet 0 stands only in names that denials are made of: whoever asks for them follows the chain. */
function hasStrangeLabel(name: Uint8Array, end: number): boolean {
  for (let at = 0; at < end; at += name[at]! + 1) {
    for (let octet = at + 1; octet <= at + name[at]!; octet++) if (name[octet] === 0) return true
  }
  return false
}

function hasUnderscore(name: Uint8Array, end: number): boolean {
  for (let at = 0; at < end; at += name[at]! + 1) if (name[at + 1] === 0x5f) return true
  return false
}

function reverseLook({ name }: QueryEvent, { kind }: Scope, into: Observation): Look {
  into.address = kind === 'reverse-ipv4' ? ipv4Of(name) : ipv6TailOf(name)
  return into.address < 0 ? Look.Ordinary : Look.Reverse
}

/** The address whose name under in-addr.arpa this is; -1: of none. */
function ipv4Of(name: Uint8Array): number {
  let address = 0
  let at = 0
  for (let octet = 0; octet < 4; octet++) {
    const length = name[at]!
    let number = length === 0 || length > 3 ? -1 : 0
    for (let digit = at + 1; digit <= at + length && number >= 0; digit++) {
      const value = name[digit]! - 0x30
      number = value < 0 || value > 9 ? -1 : number * 10 + value
    }
    if (number < 0 || number > 255) return -1
    address += number * 256 ** octet
    at += length + 1
  }
  return name[at] === 7 ? address : -1
}

/** The lowest 32 bits of the address whose name under ip6.arpa this is; -1: of none. */
function ipv6TailOf(name: Uint8Array): number {
  let tail = 0
  for (let nibble = 0; nibble < 32; nibble++) {
    const octet = name[2 * nibble + 1]!
    const value = octet >= 0x61 && octet <= 0x66 ? octet - 0x57 : octet - 0x30
    if (name[2 * nibble] !== 1 || value < 0 || value > 15) return -1
    if (nibble < 8) tail += value * 16 ** nibble
  }
  return tail
}

/** Letters, digits and the rest, 37 of them: nine fit exactly into a number. */
const SYMBOLS = 37
const ORDERED_OCTETS = 9

function describeGuess({ name, nameLength, apexLength }: QueryEvent, into: Observation): void {
  const length = name[0]!
  let order = 0
  for (let at = 1; at <= ORDERED_OCTETS; at++) order = order * SYMBOLS + (at <= length ? symbolOf(name[at]!) : 0)
  into.order = order
  let stemEnd = length
  while (stemEnd > 0 && isDigit(name[stemEnd]!)) stemEnd--
  // Further down numbers are parts of addresses, as in block lists.
  into.isNumber = stemEnd === 0 && length + 1 + apexLength === nameLength
  into.stem = hashOctets(name, 1, stemEnd)
  into.number = stemEnd === length || length - stemEnd > 6 ? -1 : numberAt(name, stemEnd + 1, length)
  into.isCompound = into.word < 0 && countListedParts(name, length) >= 2
}

/** As sorted lists have it: hyphens and digits before letters. */
function symbolOf(octet: number): number {
  if (octet >= 0x61 && octet <= 0x7a) return octet - 0x61 + 11
  return isDigit(octet) ? octet - 0x30 + 1 : 0
}

function isDigit(octet: number): boolean {
  return octet >= 0x30 && octet <= 0x39
}

function numberAt(octets: Uint8Array, from: number, to: number): number {
  let number = 0
  for (let at = from; at <= to; at++) number = number * 10 + octets[at]! - 0x30
  return number
}

function countListedParts(name: Uint8Array, length: number): number {
  let count = 0
  let start = 1
  for (let at = 1; at <= length + 1; at++) {
    if (at <= length && name[at] !== 0x2d) continue
    if (start > 1 || at <= length) count += findWord(name, start, at - start) >= 0 ? 1 : 0
    start = at + 1
  }
  return count
}
