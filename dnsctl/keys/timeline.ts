import type { HistoryEntry } from '../../keys/key-history.ts'
import { type KeyRecord, RECORDS_OF_ROLE, type RecordState, type RolloverKey } from '../../keys/rollover/key-state.ts'
import type { SimulatedMoment } from '../../keys/rollover/simulate.ts'
import type { RolloverReport } from '../../server/keys/rollover-protocol.ts'
import { eventTexts } from './event-text.ts'
import type { Foresight } from './foresee.ts'
import { isSettled } from './rolls.ts'
import type { Timeline, TimelineRow } from './timeline-drawing.ts'
import { keyName } from './words.ts'

/** Moments of the past that are shown where nothing is going on. */
const MOST_PAST_WHEN_IDLE = 4

/** What has happened to the keys that a zone has, and what is foreseen, as seen at `now`. */
export function timelineOf(
  report: RolloverReport,
  history: readonly HistoryEntry[],
  { moments, keys }: Foresight,
  now: number,
): Timeline {
  const foreseen = moments.map((moment) => ({ at: moment.at, what: eventTexts(keys, moment) }))
  const shown = [...pastMoments(report, history), ...foreseen]
  const first = shown[0]?.at ?? now
  const last = Math.max(now, shown.at(-1)?.at ?? now)
  const margin = Math.max(60, (last - first) / 20)
  return {
    ...{ from: Math.min(first, now) - margin, to: last + margin, now, moments: shown },
    rows: keys.flatMap((key) =>
      RECORDS_OF_ROLE[key.role].map((record) => rowOf(key, record, [...history, ...moments])),
    ),
  }
}

/** A simulation from its start to its end; `before` are the keys as they were, `keys` all that it is about. */
export function simulatedTimeline(
  moments: readonly SimulatedMoment[],
  { before, keys, from }: { before: readonly RolloverKey[]; keys: readonly RolloverKey[]; from: number },
): Timeline {
  const shown = moments
    .map((moment) => ({ at: moment.at, what: eventTexts(keys, moment) }))
    .filter(({ what }) => what.length > 0)
  const last = Math.max(from, shown.at(-1)?.at ?? from)
  const margin = Math.max(60, (last - from) / 20)
  const drawn = keys.map((key) => before.find(({ id }) => id === key.id) ?? key)
  return {
    ...{ from: from - margin, to: last + margin, now: from, moments: shown },
    rows: drawn.flatMap((key) => RECORDS_OF_ROLE[key.role].map((record) => rowOf(key, record, moments))),
  }
}

/** Moments of the roll that goes on; where none does, the latest ones. */
function pastMoments(report: RolloverReport, history: readonly HistoryEntry[]) {
  const busy = report.keys.filter((key) => !isSettled(key))
  // A roll begins when its youngest key is made, or when an old one is told to go.
  const since = Math.max(0, ...busy.map(({ duty, created, dutySince }) => (duty === 'active' ? created : dutySince)))
  const known = new Set(report.keys.map(({ id }) => id))
  const told = history.flatMap(({ at, transitions, changes }) => {
    const own = transitions.filter(({ key }) => known.has(key))
    const what = eventTexts(report.keys, { transitions: own, changes: changes.filter(({ kind }) => kind === 'make') })
    return what.length === 0 ? [] : [{ at, what }]
  })
  return busy.length === 0 ? told.slice(-MOST_PAST_WHEN_IDLE) : told.filter(({ at }) => at >= since)
}

/** Of a history or of a simulation. */
type Happened = Pick<HistoryEntry, 'at' | 'transitions'>

function rowOf(key: RolloverKey, record: KeyRecord, happened: readonly Happened[]): TimelineRow {
  const steps = happened.flatMap(({ at, transitions }) =>
    transitions.filter((step) => step.key === key.id && step.record === record).map((step) => ({ at, ...step })),
  )
  // Keys of older stores were in use before anything was told of them.
  const first: RecordState = steps[0]?.from ?? key.records[record]?.state ?? 'hidden'
  const spans = steps.map(({ at, to }) => ({ from: at, state: to }))
  return { key: keyName(key), record: ROW_TITLES[record], spans: [{ from: key.created, state: first }, ...spans] }
}

const ROW_TITLES: Readonly<Record<KeyRecord, string>> = {
  dnskey: 'DNSKEY',
  krrsig: 'signs keys',
  zrrsig: 'signs zone',
  ds: 'DS',
}
