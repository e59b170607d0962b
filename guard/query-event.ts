import type { Verdict } from './verdict.ts'

/** What a question brought with it that detectors look at; bits of `QueryEvent.traits`. */
export const Trait = {
  /** RD was set: the source is a tool or a forwarder, for resolvers ask authoritative servers without. */
  RecursionDesired: 1,
  DnssecOk: 2,
  /** The source proved its address, by a server cookie (RFC 7873) or because it came over a stream. */
  Proved: 4,
  Stream: 8,
  /** QNAME came with capitals and small letters mixed, as resolvers do for want of entropy ("0x20"). */
  MixedCase: 16,
  /** The client was over a budget, and got less than the answer. */
  Limited: 32,
  /** QNAME is a honey name of the zone, or below one: nobody has reason to ask for it. */
  Honey: 64,
} as const

/**
 * One question and what it was answered, as the worker that answered it tells the main thread. The record is the reader's,
 * and filled anew for each event: nobody keeps it, or the octets in it.
 */
export interface QueryEvent {
  /** Unix time, milliseconds, at which the event was read: a little after it happened. */
  at: number
  /** How many questions this one stands for: where there are too many, a random share of them is told. At least 1. */
  weight: number
  /** The client's address, 16 octets; IPv4 v4-mapped. */
  readonly source: Uint8Array
  /** Index of the view in the generation that answered, -1: none. */
  view: number
  verdict: Verdict
  type: number
  /** Bits of `Trait`. */
  traits: number
  /** QNAME on the wire, lower-cased, `nameLength` octets. */
  readonly name: Uint8Array
  nameLength: number
  /** Octets of the apex of the zone that was asked, at the end of `name`; 0: no zone of the view is. */
  apexLength: number
}

/** An event to be filled. */
export function createQueryEvent(): QueryEvent {
  return {
    at: 0,
    weight: 1,
    source: new Uint8Array(16),
    view: -1,
    verdict: 0,
    type: 0,
    traits: 0,
    name: new Uint8Array(255),
    nameLength: 0,
    apexLength: 0,
  }
}
