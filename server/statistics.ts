/** What each worker counts, by position in its block of shared memory. The main thread reads, only the worker writes. */
export const Counter = {
  Received: 0,
  ReceivedStream: 1,
  Silent: 2,
  /** Verdicts, in the order of guard/verdict.ts. */
  Verdict: 3,
  /** Answers by RCODE 0 to 23. */
  Rcode: 11,
  Truncated: 35,
  LimitedTruncate: 36,
  LimitedDrop: 37,
  /** Datagrams that could not be sent, or were cut off on receipt. */
  SendFailed: 38,
  ReceiveTruncated: 39,
  /** Streams: opened, closed to make room for another client's, failed by reset or for want of descriptors. */
  Connections: 40,
  ConnectionsPushedOut: 41,
  ConnectionErrors: 42,
  /** Signatures made for answers. */
  SignaturesMade: 43,
  /** Questions told to the main thread, and those lost because the ring was full. */
  EventsTold: 44,
  EventsLost: 45,
  LimitedRefuse: 46,
  /** Nothing was said to who is banned; absent names asked under a smaller budget; answers withheld by a reaction. */
  Banned: 47,
  Starved: 48,
  Reacted: 49,
  /** Questions with a DNS cookie, and those whose cookie proved the client's address. */
  Cookies: 50,
  CookiesValid: 51,
  Count: 52,
} as const

export type Statistics = Float64Array

/** Octets of one worker's block. */
export const STATISTICS_OCTETS = Counter.Count * Float64Array.BYTES_PER_ELEMENT

/** Opens the block of counters at `offset` of `memory`, or a private one. */
export function openStatistics(memory: ArrayBufferLike = new ArrayBuffer(STATISTICS_OCTETS), offset = 0): Statistics {
  return new Float64Array(memory, offset, Counter.Count)
}
