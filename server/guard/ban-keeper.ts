import type { Logger } from 'pino'
import { type Ban, type BanAddition, type BanAuthor, type BanList, createBanList } from '../../guard/bans.ts'
import { type AddressPrefix, prefixContains } from '../../guard/prefix-trie.ts'
import { formatPrefix } from '../address.ts'
import { createTurns } from '../in-turn.ts'
import type { BanStore } from './ban-records.ts'

/** Bans at most, the operator's and automatic ones together. */
export const BAN_CAPACITY = 10_000

/** What the bans stand on. */
export interface BanKeeperOptions {
  readonly store: BanStore
  /** Resolves when every worker goes by them. */
  readonly enforce: (bans: readonly Ban[]) => Promise<void>
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Unix seconds. */
  readonly now: () => number
  readonly capacity?: number
}

/** A ban that is wanted: it begins now. */
export interface WantedBan {
  readonly prefix: AddressPrefix
  readonly reason: string
  /** Undefined: for good. */
  readonly seconds: number | undefined
  readonly by: BanAuthor
  readonly incident: string | undefined
  readonly proved: boolean
}

/** The bans that hold: on disk before they count, in force before they are acknowledged, ended when their time is over. */
export interface BanKeeper {
  add(wanted: WantedBan): Promise<{ readonly addition: BanAddition; readonly ban: Ban }>
  /** The ban that was lifted; undefined: there was none of just this prefix. */
  remove(prefix: AddressPrefix): Promise<Ban | undefined>
  /** Lifts all bans that the test wants lifted. */
  removeWhere(test: (ban: Ban) => boolean): Promise<readonly Ban[]>
  all(): readonly Ban[]
  /** The bans that an address is under, the widest first. */
  over(address: AddressPrefix): readonly Ban[]
  /** Ends what is over; the timer does so each second. */
  expire(): Promise<void>
  /** Called with all bans after each change. */
  onChange(listener: (bans: readonly Ban[]) => void): void
  /** Called with each ban that was set. */
  onBan(listener: (ban: Ban) => void): void
  stop(): void
}

const ROUND_MS = 1000
/** Longer than any reason that makes sense; the store and every listing hold it. */
const LONGEST_REASON = 200

/** The bans of the store, less those whose time is over. What the server starts with enforces them already. */
export function createBanKeeper(options: BanKeeperOptions): BanKeeper {
  const { store, now, log, capacity = BAN_CAPACITY } = options
  const inTurn = createTurns()
  const changeListeners: ((bans: readonly Ban[]) => void)[] = []
  const banListeners: ((ban: Ban) => void)[] = []
  let list: BanList = createBanList(capacity, store.all())
  let isExpiring = false

  /** Changes list, disk and workers, or, where the disk will not have it, nothing. */
  const change = <Result>(run: () => { result: Result; put: Ban[]; remove: AddressPrefix[] }): Promise<Result> =>
    inTurn(async () => {
      const before = list.all()
      const { result, put, remove } = run()
      if (put.length === 0 && remove.length === 0) return result
      try {
        await store.change({ put, remove })
      } catch (error) {
        list = createBanList(capacity, before)
        throw error
      }
      const bans = list.all()
      await options.enforce(bans)
      for (const listener of changeListeners) listener(bans)
      return result
    })

  const removeAll = (choose: () => Ban[]) =>
    change(() => {
      const gone = choose()
      return { result: gone, put: [], remove: gone.map(({ prefix }) => prefix) }
    })

  const expire = async (): Promise<void> => {
    if (isExpiring || list.nextEnd() > now()) return
    isExpiring = true
    try {
      for (const ban of await removeAll(() => list.expire(now()))) {
        log.info({ guard: 'ban-ended', prefix: formatPrefix(ban.prefix), by: ban.by }, 'a ban is over')
      }
    } catch (error) {
      log.error({ err: error }, 'a ban that is over could not be lifted; trying again')
    } finally {
      isExpiring = false
    }
  }

  const timer = setInterval(() => void expire(), ROUND_MS).unref()
  return {
    add: async (wanted) => {
      const ban = banFrom(wanted, now())
      const addition = await change(() => {
        const result = list.add(ban)
        const isSet = result.outcome !== 'held' && result.outcome !== 'full'
        return {
          result,
          put: isSet ? [ban] : [],
          remove: result.outcome === 'displaced' ? [result.old.prefix] : [],
        }
      })
      if (addition.outcome !== 'held' && addition.outcome !== 'full') {
        logBan(log, ban)
        for (const listener of banListeners) listener(ban)
      }
      return { addition, ban }
    },
    remove: async (prefix) => {
      const [gone] = await removeAll(() => [list.remove(prefix)].filter((ban) => ban !== undefined))
      if (gone !== undefined) logLifted(log, gone)
      return gone
    },
    removeWhere: async (test) => {
      const gone = await removeAll(() => {
        const chosen = list.all().filter(test)
        for (const { prefix } of chosen) list.remove(prefix)
        return chosen
      })
      for (const ban of gone) logLifted(log, ban)
      return gone
    },
    all: () => list.all(),
    over: (address) => list.all().filter(({ prefix }) => prefixContains(prefix, address)),
    expire,
    onChange: (listener) => void changeListeners.push(listener),
    onBan: (listener) => void banListeners.push(listener),
    stop: () => clearInterval(timer),
  }
}

function banFrom({ prefix, reason, seconds, by, incident, proved }: WantedBan, now: number): Ban {
  const expires = seconds === undefined ? undefined : now + seconds
  return { prefix, reason: reason.slice(0, LONGEST_REASON), since: now, expires, by, incident, proved }
}

/** Not the reason: it may quote somebody, and this line is read by programs. */
function logBan(log: BanKeeperOptions['log'], { prefix, by, since, expires, incident }: Ban): void {
  const seconds = expires === undefined ? 'for good' : expires - since
  log.warn({ guard: 'ban', prefix: formatPrefix(prefix), by, seconds, incident }, 'banned')
}

function logLifted(log: BanKeeperOptions['log'], { prefix, by }: Ban): void {
  log.info({ guard: 'ban-lifted', prefix: formatPrefix(prefix), by }, 'a ban was lifted')
}
