import { Resolver } from 'node:dns/promises'
import type { Logger } from 'pino'
import type { Ban } from '../../guard/bans.ts'
import type { Configuration } from '../configuration/types.ts'
import type { Store } from '../state/store.ts'
import { type AutomaticBans, createAutomaticBans } from './automatic-bans.ts'
import { type BanKeeper, createBanKeeper } from './ban-keeper.ts'
import { createCrawlerCheck } from './crawlers.ts'
import { listProtected } from './protected-prefixes.ts'
import { createSanctions, type Sanctions } from './sanctions.ts'

/** Everything about bans in a running server. */
export interface ServerBans {
  readonly keeper: BanKeeper
  readonly automatic: AutomaticBans
  readonly sanctions: Sanctions
}

export interface ServerBansOptions {
  readonly store: Store
  readonly log: Logger
  readonly configuration: () => Configuration
  /** Gets the words of a trie of sanctions, null where nobody has any; resolves when every worker goes by them. */
  readonly publish: (words: Int32Array | null) => Promise<void>
}

/** How long one server is waited for, and how often each is asked. */
const RESOLVER = { timeout: 2000, tries: 2 }

/** Takes up the bans in the store, which what the server starts with enforces already. */
export function openBans({ store, log, configuration, publish }: ServerBansOptions): ServerBans {
  const sanctions = createSanctions(publish, bansInForce(store))
  const keeper = createBanKeeper({ store: store.bans, log, now: unixSeconds, enforce: sanctions.ban })
  const automatic = createAutomaticBans({
    keeper,
    crawlers: createCrawlerCheck(new Resolver(RESOLVER)),
    settings: () => configuration().guard.ban,
    protectedPrefixes: () => listProtected(configuration()),
    log,
    now: unixSeconds,
  })
  return { keeper, automatic, sanctions }
}

/** The bans in the store that are not over. */
export function bansInForce({ bans }: Pick<Store, 'bans'>): Ban[] {
  const now = unixSeconds()
  return bans.all().filter(({ expires }) => expires === undefined || expires > now)
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
