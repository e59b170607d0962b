import { Flag, Type } from '../dns/constants.ts'
import { buildQuery, type Message, type MessageRecord, readMessage } from '../dns/message.ts'
import { isAtOrBelow, nameFromText, nameToText, parentName, wildcardBelow } from '../dns/name.ts'
import { rcodeToText } from '../dns/rcode-text.ts'
import { rdataToText } from '../dns/rr/rdata.ts'
import { typeToText } from '../dns/rr/registry.ts'
import type { Projection } from '../zones/projection.ts'
import { formatAddress } from './address.ts'
import { createAnswerContext } from './answer/context.ts'
import { Transport } from './answer/exchange.ts'
import { respond } from './answer/respond.ts'
import type { Configuration, ZoneConfiguration } from './configuration/types.ts'
import type { Generation } from './generation.ts'
import { hasZone } from './has-zone.ts'
import { type LookupStep, traceLookup } from './lookup-trace.ts'
import { findPlaces, type RecordPlace } from './record-places.ts'
import { openStatistics } from './statistics.ts'
import { explainView, type ViewRule } from './view-rule.ts'
import { compileViewSelection } from './view-selection.ts'
import type { ViewTestQuestion } from './view-test-question.ts'

/** What is needed to answer as the server does and to say why. */
export interface ViewTestSubject {
  readonly configuration: Configuration
  readonly generation: Generation
  /** What a view sees of a zone, with the places of its records; undefined where that is not known. */
  readonly projection: (zone: ZoneConfiguration, view: string) => Projection | undefined
}

/** What a client would see and why. Plain data: it goes over the control socket, to the operator and nobody else. */
export interface ViewTest {
  readonly name: string
  readonly type: string
  readonly from: string
  readonly rule: ViewRule
  readonly answer: ViewAnswer
  /** What every other view answers to the same question. */
  readonly others: readonly OtherView[]
}

export interface ViewAnswer {
  readonly rcode: string
  readonly authoritative: boolean
  /** Octets of the answer over a stream; more than 1,232 are truncated over UDP. */
  readonly octets: number
  /** The lookup: one step for the name asked for, one more for each alias followed. */
  readonly steps: readonly LookupStep[]
  readonly records: readonly ViewTestRecord[]
}

export interface ViewTestRecord {
  readonly section: 'answer' | 'authority' | 'additional'
  readonly name: string
  readonly ttl: number
  readonly type: string
  readonly rdata: string
  /** Where it stands; empty for what the server makes itself, and for what has left the files since they were loaded. */
  readonly places: readonly RecordPlace[]
  /** No file has it: a decoy's address, or a name that is generated. */
  readonly isMade: boolean
}

export interface OtherView {
  readonly view: string
  readonly rcode: string
  readonly outcome: LookupStep['outcome']
  /** Its answer section holds the same records. */
  readonly same: boolean
}

/** Asks the question on the real answering road, without limits and counters, and explains the answer. */
export function testView(subject: ViewTestSubject, question: ViewTestQuestion): ViewTest {
  const { configuration, generation } = subject
  const rule = explainView(configuration, generation, question.listener, question.from)
  const asked = ask(generation, question)
  const projection = remember(subject.projection)
  return {
    name: nameToText(question.name),
    type: typeToText(question.type),
    from: formatAddress(question.from),
    rule,
    answer: {
      rcode: rcodeToText(asked.message.rcode),
      authoritative: (asked.message.flags & Flag.AA) !== 0,
      octets: asked.message.length,
      steps: asked.steps,
      records: recordsOf(asked, (record) => placesOf({ ...subject, projection }, rule.name, ownersOf(asked, record))),
    },
    others: configuration.views.flatMap((view, index) =>
      index === rule.view ? [] : [otherView(onlyView(generation, index), view.name, question, asked)],
    ),
  }
}

/** Projections are read from files, which may be long: each is read once for a test. */
function remember(read: ViewTestSubject['projection']): ViewTestSubject['projection'] {
  const known = new Map<string, Projection | undefined>()
  return (zone, view) => {
    const key = `${zone.name} ${view}`
    if (!known.has(key)) known.set(key, read(zone, view))
    return known.get(key)
  }
}

interface Asked {
  readonly message: Message
  readonly steps: LookupStep[]
  /** Type of the record that answers and that no file has; 0: there is none. */
  readonly madeType: number
}

function ask(generation: Generation, question: ViewTestQuestion): Asked {
  const context = createAnswerContext({ generation, createLimiter: undefined, statistics: openStatistics() })
  const octets = new Uint8Array(0xffff)
  context.unixSeconds = Math.floor(Date.now() / 1000)
  const edns = question.dnssec ? { edns: { do: true } } : {}
  const query = buildQuery({ id: 0, name: question.name, type: question.type, ...edns })
  octets.set(query)
  const length = respond(context, {
    octets,
    start: 0,
    length: query.length,
    capacity: octets.length,
    source: question.from,
    sourceStart: 0,
    listener: question.listener,
    transport: Transport.Stream,
  })
  const message = readMessage(octets.subarray(0, length))
  if (message === undefined) throw new Error('the server did not answer a well-formed query')
  return { message, steps: traceLookup(context.plan, context.query), madeType: context.plan.made.type }
}

/** A generation in which everybody gets one view: what that view would answer. */
function onlyView(generation: Generation, index: number): Generation {
  const everybody = { name: '', clients: undefined, listen: undefined }
  const listeners = generation.selection.roots.length / 2
  return {
    ...generation,
    views: [generation.views[index]!],
    selection: compileViewSelection([everybody], listeners),
  }
}

function otherView(generation: Generation, view: string, question: ViewTestQuestion, asked: Asked): OtherView {
  const other = ask(generation, question)
  return {
    view,
    rcode: rcodeToText(other.message.rcode),
    outcome: other.steps.at(-1)?.outcome ?? 'no-zone',
    same: other.message.rcode === asked.message.rcode && answerKey(other) === answerKey(asked),
  }
}

/**
 * Equal for answers with the same records; the SOA's serial is each view's own and is left out, and so are signatures,
 * which are made anew.
 */
function answerKey(asked: Asked): string {
  return recordsOf(asked, () => [])
    .filter((record) => record.section !== 'additional' && record.type !== 'RRSIG')
    .map(({ section, name, type, rdata }) => [section, name.toLowerCase(), type, type === 'SOA' ? '' : rdata].join(' '))
    .sort()
    .join('\n')
}

function recordsOf({ message, madeType }: Asked, places: (record: MessageRecord) => RecordPlace[]): ViewTestRecord[] {
  return (['answer', 'authority', 'additional'] as const).flatMap((section) =>
    message[section].map((record) => ({
      section,
      name: nameToText(record.name),
      ttl: record.ttl,
      type: typeToText(record.type),
      rdata: rdataToText(record.type, record.rdata),
      places: places(record),
      isMade: section === 'answer' && record.type === madeType,
    })),
  )
}

/** A record, and by which owner it is looked for in the files: a decoy has the data of another name. */
interface OwnedRecord {
  readonly record: MessageRecord
  readonly owner: Uint8Array
}

function ownersOf({ steps }: Asked, record: MessageRecord): OwnedRecord {
  const name = nameToText(record.name)
  const step = steps.find((each) => each.decoy && each.owner !== undefined && each.name === name)
  return { record, owner: step === undefined ? record.name : nameFromText(step.owner!) }
}

/** Where a record of an answer comes from: its owner or, where nothing stands there, the closest wildcard's. */
function placesOf(
  subject: ViewTestSubject,
  view: string | undefined,
  { record, owner: own }: OwnedRecord,
): RecordPlace[] {
  if (view === undefined) return []
  const zones = subject.configuration.zones
    .filter((zone) => hasZone(view, zone) && isAtOrBelow(record.name, zone.apex))
    .sort((a, b) => b.apex.length - a.apex.length)
  for (const zone of zones) {
    const projection = subject.projection(zone, view)
    if (projection === undefined) continue
    // The serial that a view sees is the projection's, not the file's.
    const rdata = record.type === Type.SOA ? undefined : record.rdata
    for (const owner of [own, ...wildcardsAbove(record.name, zone.apex)]) {
      const places = findPlaces(projection, owner, record.type, rdata)
      if (places.length > 0) return places
    }
  }
  return []
}

function wildcardsAbove(name: Uint8Array, apex: Uint8Array): Uint8Array[] {
  const wildcards: Uint8Array[] = []
  for (let at = name; at.length > apex.length; ) {
    at = parentName(at)
    wildcards.push(wildcardBelow(at))
  }
  return wildcards
}
