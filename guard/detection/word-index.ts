import { EXPECTED, OFTEN_ASKED, WORDS } from './words.ts'

/** Words of 32 bits that a set of words of the list takes. */
export const WORD_SET_LENGTH: number = Math.ceil(WORDS.length / 32)

/** How many labels the list has. */
export const WORD_COUNT: number = WORDS.length

/** Index in `WORDS` of the lower-cased label of `length` octets at `start`, -1: not on the list. Allocates nothing. */
export function findWord(octets: Uint8Array, start: number, length: number): number {
  return find(LISTED, octets, start, length)
}

/** Whether programs look for this label in every domain. */
export function isExpected(octets: Uint8Array, start: number, length: number): boolean {
  return find(EXPECTED_LABELS, octets, start, length) >= 0
}

/** Whether the word with this index is asked for now and then by people who guess nothing. */
export function isOftenAsked(word: number): boolean {
  return OFTEN_ASKED_FLAGS[word] === 1
}

/** Puts a word into a set of `WORD_SET_LENGTH` words at `base`; whether it was not there yet. */
export function addWord(sets: Int32Array, base: number, word: number): boolean {
  const at = base + (word >>> 5)
  const bit = 1 << (word & 31)
  const isNew = (sets[at]! & bit) === 0
  sets[at]! |= bit
  return isNew
}

/** Hash of octets for tables that no client fills: FNV-1a. */
export function hashOctets(octets: Uint8Array, start: number, length: number, seed = 0x811c9dc5): number {
  let hash = seed
  for (let at = start; at < start + length; at++) hash = Math.imul(hash ^ octets[at]!, 0x01000193)
  return hash ^ (hash >>> 15)
}

/** Labels by hash, open addressing: 0 is free, else index + 1. */
interface LabelTable {
  readonly slots: Int32Array
  readonly labels: readonly Uint8Array[]
}

const LISTED = createTable(WORDS)
const EXPECTED_LABELS = createTable([...EXPECTED])
const OFTEN_ASKED_FLAGS = Uint8Array.from(WORDS, (word) => (OFTEN_ASKED.has(word) ? 1 : 0))

function createTable(words: readonly string[]): LabelTable {
  let size = 16
  while (size < words.length * 2) size *= 2
  const slots = new Int32Array(size)
  const labels = words.map((word) => Uint8Array.from(word, (character) => character.charCodeAt(0)))
  labels.forEach((label, index) => {
    let slot = hashOctets(label, 0, label.length) & (size - 1)
    while (slots[slot] !== 0) slot = (slot + 1) & (size - 1)
    slots[slot] = index + 1
  })
  return { slots, labels }
}

function find({ slots, labels }: LabelTable, octets: Uint8Array, start: number, length: number): number {
  const mask = slots.length - 1
  for (let slot = hashOctets(octets, start, length) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
    const index = slots[slot]! - 1
    if (isSame(labels[index]!, octets, start, length)) return index
  }
  return -1
}

function isSame(label: Uint8Array, octets: Uint8Array, start: number, length: number): boolean {
  if (label.length !== length) return false
  for (let at = 0; at < length; at++) if (label[at] !== octets[start + at]) return false
  return true
}
