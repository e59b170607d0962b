/** What incidents are about: guessing, random names in masses, walking the chain of denials, sweeping addresses, AXFR. */
export const INCIDENT_KINDS = ['enumeration', 'flood', 'walk', 'reverse-sweep', 'transfer-attempt'] as const
export type IncidentKind = (typeof INCIDENT_KINDS)[number]

/** What people are told of each kind. */
export const KIND_WORDS: Readonly<Record<IncidentKind, string>> = {
  enumeration: 'enumeration',
  flood: 'flood of random names',
  walk: 'walk',
  'reverse-sweep': 'sweep of addresses',
  'transfer-attempt': 'attempted transfer',
}

/** A number that was counted, or, where events were thinned out or a sketch counted, one that is about right. */
export interface Figure {
  readonly count: number
  readonly isEstimate: boolean
}

/** `1,234`, or `about 1,234`. */
export function figureToText({ count, isEstimate }: Figure): string {
  return `${isEstimate ? 'about ' : ''}${count.toLocaleString('en-US')}`
}

/** Somebody, or something that asks for somebody, who took part in an incident. */
export interface IncidentSource {
  /** Its address, as it was last seen: `192.0.2.7`, `2001:db8::1`. */
  readonly address: string
  /** What is one source to the detectors: `192.0.2.7/32`, `2001:db8:1:2::/64`; wider where a network was watched as one. */
  readonly prefix: string
  /**
   * What it asked with a proved address (over TCP, or with a server cookie) is evidence enough by itself: nobody else
   * can have brought this on it.
   */
  readonly isProved: boolean
  readonly absentNames: Figure
  readonly queries: Figure
  /** Points of evidence that it brought. */
  readonly score: number
}

/** One reason for the suspicion, with what it weighs: the sum of all points is what was held against the threshold. */
export interface Evidence {
  /** Key of guard/detection/reasons.ts. */
  readonly reason: string
  readonly points: number
  /** A sentence for people. */
  readonly text: string
}

/** Somebody asks for names that it cannot know, or too many of those that it can, from the first sign to the last. */
export interface Incident {
  /** `20261125-3`, the third of that day (UTC): short enough to type, and never given twice. */
  readonly id: string
  readonly kind: IncidentKind
  /** Canonical text. */
  readonly zone: string
  readonly view: string
  /** Unix times, milliseconds. */
  readonly start: number
  readonly lastSeen: number
  /** Undefined: it goes on. */
  readonly end?: number
  /** It stopped and went on so often. */
  readonly reopened: number
  /** It was seen only in the zone as a whole: `sources` are resolvers that somebody asks through, and to be left in peace. */
  readonly isSpread: boolean
  /** What was asked with proved addresses is evidence enough by itself: nobody can have made it up in the name of others. */
  readonly isProved: boolean
  /** Those with the most evidence first; `sourceCount` knows how many there were. */
  readonly sources: readonly IncidentSource[]
  readonly sourceCount: Figure
  /** The program that seems to be at work, and how that shows. */
  readonly tool?: { readonly name: string; readonly why: string }
  /** Questions of its sources, those that led to it included; and how many of them it took. */
  readonly queries: Figure
  readonly recognisedAfter: Figure
  readonly absentNames: Figure
  /** How many of our list of common host names were asked for, of how many. */
  readonly wordList: { readonly asked: number; readonly of: number }
  /** Names that exist which its sources asked for meanwhile: the first of them, and how many there were. */
  readonly learned: { readonly names: readonly string[]; readonly count: Figure }
  readonly score: number
  readonly evidence: readonly Evidence[]
  /** What was done, in order. Sentences. */
  readonly measures: readonly { readonly at: number; readonly text: string }[]
}
