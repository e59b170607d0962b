import type { Logger } from 'pino'
import type { NotificationTarget } from '../../configuration/ban-types.ts'
import { type Alarm, createDigestBuilder, type Digest, type DigestBuilder, writeMessage } from './alarm.ts'
import { deliver, nameTarget } from './deliver.ts'

/** Tells people of alarms. */
export interface Notifier {
  /** Returns at once; however many there are, memory and messages are bounded. */
  tell(alarm: Alarm): void
  /** Who is told from now on; who was told before and still is keeps what waits for it. */
  setTargets(targets: readonly NotificationTarget[]): void
  stop(): void
}

export interface NotifierOptions {
  readonly log: Pick<Logger, 'warn' | 'error' | 'info'>
  /** Rejects where the message could not be handed over; the error's message holds no secret. */
  readonly deliver?: typeof deliver
  readonly times?: NotifierTimes
}

/** All in milliseconds. */
export interface NotifierTimes {
  /** The first alarm waits so long for others. */
  readonly gather: number
  /** From the end of a message to the next one, at least. */
  readonly interval: number
  /** From one try to the next; after the last the message is given up. */
  readonly backoff: readonly number[]
}

const TIMES: NotifierTimes = {
  gather: 2000,
  interval: 60_000,
  backoff: [5000, 30_000, 120_000, 600_000, 1_800_000],
}

interface Desk {
  readonly target: NotificationTarget
  readonly waiting: DigestBuilder
  /** A message is due, on its way, or to be tried again. */
  isBusy: boolean
  /** Its target is configured no more. */
  isClosed: boolean
}

/** Tells nobody until it is told whom. */
export function createNotifier({ log, deliver: hand = deliver, times = TIMES }: NotifierOptions): Notifier {
  let desks = new Map<string, Desk>()
  const timers = new Set<NodeJS.Timeout>()
  const wait = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer)
        resolve()
      }, milliseconds).unref()
      timers.add(timer)
    })

  const serve = async (desk: Desk): Promise<void> => {
    desk.isBusy = true
    await wait(times.gather)
    while (!desk.waiting.isEmpty && !desk.isClosed) {
      await send(desk, desk.waiting.take())
      await wait(times.interval)
    }
    desk.isBusy = false
  }
  const send = async (desk: Desk, digest: Digest): Promise<void> => {
    const message = writeMessage(digest)
    const name = nameTarget(desk.target)
    for (let attempt = 0; !desk.isClosed; attempt++) {
      const failure = await hand(desk.target, message).then(
        () => undefined,
        (error: Error) => error.message,
      )
      if (failure === undefined) return
      const pause = times.backoff[attempt]
      const facts = { target: name, attempt: attempt + 1 }
      if (pause === undefined) {
        log.error(facts, `a notification was given up, and nobody was told: ${message.subject}: ${failure}`)
        return
      }
      log.warn(facts, `a notification could not be delivered, trying again in ${pause / 1000} s: ${failure}`)
      await wait(pause)
    }
  }
  return {
    tell: (alarm) => {
      for (const desk of desks.values()) {
        desk.waiting.add(alarm)
        if (!desk.isBusy) void serve(desk)
      }
    },
    setTargets: (targets) => {
      const old = desks
      desks = new Map(
        targets.map((target) => {
          const key = JSON.stringify(target)
          const desk = old.get(key) ?? { target, waiting: createDigestBuilder(), isBusy: false, isClosed: false }
          return [key, desk]
        }),
      )
      for (const [key, desk] of old) if (!desks.has(key)) desk.isClosed = true
    },
    stop: () => {
      for (const desk of desks.values()) desk.isClosed = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
