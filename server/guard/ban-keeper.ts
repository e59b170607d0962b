import type { Logger } from 'pino'
import { type Ban, type BanAddition, type BanAuthor, type BanList, createBanList } from '../../guard/bans.ts'
import { type AddressPrefix, prefixContains } from '../../guard/prefix-trie.ts'
import { formatPrefix } from '../address.ts'
import { coalesce, createTurns } from '../in-turn.ts'
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

/** What a keeper is made of. */
interface Keeping {
  readonly options: BanKeeperOptions
  readonly capacity: number
  readonly inTurn: ReturnType<typeof createTurns>
  /** Puts the list as it is into force, for all who changed it meanwhile. */
  readonly enforce: () => Promise<void>
  readonly changeListeners: ((bans: readonly Ban[]) => void)[]
  readonly banListeners: ((ban: Ban) => void)[]
  list: BanList
  isExpiring: boolean
}

/** What of the list a change has changed, and what it is to give. */
interface Change<Result> {
  readonly result: Result
  readonly put: readonly Ban[]
  readonly remove: readonly AddressPrefix[]
}

/** The bans of the store. What the server starts with enforces them already, those aside whose time is over. */
export function createBanKeeper(options: BanKeeperOptions): BanKeeper {
  const { store, log, capacity = BAN_CAPACITY } = options
  const keeping: Keeping = {
    ...{ options, capacity, inTurn: createTurns(), changeListeners: [], banListeners: [] },
    enforce: coalesce(() => enforceList(keeping)),
    ...{ list: createBanList(capacity, store.all()), isExpiring: false },
  }
  const timer = setInterval(() => void expire(keeping), ROUND_MS).unref()
  const lift = async (choose: (list: BanList) => Ban[]): Promise<readonly Ban[]> => {
    const gone = await removeChosen(keeping, choose)
    for (const ban of gone) logLifted(log, ban)
    return gone
  }
  return {
    add: (wanted) => add(keeping, wanted),
    remove: async (prefix) => (await lift((list) => [list.get(prefix)].filter((ban) => ban !== undefined)))[0],
    removeWhere: (test) => lift((list) => list.all().filter(test)),
    all: () => keeping.list.all(),
    over: (address) => keeping.list.all().filter(({ prefix }) => prefixContains(prefix, address)),
    expire: () => expire(keeping),
    onChange: (listener) => void keeping.changeListeners.push(listener),
    onBan: (listener) => void keeping.banListeners.push(listener),
    stop: () => clearInterval(timer),
  }
}

async function add(keeping: Keeping, wanted: WantedBan): Promise<{ addition: BanAddition; ban: Ban }> {
  const { now, log } = keeping.options
  const ban = banFrom(wanted, now())
  const isSet = ({ outcome }: BanAddition): boolean => outcome !== 'held' && outcome !== 'full'
  const addition = await change(keeping, (list) => {
    const result = list.add(ban)
    return {
      result,
      put: isSet(result) ? [ban] : [],
      remove: result.outcome === 'displaced' ? [result.old.prefix] : [],
    }
  })
  if (isSet(addition)) {
    logBan(log, ban)
    for (const listener of keeping.banListeners) listener(ban)
  }
  return { addition, ban }
}

function removeChosen(keeping: Keeping, choose: (list: BanList) => Ban[]): Promise<readonly Ban[]> {
  return change(keeping, (list) => {
    const gone = choose(list)
    for (const { prefix } of gone) list.remove(prefix)
    return { result: gone, put: [], remove: gone.map(({ prefix }) => prefix) }
  })
}

async function expire(keeping: Keeping): Promise<void> {
  const { now, log } = keeping.options
  if (keeping.isExpiring || keeping.list.nextEnd() > now()) return
  keeping.isExpiring = true
  try {
    for (const { prefix, by } of await removeChosen(keeping, (list) => list.expire(now()))) {
      log.info({ guard: 'ban-ended', prefix: formatPrefix(prefix), by }, 'a ban is over')
    }
  } catch (error) {
    log.error({ err: error }, 'a ban that is over could not be lifted; trying again')
  } finally {
    keeping.isExpiring = false
  }
}

/** Changes list, disk and workers, or, where the disk will not have it, nothing. One change at a time goes to the disk. */
async function change<Result>(keeping: Keeping, run: (list: BanList) => Change<Result>): Promise<Result> {
  const { result, isChanged } = await keeping.inTurn(async () => {
    const before = keeping.list.all()
    const { result, put, remove } = run(keeping.list)
    if (put.length === 0 && remove.length === 0) return { result, isChanged: false }
    try {
      await keeping.options.store.change({ put, remove })
    } catch (error) {
      keeping.list = createBanList(keeping.capacity, before)
      throw error
    }
    return { result, isChanged: true }
  })
  if (isChanged) await keeping.enforce()
  return result
}

async function enforceList({ list, options, changeListeners }: Keeping): Promise<void> {
  const bans = list.all()
  await options.enforce(bans)
  for (const listener of changeListeners) listener(bans)
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
