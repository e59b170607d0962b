import { vi } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import type { KeyStore } from '../../keys/key-store.ts'
import { type BelievedTime, believedAt } from '../../keys/rollover/believed-time.ts'
import { createSealing } from '../../keys/sealing.ts'
import { signaturePolicy } from '../../keys/signature-policy.ts'
import type { ClockStore } from '../../server/clock-watch.ts'
import type { SigningConfiguration } from '../../server/configuration/types.ts'
import type { GenerationDescriptor } from '../../server/generation.ts'
import { createTurns } from '../../server/in-turn.ts'
import { openKeyRing } from '../../server/keys/key-ring.ts'
import { believedSeconds } from '../../server/keys/rollover-clock.ts'
import { stepZones } from '../../server/keys/rollover-steps.ts'
import { createRollovers } from '../../server/keys/rollovers.ts'
import { noteSightings } from '../../server/keys/sighted-ds.ts'
import { BY_POLICY, type KeyWish } from '../../server/keys/zone-rollover.ts'
import type { RunningServer } from '../../server/running-server.ts'
import { createSigningStamps } from '../../server/signing-stamps.ts'
import { dnskeys, readBlock } from './key-ring.ts'
import { signedZone } from './keys.ts'

export const ZONE = 'example.com.'
export const MAX_TTL = 600
export const SAFETY = 60
export const DS_TTL = 300
const DAY = 86_400

/** A zone of which everything is everywhere within minutes. */
export function quickZone(
  keys: Partial<SigningConfiguration['keys']> = {},
  signing: Partial<SigningConfiguration> = {},
) {
  const zone = signedZone(ZONE, { algorithms: [15], policy: signaturePolicy(DAY, MAX_TTL), ...signing })
  const dnssec = zone.dnssec as SigningConfiguration
  const policy = {
    publishSafety: SAFETY,
    retireSafety: SAFETY,
    parentDsTtl: DS_TTL,
    standbyZsk: false,
    zskLifetime: undefined,
  }
  return { ...zone, dnssec: { ...dnssec, keys: { ...dnssec.keys, ...policy, ...keys } } }
}

/** A clock that is always believed. */
export const TRUSTED_CLOCK = {
  time: (): BelievedTime => {
    const reading = { wall: Date.now(), sinceBoot: Date.now(), boot: 'this' }
    return { believed: reading.wall, reading, steady: { wall: 0, sinceBoot: 0 } }
  },
}

/** A server of one zone that has keys and nothing else: what it publishes is heard, and all its workers serve it at once. */
export interface RollingServer {
  readonly server: RunningServer
  /** Takes all steps that may be taken at this moment. */
  step(wish?: KeyWish): Promise<void>
  /** Has the parent take the CDS that is served as its DS, and the rollover see it. */
  parentFollows(): Promise<void>
  /** RDATA of the CDS that is served, as the DS that it asks for; undefined: none is. */
  cds(): Buffer[] | undefined
  /** Has the rollover see that all of the parent's servers have these DS records, and no others. */
  sees(ds: readonly Uint8Array[]): Promise<void>
}

/** What private keys of a rolling server are sealed with. */
export const { sealing } = createSealing(Buffer.alloc(32, 7))

/** Whose time the rollovers of a server go by. */
export type ServerTime = Pick<RunningServer, 'clock'> & { readonly store: { readonly clock: ClockStore } }

/**
 * Starts it as veild does: keys first, then workers, then steps. `onPublish` hears of each generation. Without `clock` the clock
 * is believed whatever it shows; `hasBeenServed`: whether caches may hold answers from before there were keys.
 */
export async function startRolling(
  store: KeyStore,
  zone: ReturnType<typeof quickZone>,
  onPublish: (set: KeySetDescriptor) => void,
  { hasBeenServed = true, ...time }: Partial<ServerTime> & { readonly hasBeenServed?: boolean } = {},
): Promise<RollingServer> {
  const clock = time.clock ?? (TRUSTED_CLOCK as RunningServer['clock'])
  const keyRing = openKeyRing({
    ...{ store, secret: new Uint8Array(32), unlock: async () => sealing, report: () => {} },
    believedSeconds: () => believedSeconds({ clock }),
    hasBeenServed: () => hasBeenServed,
  })
  const keySets = await keyRing.keySets([zone], Math.floor(Date.now() / 1000))
  const silent = () => {}
  const descriptor = { epoch: 1, views: [], keySets } as unknown as GenerationDescriptor
  const server = {
    ...{
      keyRing,
      descriptor,
      store: { keys: store, ...time.store },
      rollovers: createRollovers(),
      servedZones: new Set<string>(),
      inTurn: createTurns(),
      clock,
    },
    ...{ stamps: createSigningStamps(), secret: new Uint8Array(32), guard: undefined },
    configuration: { zones: [zone], views: [], listen: [], identity: {}, rateLimit: {}, guard: {} },
    loaded: { views: [], zones: [{ name: zone.name, dnssec: zone.dnssec, views: [{}] }] },
    log: { info: silent, warn: silent, error: silent, fatal: silent },
    bans: { tell: silent },
    pool: { publish: async (next: GenerationDescriptor) => onPublish(next.keySets[0]!), statistics: () => [] },
    vault: { open: async () => sealing },
    sockets: { workers: 1, listeners: [] },
  } as unknown as RunningServer
  onPublish(keySets[0]!)
  const step = async (wish: KeyWish = BY_POLICY): Promise<void> => {
    await stepZones(server, new Set([ZONE]), wish)
  }
  const cds = () => readCds(server.descriptor.keySets[0]!)
  const sees = async (ds: readonly Uint8Array[]): Promise<void> => {
    const at = believedAt(clock.time(), Math.floor(Date.now() / 1000))
    if (at === undefined) return
    const whole = { at, ttl: DS_TTL, everywhere: ds, anywhere: ds }
    await step({ by: 'parent', lead: 'seen', edit: (set) => noteSightings(set, whole, zone.dnssec) })
  }
  return {
    ...{ server, step, cds, sees },
    parentFollows: async () => {
      const ds = cds()
      if (ds !== undefined) await sees(ds)
    },
  }
}

/** RDATA of the CDS RRset; undefined: there is none. */
export function readCds({ apexRRsets }: KeySetDescriptor): Buffer[] | undefined {
  const cds = apexRRsets.find(({ type }) => type === Type.CDS)
  const rdatas = cds && readBlock(cds.block).map(({ rdata }) => rdata)
  return rdatas?.some((rdata) => rdata[3] === 0) ? [] : rdatas
}

/** Key tags that are published, and those that sign the zone. */
export function tagsOf(set: KeySetDescriptor): { published: number[]; signing: number[] } {
  const published = set.apexRRsets.length === 0 ? [] : dnskeys(set).map(keyTagOf)
  return { published: published.sort((a, b) => a - b), signing: set.signers.map(({ keyTag }) => keyTag) }
}

/** Has `Date` go by the test. */
export function passTime(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000)
}
