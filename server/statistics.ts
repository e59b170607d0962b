/** What each worker counts, by position in its block of shared memory. The main thread reads, only the worker writes. */
export const Counter = {
  Received: 0,
  ReceivedStream: 1,
  Silent: 2,
  /** Verdicts, in the order of guard/verdict.ts. */
  Verdict: 3,
  /** Answers by RCODE 0 to 16. */
  Rcode: 11,
  Truncated: 28,
  LimitedTruncate: 29,
  LimitedDrop: 30,
  /** Datagrams that could not be sent, or were cut off on receipt. */
  SendFailed: 31,
  ReceiveTruncated: 32,
  /** Streams: opened, closed to make room for another client's, failed by reset or for want of descriptors. */
  Connections: 33,
  ConnectionsPushedOut: 34,
  ConnectionErrors: 35,
  /** Signatures made for answers. */
  SignaturesMade: 36,
  /** Questions told to the main thread, and those lost because the ring was full. */
  EventsTold: 37,
  EventsLost: 38,
  LimitedRefuse: 39,
  /** Nothing was said to who is banned; absent names asked under a smaller budget; answers withheld by a reaction. */
  Banned: 40,
  Starved: 41,
  Reacted: 42,
  /** Questions with a DNS cookie, and those whose cookie proved the client's address. */
  Cookies: 43,
  CookiesValid: 44,
  Count: 45,
} as const

export type Statistics = Float64Array

/** Octets of one worker's block. */
export const STATISTICS_OCTETS = Counter.Count * Float64Array.BYTES_PER_ELEMENT

/** Opens the block of counters at `offset` of `memory`, or a private one. */
export function openStatistics(memory: ArrayBufferLike = new ArrayBuffer(STATISTICS_OCTETS), offset = 0): Statistics {
  return new Float64Array(memory, offset, Counter.Count)
}
