import type { IncidentKind } from '../incident.ts'
import { WORD_COUNT } from './word-index.ts'

/** What speaks for an enumeration. */
export const Reason = {
  Word: 0,
  Novelty: 1,
  Order: 2,
  Number: 3,
  Series: 4,
  Compound: 5,
  Probe: 6,
  Recursion: 7,
  Type: 8,
  Sweep: 9,
  Walk: 10,
  Transfer: 11,
} as const
export type Reason = (typeof Reason)[keyof typeof Reason]

/** What is known when a reason is told. */
export interface ReasonFacts {
  readonly words: number
  readonly absentNames: number
}

/** How one reason counts. Points are a cumulative sum that never falls below 0 (CUSUM, Page 1954). */
interface ReasonDeclaration {
  readonly key: string
  /** What it is evidence of: sums are formed of the reasons for one kind. */
  readonly kind: IncidentKind
  /** Points for each question that shows it. */
  readonly gain: number
  /** Points that an ordinary question of the same source takes away again, and one anywhere in the zone. */
  readonly drift: number
  readonly zoneDrift: number
  /** No more than so many points of one source, and of a zone as a whole: none of them decides by itself but what says so. */
  readonly most: number
  readonly zoneMost: number
  readonly tell: (facts: ReasonFacts) => string
}

const ALONE = 1000

/** By `Reason`. */
export const REASONS: readonly ReasonDeclaration[] = [
  {
    ...{ key: 'words', kind: 'enumeration', gain: 1, drift: 0.03, zoneDrift: 0.005, most: ALONE, zoneMost: ALONE },
    tell: ({ words }) =>
      `asked for ${grouped(words)} of our ${grouped(WORD_COUNT)} common host names that are not there`,
  },
  {
    ...{ key: 'new-names', kind: 'enumeration', gain: 0.25, drift: 0.15, zoneDrift: 0.25, most: 10, zoneMost: 30 },
    tell: ({ absentNames }) =>
      `hardly anything but names that are not there, ${grouped(absentNames)} of them, each a new one`,
  },
  {
    ...{ key: 'sorted', kind: 'enumeration', gain: 0.5, drift: 0.05, zoneDrift: 0, most: 25, zoneMost: 60 },
    tell: () => 'the names came in alphabetical order, as from a sorted list',
  },
  {
    ...{ key: 'numbers', kind: 'enumeration', gain: 0.4, drift: 0.2, zoneDrift: 0.05, most: 15, zoneMost: 30 },
    tell: () => 'asked for names that are bare numbers',
  },
  {
    ...{ key: 'series', kind: 'enumeration', gain: 0.5, drift: 0.2, zoneDrift: 0.05, most: 20, zoneMost: 40 },
    tell: () => 'counted: the same name with one number after the other behind it',
  },
  {
    ...{ key: 'permutations', kind: 'enumeration', gain: 1, drift: 0.2, zoneDrift: 0.05, most: 25, zoneMost: 60 },
    tell: () => 'put common names together by hyphens',
  },
  {
    ...{ key: 'probes', kind: 'enumeration', gain: 4, drift: 0.05, zoneDrift: 0.01, most: 12, zoneMost: 30 },
    tell: () => 'asked for random names such as tools draw to find out about wildcards',
  },
  {
    ...{
      key: 'recursion-desired',
      kind: 'enumeration',
      gain: 0.15,
      drift: 0.03,
      zoneDrift: 0.02,
      most: 8,
      zoneMost: 8,
    },
    tell: () => 'asked for recursion, as tools and forwarders do, and no resolver does of an authoritative server',
  },
  {
    ...{ key: 'types', kind: 'enumeration', gain: 0.5, drift: 0.2, zoneDrift: 0.05, most: 12, zoneMost: 12 },
    tell: () => 'asked for CNAME or ANY of absent names, as no resolver has reason to',
  },
  {
    ...{ key: 'sweep', kind: 'reverse-sweep', gain: 0.5, drift: 0.5, zoneDrift: 0.5, most: ALONE, zoneMost: ALONE },
    tell: () => 'asked for the names of one address after the other',
  },
  {
    ...{ key: 'walk', kind: 'walk', gain: 14, drift: 0.05, zoneDrift: 0.02, most: ALONE, zoneMost: ALONE },
    tell: () => 'asked for NSEC records, or for names that only stand in them',
  },
  {
    ...{
      key: 'transfer',
      kind: 'transfer-attempt',
      gain: ALONE,
      drift: 0.05,
      zoneDrift: 0.05,
      most: ALONE,
      zoneMost: ALONE,
    },
    tell: () => 'asked for the whole zone by AXFR or IXFR',
  },
]

export const REASON_COUNT: number = REASONS.length

/** The sum of points at which a source, a network of sources, and a zone as a whole are an incident. */
export const THRESHOLD = { source: 22, network: 40, zone: 100 } as const

/**
 * Fewer guesses than this are no enumeration, whatever they weigh: a resolver through which somebody asks for twenty names is
 * not to be taken for that somebody.
 */
export const LEAST_GUESSES = 30

/** Points halve in so much time without questions. */
export const HALF_LIFE_MS: number = 6 * 3600 * 1000

function grouped(number: number): string {
  return number.toLocaleString('en-US')
}
