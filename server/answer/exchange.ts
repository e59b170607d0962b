/** How a message arrived. UDP sources can be forged and answers are small; a stream's source is proved. */
export const Transport = { Udp: 0, Stream: 1 } as const
export type Transport = (typeof Transport)[keyof typeof Transport]

/**
 * One message received and the place for its answer, which overwrites it: the question stays where it is and
 * is never copied. The caller owns the record and fills it anew for each message.
 */
export interface Exchange {
  octets: Uint8Array
  /** Position of the message in `octets`. */
  start: number
  /** Octets received. */
  length: number
  /** Octets that the answer may take from `start` on: at least 512; for streams up to 65,535. */
  capacity: number
  /** The client's address: 16 octets from `sourceStart` on, IPv4 as v4-mapped IPv6. */
  source: Uint8Array
  sourceStart: number
  /** Index into the configuration's `listen`. */
  listener: number
  transport: Transport
}
