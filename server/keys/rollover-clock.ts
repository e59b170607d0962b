/*
 * The time that rollovers go by, and what becomes of them where the clock was set.
 */
import type { KeySetChange, StoredKeySet } from '../../keys/key-store.ts'
import { AGREEMENT, isOver, isPossible, shiftOf, takeUp } from '../../keys/rollover/believed-time.ts'
import { RECORDS_OF_ROLE } from '../../keys/rollover/key-state.ts'
import { isChanging } from '../../keys/rollover/record-states.ts'
import { redateKeys } from '../../keys/rollover/redate.ts'
import type { RolloverSituation } from '../../keys/rollover/step.ts'
import { duration } from '../clock-text.ts'
import { toNoted } from '../clock-watch.ts'
import type { RunningServer } from '../running-server.ts'
import type { ClockReport } from './rollover-protocol.ts'

type WithClock = Pick<RunningServer, 'clock'>

/** The present time in whole seconds, as far as it is assured. */
export function believedSeconds({ clock }: WithClock): number {
  return Math.floor(clock.time().believed / 1000)
}

/** What a situation says of the clock. */
export function clockState({ clock }: WithClock): Pick<RolloverSituation, 'isClockHeld'> {
  return clock.time().hold === undefined ? {} : { isClockHeld: true }
}

/** What is told of the clock. */
export function reportClock({ clock }: WithClock): ClockReport {
  const { believed, reading, steady, hold } = clock.time()
  const [wallSeconds, believedNow] = [reading.wall, believed].map((time) => Math.floor(time / 1000)) as [number, number]
  if (hold === undefined) return { wallSeconds, believedSeconds: believedNow }
  const left = Math.max(0, AGREEMENT - (reading.sinceBoot - steady.sinceBoot))
  return {
    ...{ wallSeconds, believedSeconds: believedNow },
    hold: {
      ...{ cause: hold.cause, since: Math.floor(hold.since / 1000), aheadSeconds: Math.round(hold.ahead / 1000) },
      ...(isPossible(reading.wall) && { endsInSeconds: Math.ceil(left / 1000) }),
    },
  }
}

/** An alarm where nothing is rolled because of the clock. */
export function clockAlarmOf({ clock }: WithClock): string[] {
  return clock.time().hold === undefined
    ? []
    : ['no key is rolled, for the clock is not to be trusted: `dnsctl key clock` shows why']
}

/**
 * Ends a hold that is over: the wall clock is taken up as it is, and what waits are counted from is dated anew, so that each
 * lasts as long as it would have. `isConfirmed`: somebody says that the clock is right. In turn. By how many seconds waits
 * were moved; undefined: there is no hold, or it goes on.
 */
export async function endHold(
  { clock, store, log }: Pick<RunningServer, 'clock' | 'store' | 'log'>,
  isConfirmed = false,
): Promise<number | undefined> {
  const time = clock.time()
  const { hold } = time
  if (hold === undefined || !(isConfirmed || isOver(time))) return undefined
  const shift = shiftOf(time)
  const after = takeUp(time, shift)
  const sets = shift === 0 ? [] : store.keys.zones().map((zone) => store.keys.get(zone)!)
  const redating = { shift, isSet: hold.cause !== 'off', isConfirmed, at: Math.floor(after.believed / 1000) }
  const noted = toNoted(after)
  try {
    const changes = sets.map((set) => redate(set, redating))
    await store.keys.put(changes, noted)
  } finally {
    // What is written is seen before it is on disk, and no wait may be moved twice.
    if (store.clock.last()?.believed === noted.believed) clock.takeUp(shift)
  }
  log.info({ shift, cause: hold.cause, zones: sets.length }, endText(shift, isConfirmed))
  return shift
}

/** Whether there is a hold that is over. */
export function isHoldOver({ clock }: WithClock): boolean {
  return isOver(clock.time())
}

interface Redating {
  readonly shift: number
  readonly isSet: boolean
  readonly isConfirmed: boolean
  /** Unix seconds, after it. */
  readonly at: number
}

function redate(set: StoredKeySet, { shift, isSet, isConfirmed, at }: Redating): KeySetChange {
  const { largestTtl, parentTtl, epoch } = set
  const isWaiting = set.keys.some((key) => RECORDS_OF_ROLE[key.role].some((record) => isChanging(key, record)))
  const by = isConfirmed ? 'operator' : 'policy'
  const why = isSet ? `the clock was set by ${signed(shift)} s` : `the machine was off for ${duration(shift)} at most`
  const what = `${why}: what is waited for was dated anew, and takes as long as it would have`
  return {
    set: {
      ...{ ...set, keys: redateKeys(set.keys, shift, isSet) },
      ...(parentTtl && { parentTtl: { ...parentTtl, at: parentTtl.at + shift } }),
      ...(largestTtl?.until !== undefined && { largestTtl: { ...largestTtl, until: largestTtl.until + shift } }),
    },
    entry: isWaiting ? { at, epoch, by, what, transitions: [], changes: [] } : undefined,
  }
}

function endText(shift: number, isConfirmed: boolean): string {
  const why = isConfirmed ? 'somebody says that the clock is right' : 'the clock is taken for right'
  const moved = shift === 0 ? '' : `, and all waits were moved by ${signed(shift)} s with it`
  return `${why}${moved}; keys are rolled on`
}

function signed(seconds: number): string {
  return seconds < 0 ? String(seconds) : `+${seconds}`
}
