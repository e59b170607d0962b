import type { Logger } from 'pino'
import { Type } from '../../dns/constants.ts'
import { createLabelledName } from '../../dns/labelled-name.ts'
import { createDetector, type Detector, detect } from '../../guard/detection/detector.ts'
import { hasNews, takeChanges } from '../../guard/detection/incident-report.ts'
import { addMeasure } from '../../guard/detection/open-incident.ts'
import { adaptShares, drainEvents, openEventReader } from '../../guard/event-reader.ts'
import type { Incident } from '../../guard/incident.ts'
import { type QueryEvent, Trait } from '../../guard/query-event.ts'
import { Verdict } from '../../guard/verdict.ts'
import type { GenerationDescriptor } from '../generation.ts'
import { isKnownElsewhere } from './hidden-names.ts'
import { type IncidentStore, incidentIds } from './incident-records.ts'
import { createNameAlarms } from './name-alarms.ts'
import type { NoticeStream } from './notices.ts'
import { createZoneRates, type ZoneRate, type ZoneRates } from './zone-rates.ts'
import { createZoneScopes, type WatchedZone, type ZoneScopes } from './zone-scopes.ts'

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
  /** Called with all incidents that go on, whenever some begin, grow or end. */
  readonly respond: (incidents: readonly Incident[]) => void
  /** What is done about one that began. */
  readonly describeResponse: (incident: Incident) => string
}

/** The main thread's watch over what the workers are asked. */
export interface GuardWatch {
  readonly detector: Detector
  /** Events a second by zone and view, of the last seconds; the busiest first. */
  zoneRates(): readonly ZoneRate[]
  /** The zone that a scope of the detectors stands for, where it was asked about lately. */
  zoneOfScope(scope: number): Pick<ZoneRate, 'zone' | 'view'> | undefined
  /** Takes in what the rings hold; a timer does so. */
  look(now: number): void
  /** Incidents that go on. */
  open(): readonly Incident[]
  /** Resolves when all that was noticed is on disk. */
  settle(): Promise<void>
}

/** How often incidents are looked after, and the workers told what to tell. */
const ROUND_MS = 1000
const SHARES_MS = 250

/** A watch that has seen nothing. Incidents that the last process left open are over. */
export function createGuardWatch(options: GuardWatchOptions): GuardWatch {
  const detector = createDetector(options.seed, incidentIds(options.store))
  const reader = openEventReader(options.rings)
  const scopes = createZoneScopes(options.arena)
  const rates = createZoneRates()
  const incidents = keepIncidents(options, detector)
  const visit = createVisitor(options, { detector, scopes, rates })
  let lastRound = 0
  let lastShares = 0
  return {
    detector,
    zoneRates: rates.list,
    zoneOfScope: (id) => scopes.scopeOf(id),
    look: (now) => {
      scopes.adopt(options.descriptor())
      drainEvents(reader, now, visit)
      // The clock may have been set back: nothing waits until it comes to where it was.
      if (Math.abs(now - lastShares) >= SHARES_MS) {
        adaptShares(reader, Math.abs(now - lastShares))
        lastShares = now
      }
      const isDue = Math.abs(now - lastRound) >= ROUND_MS
      if (isDue) {
        rates.fade()
        lastRound = now
      }
      if (isDue || hasNews(detector)) incidents.tell(now)
    },
    open: incidents.open,
    settle: incidents.settle,
  }
}

/** What each question is shown to. */
function createVisitor(
  options: GuardWatchOptions,
  { detector, scopes, rates }: { readonly detector: Detector; readonly scopes: ZoneScopes; readonly rates: ZoneRates },
): (event: QueryEvent) => void {
  const alarm = createNameAlarms(options.notices)
  let scratch = createLabelledName(options.descriptor().labelSeed)
  return (event) => {
    if (options.isOverlooked?.(event.source, event.at) === true) return
    const zone = scopes.zoneOf(event) ?? zoneToTransfer(scopes, event)
    if (zone === undefined) return
    const { labelSeed } = options.descriptor()
    if (scratch.seed !== labelSeed) scratch = createLabelledName(labelSeed)
    rates.count(zone.scope, event)
    if ((event.traits & Trait.Honey) !== 0) alarm('honey-asked', event, zone.scope)
    const isAbsent = event.verdict === Verdict.Absent || event.verdict === Verdict.Decoy
    if (isAbsent && isKnownElsewhere(scopes, event, scratch)) alarm('hidden-name-asked', event, zone.scope)
    if (options.isDetecting()) detect(detector, event, zone.scope)
  }
}

/** Transfers are refused before a zone is looked for. */
function zoneToTransfer(scopes: ZoneScopes, event: QueryEvent): WatchedZone | undefined {
  if (event.type !== Type.AXFR && event.type !== Type.IXFR) return undefined
  const zone = event.view < 0 ? undefined : scopes.zoneAt(event.view, event.name, 0, event.nameLength)
  if (zone !== undefined) event.apexLength = event.nameLength
  return zone
}

/** Incidents on their way from the detectors to the store, to whoever wants to know, and to what is done about them. */
interface IncidentKeeping {
  tell(now: number): void
  open(): readonly Incident[]
  settle(): Promise<void>
}

function keepIncidents(options: GuardWatchOptions, detector: Detector): IncidentKeeping {
  const { store, notices, log } = options
  let open: readonly Incident[] = []
  let saving: Promise<void> = Promise.resolve()
  const save = (incident: Incident): void => {
    saving = saving
      .then(() => store.put(incident))
      .catch((err) => log.error({ err, incident: incident.id }, 'an incident could not be kept in the store'))
  }
  for (const incident of store.all()) if (incident.end === undefined) save({ ...incident, end: incident.lastSeen })

  const withMeasure = (incident: Incident, at: number): Incident => {
    const measure = { at, text: options.describeResponse(incident) }
    for (const each of detector.book.open.values()) if (each.id === incident.id) addMeasure(each, at, measure.text)
    return { ...incident, measures: [...incident.measures, measure] }
  }
  return {
    tell: (now) => {
      const changes = takeChanges(detector, now)
      for (const { kind, incident } of changes) {
        const told = kind === 'opened' ? withMeasure(incident, now) : incident
        open = [...open.filter(({ id }) => id !== told.id), ...(kind === 'ended' ? [] : [told])]
        save(told)
        notices.publish({ kind: `incident-${kind}`, incident: told })
      }
      if (changes.length > 0) options.respond(open)
    },
    open: () => open,
    settle: () => saving,
  }
}
