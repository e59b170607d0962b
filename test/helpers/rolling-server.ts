import { vi } from 'vitest'
import { Type } from '../../dns/constants.ts'
import { keyTagOf } from '../../dns/key-tag.ts'
import type { KeySetDescriptor } from '../../keys/key-set.ts'
import type { KeySetChange, KeyStore } from '../../keys/key-store.ts'
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
import { openMemoryKeyStore } from './memory-store.ts'

/** A power cut: whatever was not on disk is lost. */
export class PowerCut extends Error {}

/** A store on a disk, whose power is cut at a write: what is not flushed is lost, and so is the process. */
export interface CrashingDisk {
  /** What a process sees that opens it now. */
  open(): KeyStore
  /** Cuts the power at the write of this number, from 1 on, before it is on disk or just after. */
  cutAt(write: number, when: 'before' | 'after'): void
  writes(): number
}

/** `open` gives what a process sees of it that starts now. */
export function createCrashingDisk(): CrashingDisk {
  const disk = openMemoryKeyStore()
  let writes = 0
  let cut: { readonly at: number; readonly when: 'before' | 'after' } | undefined
  const put = async (changes: readonly KeySetChange[]): Promise<void> => {
    const isCut = ++writes === cut?.at
    if (isCut && cut?.when === 'before') throw new PowerCut()
    await disk.put(changes)
    if (isCut) throw new PowerCut()
  }
  return {
    open: () => ({ ...disk, put }),
    cutAt: (at, when) => {
      cut = { at, when }
    },
    writes: () => writes,
  }
}

export const ZONE = 'example.com.'
export const MAX_TTL = 600
export const SAFETY = 60
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
    parentDsTtl: 300,
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
}

const { sealing } = createSealing(Buffer.alloc(32, 7))

/** Whose time the rollovers of a server go by. */
export type ServerTime = Pick<RunningServer, 'clock'> & { readonly store: { readonly clock: ClockStore } }

/**
 * Starts it as veild does: keys first, then workers, then steps. `onPublish` hears of each generation. Without `time` the clock
 * is believed whatever it shows.
 */
export async function startRolling(
  store: KeyStore,
  zone: ReturnType<typeof quickZone>,
  onPublish: (set: KeySetDescriptor) => void,
  time?: ServerTime,
): Promise<RollingServer> {
  const clock = time?.clock ?? (TRUSTED_CLOCK as RunningServer['clock'])
  const keyRing = openKeyRing({
    ...{ store, secret: new Uint8Array(32), unlock: async () => sealing, report: () => {} },
    believedSeconds: () => believedSeconds({ clock }),
  })
  const keySets = await keyRing.keySets([zone], Math.floor(Date.now() / 1000))
  const silent = () => {}
  const descriptor = { epoch: 1, views: [], keySets } as unknown as GenerationDescriptor
  const server = {
    ...{
      keyRing,
      descriptor,
      store: { keys: store, ...time?.store },
      rollovers: createRollovers(),
      servedZones: new Set<string>(),
      inTurn: createTurns(),
      clock,
    },
    ...{ stamps: createSigningStamps(), secret: new Uint8Array(32), guard: undefined },
    configuration: { zones: [zone], views: [], listen: [], identity: {}, rateLimit: {}, guard: {} },
    loaded: { views: [], zones: [{ name: zone.name, dnssec: zone.dnssec, views: [{}] }] },
    log: { info: silent, warn: silent, error: silent, fatal: silent },
    pool: { publish: async (next: GenerationDescriptor) => onPublish(next.keySets[0]!) },
    sockets: { workers: 1, listeners: [] },
  } as unknown as RunningServer
  onPublish(keySets[0]!)
  const step = async (wish: KeyWish = BY_POLICY): Promise<void> => {
    await stepZones(server, new Set([ZONE]), wish)
  }
  return {
    ...{ server, step },
    parentFollows: async () => {
      const ds = readCds(server.descriptor.keySets[0]!)
      const at = believedAt(clock.time(), Math.floor(Date.now() / 1000))
      if (ds === undefined || at === undefined) return
      const whole = { at, ttl: 300, everywhere: ds, anywhere: ds }
      await step({ by: 'parent', lead: 'seen', edit: (set) => noteSightings(set, whole, zone.dnssec) })
    },
  }
}

/** RDATA of the CDS RRset; undefined: there is none. */
function readCds({ apexRRsets }: KeySetDescriptor): Buffer[] | undefined {
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
