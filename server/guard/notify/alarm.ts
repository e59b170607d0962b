import { hostname } from 'node:os'
import { isoTime } from '../../iso-time.ts'

export type AlarmKind =
  | 'incident-opened'
  | 'incident-ended'
  | 'honey-asked'
  | 'hidden-name-asked'
  | 'ban-set'
  | 'boot'
  | 'parent-lags'
  | 'clock'
  | 'keys'

/** Something that somebody ought to know of. */
export interface Alarm {
  readonly kind: AlarmKind
  /** Unix time, milliseconds. */
  readonly at: number
  /** What happened and why, in sentences of one line. */
  readonly text: string
  /** The next command to run. */
  readonly next: string
  /** The same for programs. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** Alarms of some time, to be told together. */
export interface Digest {
  /** The first of them. */
  readonly alarms: readonly Alarm[]
  readonly counts: ReadonlyMap<AlarmKind, number>
}

/** A digest under construction: bounded, however many alarms there are. */
export interface DigestBuilder {
  add(alarm: Alarm): void
  readonly isEmpty: boolean
  /** What came since the last time. */
  take(): Digest
}

/** Alarms that a message tells one by one; the others are counted. */
const TOLD = 20

/** A builder that has nothing yet. */
export function createDigestBuilder(): DigestBuilder {
  let alarms: Alarm[] = []
  let counts = new Map<AlarmKind, number>()
  return {
    get isEmpty() {
      return counts.size === 0
    },
    add: (alarm) => {
      if (alarms.length < TOLD) alarms.push(alarm)
      counts.set(alarm.kind, (counts.get(alarm.kind) ?? 0) + 1)
    },
    take: () => {
      const digest = { alarms, counts }
      alarms = []
      counts = new Map()
      return digest
    },
  }
}

/** A message of a digest, in the forms in which it is sent. */
export interface Message {
  /** One line. */
  readonly subject: string
  readonly text: string
  /** One JSON object; `text` is in it, as chat services want it. */
  readonly json: string
}

/** Writes the message; `host` says where it happened. */
export function writeMessage({ alarms, counts }: Digest, host: string = hostname()): Message {
  const subject = `Veil on ${host}: ${[...counts].map(([kind, count]) => describeCount(kind, count)).join(', ')}`
  const more = [...counts.values()].reduce((sum, count) => sum + count, 0) - alarms.length
  const text = [
    subject,
    ...alarms.flatMap((alarm) => ['', `${isoTime(alarm.at)}  ${oneLine(alarm.text)}`, `Next: ${oneLine(alarm.next)}`]),
    ...(more > 0 ? ['', `And ${more} more, of which only the numbers were kept.`] : []),
  ].join('\n')
  const events = alarms.map(({ kind, at, facts, ...rest }) => ({ kind, at: isoTime(at), ...rest, ...facts }))
  return { subject, text, json: JSON.stringify({ host, text, counts: Object.fromEntries(counts), events, more }) }
}

const NOUNS: Readonly<Record<AlarmKind, readonly [one: string, many: string]>> = {
  'incident-opened': ['incident opened', 'incidents opened'],
  'incident-ended': ['incident ended', 'incidents ended'],
  'honey-asked': ['honey name asked for', 'honey names asked for'],
  'hidden-name-asked': ['hidden name asked for', 'hidden names asked for'],
  'ban-set': ['ban set', 'bans set'],
  boot: ['alarm about the start', 'alarms about the start'],
  'parent-lags': ['roll that a parent holds up', 'rolls that parents hold up'],
  clock: ['alarm about the clock', 'alarms about the clock'],
  keys: ['alarm about keys', 'alarms about keys'],
}

function describeCount(kind: AlarmKind, count: number): string {
  return `${count} ${NOUNS[kind][count === 1 ? 0 : 1]}`
}

/** Names in it may be anybody's idea: nothing that steers a terminal or a mailer stays. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}
