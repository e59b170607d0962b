import type { AddressPrefix } from '../../guard/prefix-trie.ts'
import { createRateLimiter, type RateLimitOptions } from '../../guard/rate-limiter.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { readAddress } from '../../server/address.ts'
import { type AnswerContext, createAnswerContext } from '../../server/answer/context.ts'
import { type Exchange, Transport } from '../../server/answer/exchange.ts'
import { respond } from '../../server/answer/respond.ts'
import type { ViewConfiguration } from '../../server/configuration/types.ts'
import type { Generation, GenerationDescriptor, ImageLocation } from '../../server/generation.ts'
import { cookieSecret } from '../../server/guard/cookie-secret.ts'
import { openGeneration } from '../../server/open-generation.ts'
import { openStatistics } from '../../server/statistics.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { nsec3Hash } from '../../zones/denial/nsec3-hash.ts'
import type { HideRule } from '../../zones/hide.ts'
import { labelSeed } from '../../zones/image/seeds.ts'
import { createRandom } from './random.ts'
import { compileProjection, TEST_SECRET, zoneProjection } from './zone.ts'

/** A zone as tests write it: master files as text. */
export interface ZoneText {
  readonly base: string
  readonly overlays?: Readonly<Record<string, string>>
  readonly hide?: Readonly<Record<string, readonly HideRule[]>>
}

/** Two views, as in the demonstration: 127.0.0.2 and 10.0.0.0/8 inside, everybody else outside. */
export const TWO_VIEWS: readonly ViewConfiguration[] = [
  { name: 'internal', clients: [prefix('10.0.0.0', 8), prefix('127.0.0.2', 32)], listen: undefined },
  { name: 'public', clients: undefined, listen: undefined },
]

export const INSIDER = '127.0.0.2'
export const STRANGER = '192.0.2.1'

export function prefix(address: string, length: number): AddressPrefix {
  return { address: addressOctets(address), length: address.includes(':') ? length : length + 96 }
}

export function addressOctets(address: string): Uint8Array {
  const reading = readAddress(address)
  if (reading.outcome === 'unreadable') throw new Error(reading.reason)
  return reading.value
}

/** A generation with these zones in all of `views`. */
export function generationOf(
  zones: Readonly<Record<string, ZoneText>>,
  options: {
    views?: readonly ViewConfiguration[]
    identity?: GenerationDescriptor['identity']
    bans?: Int32Array
    /** By view. */
    starved?: Readonly<Record<string, Int32Array>>
    /** Changes what a view has of a zone. */
    change?: (location: ImageLocation, view: string, zone: string) => ImageLocation
  } = {},
): Generation {
  const { views = TWO_VIEWS, identity = {}, bans, starved = {}, change = (location) => location } = options
  const arenas: SharedArrayBuffer[] = []
  const imagesOf = (view: string) =>
    Object.entries(zones).map(([name, { base, overlays, hide }]) => {
      const overlay = overlays?.[view]
      const projection = zoneProjection(name, base, {
        ...(overlay === undefined ? {} : { overlay }),
        hide: hide?.[view] ?? [],
      })
      const image = compileProjection(projection)
      return change({ arena: arenas.push(image.memory) - 1, length: image.length }, view, name)
    })
  const descriptor = {
    epoch: 1,
    labelSeed: labelSeed(TEST_SECRET),
    views: views.map(({ name }) => ({
      ...{ name, images: imagesOf(name), cookieSecret: cookieSecret(TEST_SECRET, name) },
      ...(starved[name] === undefined ? {} : { starved: starved[name] }),
    })),
    selection: compileViewSelection(views, 1),
    keySets: [],
    identity,
    ...(bans === undefined ? {} : { bans }),
  }
  return openGeneration(descriptor, { arena: (id) => arenas[id]!, openKey: openSigningKey, nsec3Hash })
}

/** What answers for `generation`, without limits unless they are given. */
export function contextOf(generation: Generation, limits?: RateLimitOptions): AnswerContext {
  const createLimiter = limits === undefined ? undefined : () => createRateLimiter(limits, createRandom(1).next)
  return createAnswerContext({ generation, createLimiter, statistics: openStatistics() })
}

/** Has `context` answer `message` as if it came from `from`; undefined: silence. */
export function answerTo(
  context: AnswerContext,
  message: Uint8Array,
  options: { from?: string; transport?: Transport } = {},
): Uint8Array | undefined {
  const transport = options.transport ?? Transport.Udp
  const capacity = transport === Transport.Udp ? 1280 : 65535
  const octets = new Uint8Array(capacity)
  octets.set(message)
  const exchange: Exchange = {
    octets,
    start: 0,
    length: message.length,
    capacity,
    source: addressOctets(options.from ?? STRANGER),
    sourceStart: 0,
    listener: 0,
    transport,
  }
  const length = respond(context, exchange)
  return length === 0 ? undefined : octets.slice(0, length)
}
