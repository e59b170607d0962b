import type { Logger } from 'pino'
import { Type } from '../../dns/constants.ts'
import { createLabelledName } from '../../dns/labelled-name.ts'
import { nameToText } from '../../dns/name.ts'
import { createDetector, type Detector, detect } from '../../guard/detection/detector.ts'
import { hasNews, takeChanges } from '../../guard/detection/incident-report.ts'
import { addMeasure } from '../../guard/detection/open-incident.ts'
import { adaptShares, drainEvents, openEventReader } from '../../guard/event-reader.ts'
import type { Incident } from '../../guard/incident.ts'
import { type QueryEvent, Trait } from '../../guard/query-event.ts'
import { Verdict } from '../../guard/verdict.ts'
import { formatAddress } from '../address.ts'
import type { GenerationDescriptor } from '../generation.ts'
import { isKnownElsewhere } from './hidden-names.ts'
import { type IncidentStore, incidentIds } from './incident-records.ts'
import type { NameNotice, NoticeStream } from './notices.ts'
import { createTelling } from './telling.ts'
import { createZoneScopes, type WatchedZone } from './zone-scopes.ts'

/** What the watch stands on. */
export interface GuardWatchOptions {
  readonly rings: readonly SharedArrayBuffer[]
  readonly arena: (id: number) => SharedArrayBuffer
  /** The generation that answers now. */
  readonly descriptor: () => GenerationDescriptor
  readonly isDetecting: () => boolean
  /** Whether the operator asks from there, by own tools: nothing is made of it. */
  readonly isOverlooked?: (source: Uint8Array, at: number) => boolean
  readonly store: IncidentStore
  readonly notices: NoticeStream
  readonly log: Pick<Logger, 'error'>
  /** Secret number. */
  readonly seed: number
  /** Called with all incidents that go on, whenever one begins, grows or ends; gives what was done about one that began. */
  readonly respond: (incidents: readonly Incident[]) => void
  readonly describeResponse: (incident: Incident) => string
}

/** The main thread's watch over what the workers are asked. */
export interface GuardWatch {
  readonly detector: Detector
  /** Events a second by zone and view, of the last seconds; the busiest first. */
  zoneRates(): readonly ZoneRate[]
  /** The zone that a scope of the detectors stands for, where it was asked about lately. */
  zoneOfScope(scope: number): Pick<ZoneRate, 'zone' | 'view'> | undefined
  /** Takes in what the rings hold; the timer does so ten times a second. */
  look(now: number): void
  /** Incidents that go on. */
  open(): readonly Incident[]
  /** Resolves when all that was noticed is on disk. */
  settle(): Promise<void>
}

export interface ZoneRate {
  readonly zone: string
  readonly view: string
  readonly questions: number
  readonly absent: number
}

/** How often incidents are looked after, and the workers told what to tell. */
const ROUND_MS = 1000
const SHARES_MS = 250
/** Who asks for a honey name is told at once, then once a minute; a hidden name once an hour, whoever asks. */
const HONEY_MS = 60_000
const HIDDEN_MS = 3_600_000
const MOST_TOLD = 500
/** Zones whose rates are kept, and by how much rates fall in a round. */
const MOST_RATES = 256
const RATE_KEPT = 0.8

/** A watch that has seen nothing. Incidents that the last process left open are over. */
export function createGuardWatch(options: GuardWatchOptions): GuardWatch {
  const { store, notices, log } = options
  const detector = createDetector(options.seed, incidentIds(store))
  const reader = openEventReader(options.rings)
  const scopes = createZoneScopes(options.arena)
  const honey = createTelling(HONEY_MS, MOST_TOLD)
  // Apart, so that nobody hides what can be held against it behind forged questions, its own address among them.
  const provedHoney = createTelling(HONEY_MS, MOST_TOLD)
  const hidden = createTelling(HIDDEN_MS, MOST_TOLD)
  const rates = new Map<number, { zone: WatchedZone; questions: number; absent: number }>()
  let scratch = createLabelledName(options.descriptor().labelSeed)
  let lastRound = 0
  let lastShares = 0
  let open: readonly Incident[] = []
  let saving: Promise<void> = Promise.resolve()

  const save = (incident: Incident): void => {
    saving = saving
      .then(() => store.put(incident))
      .catch((err) => log.error({ err, incident: incident.id }, 'an incident could not be kept in the store'))
  }
  for (const incident of store.all()) if (incident.end === undefined) save({ ...incident, end: incident.lastSeen })

  const noticeOf = (kind: NameNotice['kind'], event: QueryEvent, zone: WatchedZone, times: number): NameNotice => ({
    ...{ kind, at: event.at, zone: zone.scope.zone, view: zone.scope.view, name: nameToText(event.name) },
    ...{ type: event.type, address: formatAddress(event.source), isProved: (event.traits & Trait.Proved) !== 0, times },
  })
  const tellName = (kind: NameNotice['kind'], event: QueryEvent, zone: WatchedZone): void => {
    const isHoney = kind === 'honey-asked'
    const isProved = (event.traits & Trait.Proved) !== 0
    const key = `${zone.scope.view} ${nameToText(event.name)}${isHoney ? ` ${formatAddress(event.source)}` : ''}`
    const telling = !isHoney ? hidden : isProved ? provedHoney : honey
    const times = telling.happened(key, event.at)
    if (times !== undefined) notices.publish(noticeOf(kind, event, zone, times))
  }
  /** Transfers are refused before a zone is looked for. */
  const zoneToTransfer = (event: QueryEvent): WatchedZone | undefined => {
    if (event.type !== Type.AXFR && event.type !== Type.IXFR) return undefined
    const zone = event.view < 0 ? undefined : scopes.zoneAt(event.view, event.name, 0, event.nameLength)
    if (zone !== undefined) event.apexLength = event.nameLength
    return zone
  }
  const visit = (event: QueryEvent): void => {
    if (options.isOverlooked?.(event.source, event.at) === true) return
    const zone = scopes.zoneOf(event) ?? zoneToTransfer(event)
    if (zone === undefined) return
    countRate(rates, zone, event)
    if ((event.traits & Trait.Honey) !== 0) tellName('honey-asked', event, zone)
    const isAbsent = event.verdict === Verdict.Absent || event.verdict === Verdict.Decoy
    if (isAbsent && isKnownElsewhere(scopes, event, scratch)) tellName('hidden-name-asked', event, zone)
    if (options.isDetecting()) detect(detector, event, zone.scope)
  }
  const decayRates = (): void => {
    for (const [id, rate] of rates) {
      rate.questions *= RATE_KEPT
      rate.absent *= RATE_KEPT
      if (rate.questions < 0.01) rates.delete(id)
    }
  }
  const tellChanges = (now: number): void => {
    for (const { kind, incident } of takeChanges(detector, now)) {
      const told = kind === 'opened' ? withMeasure(incident, now) : incident
      open = [...open.filter(({ id }) => id !== told.id), ...(kind === 'ended' ? [] : [told])]
      save(told)
      notices.publish({ kind: `incident-${kind}`, incident: told })
      options.respond(open)
    }
  }
  const withMeasure = (incident: Incident, at: number): Incident => {
    const measure = { at, text: options.describeResponse(incident) }
    for (const each of detector.book.open.values()) if (each.id === incident.id) addMeasure(each, at, measure.text)
    return { ...incident, measures: [...incident.measures, measure] }
  }
  return {
    detector,
    zoneRates: () =>
      [...rates.values()]
        .sort((a, b) => b.questions - a.questions)
        .map(({ zone: { scope }, questions, absent }) => ({
          ...{ zone: scope.zone, view: scope.view },
          ...{ questions: perSecond(questions), absent: perSecond(absent) },
        })),
    zoneOfScope: (id) => scopes.scopeOf(id),
    look: (now) => {
      const descriptor = options.descriptor()
      if (scratch.seed !== descriptor.labelSeed) scratch = createLabelledName(descriptor.labelSeed)
      scopes.adopt(descriptor)
      drainEvents(reader, now, visit)
      if (now - lastShares >= SHARES_MS) {
        adaptShares(reader, now - lastShares)
        lastShares = now
      }
      const isDue = now - lastRound >= ROUND_MS
      if (isDue) decayRates()
      if (isDue) lastRound = now
      if (isDue || hasNews(detector)) tellChanges(now)
    },
    open: () => open,
    settle: () => saving,
  }
}

function countRate(
  rates: Map<number, { zone: WatchedZone; questions: number; absent: number }>,
  zone: WatchedZone,
  { weight, verdict }: QueryEvent,
): void {
  const { id } = zone.scope
  const rate = rates.get(id) ?? { zone, questions: 0, absent: 0 }
  if (!rates.has(id)) {
    if (rates.size >= MOST_RATES) return
    rates.set(id, rate)
  }
  rate.questions += weight
  if (verdict === Verdict.Absent || verdict === Verdict.Decoy) rate.absent += weight
}

/** A sum that keeps so much of itself each second is that many times what comes in one. */
function perSecond(sum: number): number {
  return Math.round(sum * (1 - RATE_KEPT) * 10) / 10
}
