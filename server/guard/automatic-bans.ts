import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { Ban, BanAuthor } from '../../guard/bans.ts'
import { isMappedIPv4, prefixOf } from '../../guard/prefix-trie.ts'
import { describeProtection, type ProtectedPrefix, protectionOf } from '../../guard/protection.ts'
import { formatAddress, formatPrefix } from '../address.ts'
import type { BanSettings } from '../configuration/ban-types.ts'
import type { BanKeeper } from './ban-keeper.ts'
import type { CrawlerCheck } from './crawlers.ts'

/** Somebody who has done what a ban may follow from. */
export interface Suspect {
  /** 16 octets, IPv4 v4-mapped. */
  readonly address: Uint8Array
  /** The evidence came with a proved address, by a stream or a cookie: nobody else can have brought it on this one. */
  readonly proved: boolean
  readonly by: Exclude<BanAuthor, 'operator'>
  readonly reason: string
  readonly incident: string | undefined
  /** Undefined: as long as is configured. */
  readonly seconds?: number
}

/** What came of a suspicion. */
export type Judgement =
  | { readonly outcome: 'banned'; readonly ban: Ban }
  /** A ban of it holds that ends no earlier. */
  | { readonly outcome: 'held'; readonly ban: Ban }
  | { readonly outcome: 'spared'; readonly why: SparedBecause; readonly text: string }

export type SparedBecause = 'off' | 'unproved' | 'protected' | 'crawler' | 'unknown' | 'full' | 'busy'

/** Bans that nobody set by hand. */
export interface AutomaticBans {
  judge(suspect: Suspect): Promise<Judgement>
  /** What came last of suspicions against an address that was spared, where that is not long ago. */
  lastSpared(address: Uint8Array): SparedSuspect | undefined
  /** Its name, where the address is known to be a crawler's. */
  knownCrawler(address: Uint8Array): string | undefined
  /** Lifts automatic bans of what the configuration protects now. */
  review(): Promise<void>
}

export interface SparedSuspect {
  /** Unix seconds. */
  readonly at: number
  readonly text: string
  readonly reason: string
}

export interface AutomaticBanOptions {
  readonly keeper: BanKeeper
  readonly crawlers: CrawlerCheck
  readonly settings: () => BanSettings['ban']
  readonly protectedPrefixes: () => readonly ProtectedPrefix[]
  readonly log: Pick<Logger, 'info' | 'error'>
  /** Unix seconds. */
  readonly now: () => number
}

const SPARED_KEPT = 1000
const SPARED_KEPT_MS = 3_600_000

/** The judge over this list of bans. */
export function createAutomaticBans(options: AutomaticBanOptions): AutomaticBans {
  const { keeper, log } = options
  const spared = new LRUCache<string, SparedSuspect>({ max: SPARED_KEPT, ttl: SPARED_KEPT_MS })
  const judging = new Set<string>()
  const judge = async (suspect: Suspect): Promise<Judgement> => {
    const address = formatAddress(suspect.address)
    if (judging.has(address)) return spare('busy', 'is being judged already')
    judging.add(address)
    try {
      const judgement = await decide(options, suspect)
      if (judgement.outcome === 'spared') noteSpared(address, suspect, judgement.text)
      return judgement
    } finally {
      judging.delete(address)
    }
  }
  const noteSpared = (address: string, { reason }: Suspect, text: string): void => {
    const isNew = spared.get(address)?.text !== text
    spared.set(address, { at: options.now(), text, reason })
    if (isNew) log.info({ guard: 'spared', source: address, why: text }, 'not banned')
  }
  return {
    judge,
    lastSpared: (address) => spared.get(formatAddress(address)),
    knownCrawler: (address) => {
      const known = options.crawlers.known(address)
      return known?.kind === 'crawler' ? known.name : undefined
    },
    review: async () => {
      const list = options.protectedPrefixes()
      try {
        await keeper.removeWhere(({ by, prefix }) => by !== 'operator' && protectionOf(prefix, list) !== undefined)
      } catch (error) {
        log.error({ err: error }, 'bans of what is protected now could not be lifted')
      }
    },
  }
}

async function decide(options: AutomaticBanOptions, suspect: Suspect): Promise<Judgement> {
  const { keeper, crawlers } = options
  const settings = options.settings()
  // Another program is one that the operator made ban: that is its switch.
  if (!settings.automatic && suspect.by !== 'program')
    return spare('off', 'automatic bans are off: guard.ban.automatic')
  if (!suspect.proved) return spare('unproved', 'its address is not proved: anybody could have sent that in its name')
  const ipv4 = isMappedIPv4(suspect.address, 0)
  const prefix = prefixOf(suspect.address, ipv4 ? 128 : settings.ipv6Length)
  const protection = protectionOf(prefix, options.protectedPrefixes())
  if (protection !== undefined) {
    return spare('protected', `${formatPrefix(protection.prefix)} is ${describeProtection(protection)}`)
  }
  const crawler = await crawlers.check(suspect.address, settings.crawlers)
  if (crawler.kind === 'crawler') return spare('crawler', `it is the crawler ${crawler.name}, and that name leads back`)
  if (crawler.kind === 'unknown' && !settings.withoutLookup) {
    return spare('unknown', `the DNS did not say whether it is a crawler: ${crawler.reason}`)
  }
  const { reason, by, incident, proved, seconds = settings.seconds } = suspect
  const { addition, ban } = await keeper.add({ prefix, reason, seconds, by, incident, proved })
  if (addition.outcome === 'held') return { outcome: 'held', ban: addition.by }
  if (addition.outcome === 'full') return spare('full', 'the operator’s own bans take all room there is')
  return { outcome: 'banned', ban }
}

function spare(why: SparedBecause, text: string): Judgement {
  return { outcome: 'spared', why, text }
}
