/** What each worker counts, by position in its block of shared memory. The main thread reads, only the worker writes. */
export const Counter = {
  Received: 0,
  ReceivedStream: 1,
  Silent: 2,
  /** Verdicts, in the order of guard/verdict.ts. */
  Verdict: 3,
  /** Answers by RCODE 0 to 16. */
  Rcode: 10,
  Truncated: 27,
  LimitedTruncate: 28,
  LimitedDrop: 29,
  /** Datagrams that could not be sent, or were cut off on receipt. */
  SendFailed: 30,
  ReceiveTruncated: 31,
  /** Streams: opened, closed to make room for another client's, failed by reset or for want of descriptors. */
  Connections: 32,
  ConnectionsPushedOut: 33,
  ConnectionErrors: 34,
  /** Signatures made for answers. */
  SignaturesMade: 35,
  Count: 36,
} as const

export type Statistics = Float64Array

/** Octets of one worker's block. */
export const STATISTICS_OCTETS = Counter.Count * Float64Array.BYTES_PER_ELEMENT

/** Opens the block of counters at `offset` of `memory`, or a private one. */
export function openStatistics(memory: ArrayBufferLike = new ArrayBuffer(STATISTICS_OCTETS), offset = 0): Statistics {
  return new Float64Array(memory, offset, Counter.Count)
}
