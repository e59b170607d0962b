/*
 * The table of signatures of one view, shared by all workers. Real names and names made on demand are kept and given up
 * alike: what is in it tells nothing.
 */
import type { LabelledName } from '../dns/labelled-name.ts'

/** What a signature is of: one RRset under one set of keys, for one quantum. Caller-owned. */
export interface SignatureSubject {
  /** `ImageSigning.stamp`. */
  stamp: number
  /** What of the owner, and which key's: see server/answer/signing.ts. */
  item: number
  /** Number of the quantum: `quantumAt`. */
  quantum: number
  /** The owner, or what stands for it in a denial record: the suffix of `name` from label `label` on. */
  name: LabelledName
  label: number
}

/**
 * The table as one thread reads and writes it. All numbers are 32-bit words but owner and signatures.
 *
 *   header  64 octets    clock: signatures stored so far
 *   set     64 octets    8 tags, one for each slot: keyed hash of (owner, item, stamp); then 8 clocks of last use
 *   slot    512 octets   sequence, stamp, item, quantum, octets of the owner and of the signatures, check; signatures, padded with
 *                        zeros to whole words; owner
 *
 * All sets stand behind the header, all slots behind them, eight for each set. The quantum is not hashed, so that a new
 * one takes the slot of the old one.
 *
 * A slot being written has an odd sequence. Nobody waits for it: to readers it is a miss, to other writers not there. A
 * reader believes what it copied if the sequence is still the same and the check fits, a hash of tag, quantum and signatures:
 * without it, a processor that orders loads loosely could mix what two writers wrote.
 */
export interface SignatureTable {
  readonly words: Int32Array
  readonly octets: Uint8Array
  /** Secret, the same in all threads. */
  readonly seed: number
  readonly sets: number
  /** Signatures stored before the clock of last use is worth an update: it keeps the set's line shared between readers. */
  readonly touchAfter: number
}

const WAYS = 8
const HEADER_OCTETS = 64
const SET_OCTETS = 64
const SLOT_OCTETS = 512
const SLOT_WORDS = SLOT_OCTETS / 4
const SET_WORDS = SET_OCTETS / 4

const CLOCK = 0
const Slot = { Sequence: 0, Stamp: 1, Item: 2, Quantum: 3, Lengths: 4, Check: 5, Signatures: 6 } as const
/** Octets for signatures and owner. */
const ROOM = SLOT_OCTETS - Slot.Signatures * 4

const NO_SLOT = -1
/** A tag that no subject has: slots that were never written. */
const NO_TAG = 0

/** Octets of memory for a table of `slots`, rounded up to a power of two; zeroed memory is an empty table. */
export function signatureTableOctets(slots: number): number {
  const sets = 2 ** Math.ceil(Math.log2(Math.max(WAYS, slots) / WAYS))
  return HEADER_OCTETS + sets * (SET_OCTETS + WAYS * SLOT_OCTETS)
}

/** Opens a table for this thread; `seed` is a secret 32-bit number, the same for all who open this memory. */
export function openSignatureTable(memory: SharedArrayBuffer, seed: number): SignatureTable {
  const sets = (memory.byteLength - HEADER_OCTETS) / (SET_OCTETS + WAYS * SLOT_OCTETS)
  if (!Number.isInteger(Math.log2(sets))) throw new Error(`${memory.byteLength} octets are no table of signatures`)
  return { words: new Int32Array(memory), octets: new Uint8Array(memory), seed, sets, touchAfter: sets }
}

/**
 * Copies the subject's signatures, `octets` in all, to `into` from `at` on. False where the table does not have them; then
 * what stands there is undefined.
 */
export function findSignatures(
  table: SignatureTable,
  subject: SignatureSubject,
  octets: number,
  into: Uint8Array,
  at: number,
): boolean {
  const { words } = table
  const tag = tagOf(table, subject)
  const set = setOf(table, tag)
  for (let way = 0; way < WAYS; way++) {
    if (words[set + way] !== tag) continue
    const slot = slotOf(table, set, way)
    const sequence = Atomics.load(words, slot)
    if (isWriting(sequence) || words[slot + Slot.Quantum] !== subject.quantum) continue
    if (!isOf(table, slot, subject) || signatureOctets(words, slot) !== octets) continue
    const check = copyOut(table, slot, octets, beginCheck(tag, subject.quantum, octets), into, at)
    if (check !== words[slot + Slot.Check] || Atomics.load(words, slot) !== sequence) continue
    const clock = words[CLOCK]!
    if ((clock - words[set + WAYS + way]!) >>> 0 > table.touchAfter) words[set + WAYS + way] = clock
    return true
  }
  return false
}

/**
 * Keeps the subject's signatures, which stand in `from` from `at` on, `octets` in all. They take the place of its last
 * quantum, or else of what was used longest ago; what is too long is not kept.
 */
export function storeSignatures(
  table: SignatureTable,
  subject: SignatureSubject,
  octets: number,
  from: Uint8Array,
  at: number,
): void {
  const { words } = table
  const { name } = subject
  const ownerOctets = name.length - name.labels[subject.label]!
  if (padded(octets) + ownerOctets > ROOM) return
  const tag = tagOf(table, subject)
  const set = setOf(table, tag)
  const way = wayFor(table, set, tag, subject)
  if (way === NO_SLOT) return
  const slot = slotOf(table, set, way)
  const sequence = words[slot]!
  if (isWriting(sequence) || Atomics.compareExchange(words, slot, sequence, sequence + 1) !== sequence) return
  words[slot + Slot.Stamp] = subject.stamp
  words[slot + Slot.Item] = subject.item
  words[slot + Slot.Quantum] = subject.quantum
  words[slot + Slot.Lengths] = ownerOctets | (octets << 16)
  words[slot + Slot.Check] = copyIn(table, slot, beginCheck(tag, subject.quantum, octets), from, at)
  copyOwner(table, slot, subject)
  words[set + way] = tag
  words[set + WAYS + way] = Atomics.add(words, CLOCK, 1) + 1
  Atomics.store(words, slot, sequence + 2)
}

/**
 * 32-bit phase of an owner's quanta: a keyed hash of the suffix of `name` from `label` on, whether it exists or not.
 * Phases show in the times of signatures: `seed` keeps them from telling the one seed that hashes of labels have.
 */
export function ownerPhase(seed: number, name: LabelledName, label: number): number {
  return mix(hashSuffix(name, label, seed)) >>> 0
}

function tagOf({ seed }: SignatureTable, { name, label, stamp, item }: SignatureSubject): number {
  const hash = mix(mix(hashSuffix(name, label, seed) ^ stamp) ^ item)
  return hash === NO_TAG ? 1 : hash
}

/** Position of the set's first word. */
function setOf({ sets }: SignatureTable, tag: number): number {
  return HEADER_OCTETS / 4 + (tag & (sets - 1)) * SET_WORDS
}

/** Position of the slot's first word. */
function slotOf({ sets }: SignatureTable, set: number, way: number): number {
  const index = (set - HEADER_OCTETS / 4) / SET_WORDS
  return HEADER_OCTETS / 4 + sets * SET_WORDS + (index * WAYS + way) * SLOT_WORDS
}

function isWriting(sequence: number): boolean {
  return (sequence & 1) === 1
}

function signatureOctets(words: Int32Array, slot: number): number {
  return words[slot + Slot.Lengths]! >>> 16
}

/** Octets that signatures of so many take in a slot. */
function padded(octets: number): number {
  return (octets + 3) & ~3
}

/** Whether the slot is the subject's, of whatever quantum. Owners are compared in full: a hash may lie. */
function isOf(
  { words, octets }: SignatureTable,
  slot: number,
  { stamp, item, name, label }: SignatureSubject,
): boolean {
  if (words[slot + Slot.Stamp] !== stamp || words[slot + Slot.Item] !== item) return false
  const start = name.labels[label]!
  const length = name.length - start
  if ((words[slot + Slot.Lengths]! & 0xffff) !== length) return false
  const owner = ownerOf(words, slot)
  for (let i = 0; i < length; i++) if (octets[owner + i] !== name.octets[start + i]) return false
  return true
}

/** The slot that the subject has already, or the one used longest ago among those that nobody writes. */
function wayFor(table: SignatureTable, set: number, tag: number, subject: SignatureSubject): number {
  const { words } = table
  const clock = words[CLOCK]!
  let oldest = NO_SLOT
  let age = -1
  for (let way = 0; way < WAYS; way++) {
    const slot = slotOf(table, set, way)
    if (isWriting(words[slot]!)) continue
    if (words[set + way] === tag && isOf(table, slot, subject)) return way
    const unused = words[set + way] === NO_TAG ? 2 ** 32 : (clock - words[set + WAYS + way]!) >>> 0
    if (unused <= age) continue
    oldest = way
    age = unused
  }
  return oldest
}

/** Copies so many octets of signatures out of the slot, and returns the check of what was copied. */
function copyOut(
  { words }: SignatureTable,
  slot: number,
  length: number,
  check: number,
  into: Uint8Array,
  at: number,
): number {
  let result = check
  let word = 0
  for (let i = 0; i < length; i++) {
    if ((i & 3) === 0) {
      word = words[slot + Slot.Signatures + (i >> 2)]!
      result = step(result, word)
    }
    into[at + i] = word >>> ((i & 3) << 3)
  }
  return result
}

/** Copies the signatures into the slot, and returns their check. */
function copyIn({ words }: SignatureTable, slot: number, check: number, from: Uint8Array, at: number): number {
  const length = signatureOctets(words, slot)
  let result = check
  let word = 0
  for (let i = 0; i < padded(length); i++) {
    if (i < length) word |= from[at + i]! << ((i & 3) << 3)
    if ((i & 3) !== 3) continue
    words[slot + Slot.Signatures + (i >> 2)] = word
    result = step(result, word)
    word = 0
  }
  return result
}

function copyOwner({ words, octets }: SignatureTable, slot: number, { name, label }: SignatureSubject): void {
  const start = name.labels[label]!
  const owner = ownerOf(words, slot) - start
  for (let i = start; i < name.length; i++) octets[owner + i] = name.octets[i]!
}

/** Position of the owner's first octet. */
function ownerOf(words: Int32Array, slot: number): number {
  return (slot + Slot.Signatures) * 4 + padded(signatureOctets(words, slot))
}

/** Binds the signatures to what they are of: the tag stands for owner, item and stamp. */
function beginCheck(tag: number, quantum: number, octets: number): number {
  return step(step(tag, quantum), octets)
}

function hashSuffix(name: LabelledName, label: number, salt: number): number {
  let hash = salt
  for (let at = label; at < name.count; at++) hash = step(hash, name.hashes[at]!)
  return hash
}

function step(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1)
  return mixed ^ (mixed >>> 15)
}

/** A bijection of 32 bits: each bit of the result hangs on each of `hash`. */
function mix(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  const whole = Math.imul(half ^ (half >>> 15), 0x846ca68b)
  return whole ^ (whole >>> 16)
}
