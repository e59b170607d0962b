import type { Ban, BanAuthor } from '../../guard/bans.ts'
import type { Incident } from '../../guard/incident.ts'
import { formatPrefix, parsePrefix } from '../address.ts'
import { isoTimeOfSeconds } from '../iso-time.ts'

/** A ban as it is told. */
export interface BanReport {
  readonly prefix: string
  readonly reason: string
  /** ISO 8601. */
  readonly since: string
  /** ISO 8601; absent: it holds until it is lifted. */
  readonly expires?: string
  readonly by: BanAuthor
  readonly incident?: string
  readonly proved: boolean
}

/** What `dnsctl ban list` shows. */
export interface BanListing {
  readonly bans: readonly BanReport[]
  readonly capacity: number
  /** Whether veild bans by itself. */
  readonly automatic: boolean
  /** How far the sets of nftables are in step, where they are kept. */
  readonly nftables?: NftablesReport
}

export interface NftablesReport {
  readonly table: string
  readonly set4: string
  readonly set6: string
  /** ISO 8601: when the sets were last written. */
  readonly writtenAt?: string
  /** Why they could not be written the last time; absent: they were. */
  readonly failure?: string
}

/** What `dnsctl status` shows of bans. */
export interface BanStatus {
  readonly count: number
  /** How many of them nobody set by hand. */
  readonly automatic: number
  /** Why the sets of nftables are not in step with them; absent: they are, or there are none. */
  readonly nftablesFailure?: string
}

/** What `dnsctl ban add` asks for. */
export interface BanAddText {
  readonly prefix: string
  /** Absent: for good, or for an automatic ban as long as those last. */
  readonly seconds?: number
  readonly reason: string
  readonly force: boolean
  /** As one of the automatic bans, and by their rules. */
  readonly automatic: boolean
}

export type BanAddReport =
  | {
      readonly outcome: 'banned' | 'held'
      readonly ban: BanReport
      readonly warnings: readonly string[]
      /** The automatic ban that made room. */
      readonly displaced?: BanReport
    }
  | { readonly outcome: 'spared'; readonly why: string; readonly text: string }

export interface BanRemoveReport {
  /** Absent: there was no ban of just this prefix. */
  readonly removed?: BanReport
  /** Bans that hold for it still. */
  readonly remaining: readonly BanReport[]
}

/** What `dnsctl ban explain` shows of one address. */
export interface BanExplanation {
  readonly address: string
  readonly status: 'banned' | 'starved' | 'free'
  /** Those that the address is under, the widest first. */
  readonly bans: readonly BanReport[]
  /** The prefix that is starved and holds the address; and whether that is so for questions with a proved address, too. */
  readonly starved?: { readonly prefix: string; readonly isProved: boolean }
  /** Incidents that it took part in, the last first. */
  readonly incidents: readonly IncidentMention[]
  /** What keeps automatic bans off. Sentences' ends: "it is …". */
  readonly protections: readonly string[]
  /** Why it was not banned the last time that it came to that. */
  readonly spared?: { readonly at: string; readonly text: string; readonly reason: string }
  /** The view that it gets, at the first listener of its family. */
  readonly view?: string
}

export interface IncidentMention {
  readonly id: string
  readonly kind: Incident['kind']
  readonly zone: string
  readonly start: string
  readonly isOpen: boolean
  readonly measures: readonly string[]
}

/** The ban in texts. */
export function reportBan({ prefix, reason, since, expires, by, incident, proved }: Ban): BanReport {
  return {
    ...{ prefix: formatPrefix(prefix), reason, since: isoTimeOfSeconds(since), by, proved },
    ...(expires === undefined ? {} : { expires: isoTimeOfSeconds(expires) }),
    ...(incident === undefined ? {} : { incident }),
  }
}

/** Counts them. */
export function reportBanStatus(bans: readonly Ban[], nftables: NftablesReport | undefined): BanStatus {
  return {
    count: bans.length,
    automatic: bans.filter(({ by }) => by !== 'operator').length,
    ...(nftables?.failure === undefined ? {} : { nftablesFailure: nftables.failure }),
  }
}

/** The ban that a report tells of; undefined where its texts make none. */
export function banFromReport({ prefix, since, expires, incident, ...rest }: BanReport): Ban | undefined {
  const read = parsePrefix(prefix)
  const end = expires === undefined ? undefined : Date.parse(expires) / 1000
  if (read === undefined || Number.isNaN(end)) return undefined
  return { ...rest, prefix: read, since: Date.parse(since) / 1000, expires: end, incident }
}
