import type { Ban } from '../../guard/bans.ts'
import { formatPrefix, parsePrefix } from '../../server/address.ts'
import { createBanKeeper, type WantedBan } from '../../server/guard/ban-keeper.ts'
import type { BanStore } from '../../server/guard/ban-records.ts'

/** Nobody reads it. */
export const log = { info: () => {}, warn: () => {}, error: () => {} }

/** A ban by the operator's hand. */
export function wanted(prefix: string, seconds: number | 'never' = 60): WantedBan {
  const time = seconds === 'never' ? undefined : seconds
  return {
    prefix: parsePrefix(prefix)!,
    reason: 'why',
    seconds: time,
    by: 'operator',
    incident: undefined,
    proved: false,
  }
}

/** A keeper over this store, its clock, and what is enforced. */
export function keep(store: BanStore, capacity?: number) {
  const clock = { now: 1000 }
  const enforced: string[][] = []
  const keeper = createBanKeeper({
    ...{ store, log, now: () => clock.now },
    ...(capacity === undefined ? {} : { capacity }),
    enforce: async (bans) => {
      enforced.push(shown(bans))
      // Workers take a moment.
      await new Promise(setImmediate)
    },
  })
  keeper.stop()
  return { keeper, clock, enforced }
}

/** Prefixes as texts. */
export const shown = (bans: readonly Ban[]) => bans.map(({ prefix }) => formatPrefix(prefix))
