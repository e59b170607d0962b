import type { HideRule } from '../hide.ts'
import type { FileRemark } from '../master-file/read.ts'
import type { Projection } from '../projection.ts'
import type { Mention } from './mentions.ts'
import type { NameKey } from './name-keys.ts'
import type { Unseen } from './unseen.ts'

/** What becomes of a finding: an error keeps the zone from being published. */
export const LEAK_LEVELS = ['error', 'warning', 'off'] as const
export type LeakLevel = (typeof LEAK_LEVELS)[number]

/** Levels that the operator has set, by rule. */
export type LeakLevels = Readonly<Record<string, LeakLevel>>

/** One thing that gives hidden data away, or is about to. */
export interface LeakRule {
  readonly id: string
  readonly title: string
  /** Where the operator says nothing, and the view is one that strangers get. */
  readonly level: LeakLevel
  /** Why it is a leak: whole sentences. */
  readonly rationale: string
  /** Completes "expected …". `{view}` and `{other}` stand for the views. */
  readonly expected: string
  /** How to mend it, as whole sentences with the same two places. */
  readonly remedy: string
  /** Which views it looks at: those that strangers get, or all. Default: `open`. */
  readonly views?: 'every'
  /** It makes sense where there is but one view, too. */
  readonly alone?: true
  readonly detector: Detector
}

/** How a rule looks: at each mention, at each RRset, at a view's zone as a whole, at the views; or at waivers. */
export type Detector =
  | { readonly by: 'mention'; readonly find: (mention: Mention, at: LintedRRset) => Told | undefined }
  | { readonly by: 'rrset'; readonly find: (at: LintedRRset) => Told | undefined }
  | { readonly by: 'zone'; readonly find: (at: LintedView) => readonly ToldAt[] }
  | { readonly by: 'views'; readonly find: (views: readonly View[]) => readonly ToldOfView[] }
  | { readonly by: 'waivers' }

/** What a detector found; `other` is the view whose secret it is. */
export interface Told {
  readonly what: string
  readonly other?: string
}

/** A finding with its place: the first record of an RRset, or else the zone's file as a whole. */
export interface ToldAt extends Told {
  readonly rrset?: number
}

/** A finding about the configuration of a view. */
export interface ToldOfView extends Told {
  readonly view: string
}

/** A view, as far as leaks depend on it. */
export interface View {
  readonly name: string
  /** It is for whoever comes. */
  readonly isOpen: boolean
  /** And whoever comes may come from anywhere: the server answers at an address that is not of one network only. */
  readonly isExposed: boolean
  /** Where the server answers it: who gets that far may know. */
  readonly addresses: readonly Uint8Array[]
  /** Client addresses that are written out one by one, 4 or 16 octets each. */
  readonly hosts: readonly Uint8Array[]
  /** Address families of its clients, and of the addresses at which the server answers them from elsewhere. */
  readonly families: { readonly clients: readonly (4 | 6)[]; readonly listen: readonly (4 | 6)[] }
}

/** One zone and what each view that has it sees. */
export interface LintedZone {
  /** Wire, lower-cased. */
  readonly apex: Uint8Array
  readonly file: string
  /** By view: what is hidden of the file. */
  readonly hide: Readonly<Record<string, readonly HideRule[]>>
  readonly projections: ReadonlyMap<string, Projection>
  readonly waivers: readonly FileRemark[]
}

/** A zone as one view sees it, beside what the view does not see. */
export interface LintedView {
  readonly zone: LintedZone
  readonly projection: Projection
  readonly view: View
  /** All views. */
  readonly views: readonly View[]
  readonly unseen: Unseen
}

/** One RRset of that. */
export interface LintedRRset extends LintedView {
  readonly rrset: number
  /** Worked out when it is asked for. */
  readonly owner: NameKey
  /** The first of its owner's. */
  readonly isFirst: boolean
}
