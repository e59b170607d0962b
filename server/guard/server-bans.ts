import { Resolver } from 'node:dns/promises'
import type { Logger } from 'pino'
import type { Ban } from '../../guard/bans.ts'
import type { Configuration } from '../configuration/types.ts'
import type { Store } from '../state/store.ts'
import { alarmOf, banAlarm, suspectsOf } from './act-on-notices.ts'
import { type AutomaticBans, createAutomaticBans } from './automatic-bans.ts'
import { type BanKeeper, createBanKeeper } from './ban-keeper.ts'
import { createCrawlerCheck } from './crawlers.ts'
import { createNftablesWriter, type NftablesWriter } from './nftables.ts'
import type { NoticeStream } from './notices.ts'
import type { Alarm } from './notify/alarm.ts'
import { createNotifier } from './notify/notifier.ts'
import { listProtected } from './protected-prefixes.ts'
import { createSanctions, type Sanctions } from './sanctions.ts'

/** Everything about bans in a running server. */
export interface ServerBans {
  readonly keeper: BanKeeper
  readonly automatic: AutomaticBans
  readonly sanctions: Sanctions
  readonly nftables: NftablesWriter
  /** Goes by the configuration as it is now. To be called once the server stands, and after each reload. */
  follow(): Promise<void>
  /** Tells whoever is told of alarms; after the first `follow`. */
  tell(alarm: Alarm): void
  stop(): void
}

export interface ServerBansOptions {
  readonly store: Store
  readonly log: Logger
  readonly configuration: () => Configuration
  readonly notices: NoticeStream
  /** Resolves when every worker goes by the change. */
  readonly publish: Parameters<typeof createSanctions>[0]
}

/** How long one server is waited for, and how often each is asked. */
const RESOLVER = { timeout: 2000, tries: 2 }

/** Takes up the bans in the store, which what the server starts with enforces already. */
export function openBans({ store, log, configuration, notices, publish }: ServerBansOptions): ServerBans {
  const sanctions = createSanctions(publish)
  const keeper = createBanKeeper({ store: store.bans, log, now: unixSeconds, enforce: sanctions.ban })
  const automatic = createAutomaticBans({
    keeper,
    crawlers: createCrawlerCheck(new Resolver(RESOLVER)),
    settings: () => configuration().guard.ban,
    protectedPrefixes: () => listProtected(configuration()),
    log,
    now: unixSeconds,
  })
  const nftables = createNftablesWriter({
    sets: () => configuration().guard.ban.nftables,
    ...{ bans: keeper.all, log, now: unixSeconds },
  })
  keeper.onChange(nftables.update)
  const notifier = createNotifier({ log })
  keeper.onBan((ban) => notifier.tell(banAlarm(ban)))
  const unsubscribe = notices.subscribe((notice) => {
    const alarm = alarmOf(notice)
    if (alarm !== undefined) notifier.tell(alarm)
    for (const suspect of suspectsOf(notice)) {
      automatic.judge(suspect).catch((err) => log.error({ err }, 'a ban could not be set'))
    }
  })
  return {
    ...{ keeper, automatic, sanctions, nftables },
    follow: async () => {
      notifier.setTargets(configuration().guard.notify)
      nftables.update()
      await automatic.review()
    },
    tell: notifier.tell,
    stop: () => {
      unsubscribe()
      notifier.stop()
      keeper.stop()
      nftables.stop()
    },
  }
}

/** The bans in the store that are not over. */
export function bansInForce({ bans }: Pick<Store, 'bans'>): Ban[] {
  const now = unixSeconds()
  return bans.all().filter(({ expires }) => expires === undefined || expires > now)
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
