/*
 * Signatures on their way to a second opinion. A worker leaves one in its cell whenever the cell is empty; whoever verifies
 * them takes it out in his own time. Nobody waits.
 *
 *     Int32 word 0   state        1  key tag       2  algorithm
 *                3   octets of the data            4  octets of the signature
 *     octet 20       data, signature
 */
import { RRSIG_FIXED_OCTETS } from '../dns/constants.ts'

/** A signature, and what it was made over: RRSIG's RDATA without the signature, then the RRset (RFC 4034 §3.1.8.1). */
export interface SignatureSample {
  readonly keyTag: number
  /** DNSSEC algorithm number. */
  readonly algorithm: number
  readonly data: Uint8Array
  readonly signature: Uint8Array
}

/** One worker's cell. */
export interface SampleCell {
  readonly words: Int32Array
  readonly octets: Uint8Array
}

/** Octets of a cell; zeroed memory is an empty one. Larger RRsets are not sampled. */
export const SAMPLE_OCTETS = 4096

const State = { Empty: 0, Full: 1 } as const
const Word = { State: 0, KeyTag: 1, Algorithm: 2, DataOctets: 3, SignatureOctets: 4 } as const
const BEGINNING = 20

/** Opens a cell; one thread fills it, another empties it. */
export function openSampleCell(memory: SharedArrayBuffer): SampleCell {
  return { words: new Int32Array(memory), octets: new Uint8Array(memory) }
}

/** Leaves a signature in the cell, if it is empty: `key` signed the first `length` octets of `data`. */
export function offerSample(
  { words, octets }: SampleCell,
  key: { readonly keyTag: number; readonly algorithm: number; readonly signatureOctets: number },
  data: Uint8Array,
  length: number,
  signatures: Uint8Array,
  at: number,
): void {
  if (words[Word.State] !== State.Empty || BEGINNING + length + key.signatureOctets > SAMPLE_OCTETS) return
  words[Word.KeyTag] = key.keyTag
  words[Word.Algorithm] = key.algorithm
  words[Word.DataOctets] = length
  words[Word.SignatureOctets] = key.signatureOctets
  for (let i = 0; i < length; i++) octets[BEGINNING + i] = data[i]!
  for (let i = 0; i < key.signatureOctets; i++) octets[BEGINNING + length + i] = signatures[at + i]!
  Atomics.store(words, Word.State, State.Full)
}

/** Takes what is in the cell; undefined: nothing. */
export function takeSample({ words, octets }: SampleCell): SignatureSample | undefined {
  if (Atomics.load(words, Word.State) !== State.Full) return undefined
  const end = BEGINNING + words[Word.DataOctets]!
  const sample = {
    keyTag: words[Word.KeyTag]!,
    algorithm: words[Word.Algorithm]!,
    data: octets.slice(BEGINNING, end),
    signature: octets.slice(end, end + words[Word.SignatureOctets]!),
  }
  Atomics.store(words, Word.State, State.Empty)
  return sample
}

/** The apex of the zone that the sample is of, wire. */
export function signerOf({ data }: SignatureSample): Uint8Array {
  let at = RRSIG_FIXED_OCTETS
  while (data[at] !== 0) at += data[at]! + 1
  return data.subarray(RRSIG_FIXED_OCTETS, at + 1)
}
