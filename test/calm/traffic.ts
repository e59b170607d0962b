import { buildQuery } from '../../dns/message.ts'
import type { Random } from '../helpers/random.ts'
import { wireName } from '../helpers/zone.ts'

/** A question on its way from a resolver. */
export interface Asked {
  /** Milliseconds since midnight. */
  readonly at: number
  /** IPv4 address, of 127.0.0.0/8, so that sockets can be bound to it. */
  readonly source: string
  /** Presentation format, lower case, with a trailing dot. */
  readonly name: string
  readonly type: number
  readonly manner: Manner
}

/** How a source asks, whatever it asks. */
export interface Manner {
  /** Validates, and so sets DO. */
  readonly validates?: boolean
  /** Says no EDNS at all. */
  readonly plain?: boolean
  /** Sets RD, as forwarders, monitors and people with dig do. */
  readonly recursionDesired?: boolean
  /** Mixes capitals into QNAME ("0x20"). */
  readonly mixesCase?: boolean
  /** Sends a client cookie (RFC 7873). */
  readonly cookie?: boolean
}

/** Traffic of one kind. */
export interface Traffic {
  /** What is asked from `from` to before `to`, in order; windows follow one another. */
  during(from: number, to: number): Asked[]
}

/** Something that happens again and again: at random, or by the clock. */
export type Habit = RandomHabit | ClockedHabit

interface RandomHabit {
  /** How often a second, by day's average. */
  readonly rate: number
  /** Whether it sleeps at night. */
  readonly diurnal?: boolean
  readonly happen: (at: number, ask: Ask) => void
}

interface ClockedHabit {
  readonly everyMs: number
  readonly happen: (at: number, ask: Ask) => void
}

/** Asks at `at`, which may lie ahead. */
export type Ask = (asked: Asked) => void

export const DAY_MS = 86_400_000

/** The habits, drawn from `random`: events that come at random times independent of each other (Poisson), or by the clock. */
export function trafficOf(random: Random, habits: readonly Habit[]): Traffic {
  let ahead: Asked[] = []
  return {
    during(from, to) {
      const asked: Asked[] = ahead
      const ask: Ask = (one) => void asked.push(one)
      for (const habit of habits) {
        for (const at of momentsOf(habit, random, from, to)) habit.happen(at, ask)
      }
      asked.sort((a, b) => a.at - b.at)
      const within = asked.filter(({ at }) => at < to)
      ahead = asked.filter(({ at }) => at >= to)
      return within
    },
  }
}

function momentsOf(habit: Habit, random: Random, from: number, to: number): number[] {
  const moments: number[] = []
  if ('everyMs' in habit) {
    const { everyMs } = habit
    for (let at = Math.ceil(from / everyMs) * everyMs; at < to; at += everyMs) moments.push(at)
    return moments
  }
  const { rate, diurnal } = habit
  const busiest = diurnal ? rate * 1.8 : rate
  for (let at = from + gap(random, busiest); at < to; at += gap(random, busiest)) {
    if (!diurnal || random.chance(wakefulness(at) / 1.8)) moments.push(Math.floor(at))
  }
  return moments
}

/** 1 on the average of a day, least at four in the morning. */
function wakefulness(at: number): number {
  return 1 - 0.8 * Math.cos(((at - 4 * 3_600_000) / DAY_MS) * 2 * Math.PI)
}

function gap(random: Random, rate: number): number {
  return (-Math.log(1 - random.next() / 2 ** 32) / rate) * 1000
}

/** An index below `count`, by Zipf's law: the first is asked for most. */
export function zipf(random: Random, count: number): number {
  return Math.min(count - 1, Math.floor(Math.exp((random.next() / 2 ** 32) * Math.log(count + 1))) - 1)
}

/** What a resolver keeps: it does not ask again before the time is over. */
export interface Cache {
  /** Whether `key` has to be asked for; if so, it is kept from now on. */
  misses(key: string, at: number, seconds: number): boolean
}

export function createCache(): Cache {
  const until = new Map<string, number>()
  return {
    misses(key, at, seconds) {
      if ((until.get(key) ?? -1) > at) return false
      until.set(key, at + seconds * 1000)
      if (until.size > 20_000) for (const [old, end] of until) if (end <= at) until.delete(old)
      return true
    },
  }
}

/** The message that a source sends; capitals and cookies are drawn from `random`. */
export function messageOf({ name, type, manner }: Pick<Asked, 'name' | 'type' | 'manner'>, random: Random): Uint8Array {
  const wire = wireName(name)
  if (manner.mixesCase) mixCase(wire, random)
  const options = manner.cookie ? [{ code: 10, data: Uint8Array.from({ length: 8 }, () => random.below(256)) }] : []
  const edns = { udpSize: 1232, do: manner.validates === true, options }
  return buildQuery({
    ...{ id: random.below(65536), name: wire, type, rd: manner.recursionDesired === true },
    ...(manner.plain ? {} : { edns }),
  })
}

function mixCase(wire: Uint8Array, random: Random): void {
  for (let at = 0; wire[at] !== 0; at += wire[at]! + 1) {
    for (let octet = at + 1; octet <= at + wire[at]!; octet++) {
      const character = wire[octet]!
      if (character >= 0x61 && character <= 0x7a && random.chance(0.5)) wire[octet] = character - 0x20
    }
  }
}
