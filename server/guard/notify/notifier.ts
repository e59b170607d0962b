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

/** What a notifier is made of. */
interface Office {
  readonly log: NotifierOptions['log']
  readonly hand: typeof deliver
  readonly times: NotifierTimes
  readonly timers: Set<NodeJS.Timeout>
  /** By the target's text. */
  desks: ReadonlyMap<string, Desk>
}

/** One target, and what waits for it. */
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
  const office: Office = { log, hand, times, timers: new Set(), desks: new Map() }
  return {
    tell: (alarm) => {
      for (const desk of office.desks.values()) {
        desk.waiting.add(alarm)
        if (!desk.isBusy) void serve(office, desk)
      }
    },
    setTargets: (targets) => setDesks(office, targets),
    stop: () => {
      setDesks(office, [])
      for (const timer of office.timers) clearTimeout(timer)
    },
  }
}

function setDesks(office: Office, targets: readonly NotificationTarget[]): void {
  const old = office.desks
  const open = (target: NotificationTarget): Desk =>
    old.get(keyOf(target)) ?? { target, waiting: createDigestBuilder(), isBusy: false, isClosed: false }
  office.desks = new Map(targets.map((target) => [keyOf(target), open(target)]))
  for (const [key, desk] of old) if (!office.desks.has(key)) desk.isClosed = true
}

/** Sends what waits, a message at a time, until nothing does. */
async function serve(office: Office, desk: Desk): Promise<void> {
  desk.isBusy = true
  await wait(office, office.times.gather)
  while (!desk.waiting.isEmpty && !desk.isClosed) {
    await send(office, desk, desk.waiting.take())
    await wait(office, office.times.interval)
  }
  desk.isBusy = false
}

async function send({ log, hand, times, ...office }: Office, desk: Desk, digest: Digest): Promise<void> {
  const message = writeMessage(digest)
  for (let attempt = 0; !desk.isClosed; attempt++) {
    const failure = await hand(desk.target, message).then(
      () => undefined,
      (error: Error) => error.message,
    )
    if (failure === undefined) return
    const pause = times.backoff[attempt]
    const facts = { target: nameTarget(desk.target), attempt: attempt + 1 }
    if (pause === undefined) {
      log.error(facts, `a notification was given up, and nobody was told: ${message.subject}: ${failure}`)
      return
    }
    log.warn(facts, `a notification could not be delivered, trying again in ${pause / 1000} s: ${failure}`)
    await wait(office, pause)
  }
}

function wait({ timers }: Pick<Office, 'timers'>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      resolve()
    }, milliseconds).unref()
    timers.add(timer)
  })
}

function keyOf(target: NotificationTarget): string {
  return JSON.stringify(target)
}
