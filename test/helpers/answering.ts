import { canonicalName, nameFromText } from '../../dns/name.ts'
import type { RateLimiter } from '../../guard/rate-limiter.ts'
import { readAddress } from '../../server/address.ts'
import { type AnswerContext, createAnswerContext } from '../../server/answer/context.ts'
import { type Exchange, Transport } from '../../server/answer/exchange.ts'
import { respond } from '../../server/answer/respond.ts'
import type { ViewConfiguration } from '../../server/configuration/types.ts'
import type { GenerationDescriptor } from '../../server/generation.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { openStatistics } from '../../server/statistics.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { compileImage } from '../../zones/image/compile.ts'
import { formatProblem, readZone } from '../../zones/master-file/read.ts'
import { type HideRule, type Projection, project } from '../../zones/projection.ts'
import type { RecordTable } from '../../zones/record-table.ts'

/** A zone as tests write it: master files as text. */
export interface ZoneText {
  readonly base: string
  readonly overlays?: Readonly<Record<string, string>>
  readonly hide?: Readonly<Record<string, readonly HideRule[]>>
  readonly serial?: number
}

export const SECRET = new Uint8Array(32).fill(7)

/** Two views, as in the demonstration: 127.0.0.2 and 10.0.0.0/8 inside, everybody else outside. */
export const TWO_VIEWS: readonly ViewConfiguration[] = [
  { name: 'internal', clients: [prefix('10.0.0.0', 8), prefix('127.0.0.2', 32)], listen: undefined },
  { name: 'public', clients: undefined, listen: undefined },
]

export function prefix(address: string, length: number): { address: Uint8Array; length: number } {
  return { address: addressOctets(address), length: address.includes(':') ? length : length + 96 }
}

export function addressOctets(address: string): Uint8Array {
  const reading = readAddress(address)
  if (reading.outcome === 'unreadable') throw new Error(reading.reason)
  return reading.value
}

/** The projection of `zone` for `view`; throws where the text has errors. */
export function projectText(name: string, zone: ZoneText, view: string): Projection {
  const overlay = zone.overlays?.[view]
  const base = readText(name, zone.base, 'base')
  const { projection, problems } = project(
    base,
    overlay === undefined ? undefined : readText(name, overlay, 'overlay'),
    zone.hide?.[view] ?? [],
  )
  failOnErrors(problems)
  return projection
}

/** A generation with these zones in all of `views`, in memory of its own. */
export function generationOf(
  zones: Readonly<Record<string, ZoneText>>,
  views: readonly ViewConfiguration[] = TWO_VIEWS,
): { descriptor: GenerationDescriptor; arenas: SharedArrayBuffer[] } {
  const arenas: SharedArrayBuffer[] = []
  const imagesOf = (view: string) =>
    Object.entries(zones).map(([name, zone]) => {
      const options = { secret: SECRET, serial: zone.serial ?? 1 }
      const image = compileImage(projectText(name, zone, view), options, (octets) => new SharedArrayBuffer(octets))
      return { arena: arenas.push(image.memory) - 1, length: image.length }
    })
  const descriptor = {
    epoch: 1,
    views: views.map(({ name }) => ({ name, images: imagesOf(name) })),
    selection: compileViewSelection(views, 1),
    identity: {},
  }
  return { descriptor, arenas }
}

export function contextOf(
  zones: Readonly<Record<string, ZoneText>>,
  options: { views?: readonly ViewConfiguration[]; limiter?: RateLimiter } = {},
): AnswerContext {
  const { descriptor, arenas } = generationOf(zones, options.views)
  const generation = openGeneration(descriptor, (id) => arenas[id]!, 1)
  return createAnswerContext({ generation, limiter: options.limiter, statistics: openStatistics() })
}

/** Has `context` answer `message` as if it came from `from`; undefined: silence. */
export function answerTo(
  context: AnswerContext,
  message: Uint8Array,
  options: { from?: string; transport?: Transport } = {},
): Uint8Array | undefined {
  const transport = options.transport ?? Transport.Udp
  const octets = new Uint8Array(65535)
  octets.set(message)
  const exchange: Exchange = {
    octets,
    start: 0,
    length: message.length,
    capacity: transport === Transport.Udp ? 1280 : 65535,
    source: addressOctets(options.from ?? '192.0.2.1'),
    sourceStart: 0,
    listener: 0,
    transport,
  }
  const length = respond(context, exchange)
  return length === 0 ? undefined : octets.subarray(0, length)
}

function readText(name: string, text: string, kind: 'base' | 'overlay'): RecordTable {
  const { table, problems } = readZone({
    apex: canonicalName(nameFromText(name)),
    path: `/${name}${kind}`,
    readFile: () => Buffer.from(text, 'latin1'),
    kind,
  })
  failOnErrors(problems)
  return table
}

function failOnErrors(problems: readonly { severity: string }[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(errors.map((problem) => formatProblem(problem as never)).join('\n'))
}
