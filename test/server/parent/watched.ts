import { Type } from '../../../dns/constants.ts'
import { canonicalName, nameFromText } from '../../../dns/name.ts'
import type { KeyMaterial } from '../../../keys/key-set.ts'
import type { RecordState, RecordStatus } from '../../../keys/rollover/key-state.ts'
import { DEFAULT_PARENT } from '../../../server/configuration/parent.ts'
import type { ParentConfiguration } from '../../../server/configuration/types.ts'
import type { ParentObservation } from '../../../server/keys/parent-sightings.ts'
import { type WatchedZone, watchParents } from '../../../server/parent/watch.ts'
import { drawKey } from '../../helpers/keys.ts'
import {
  type Behaviour,
  createSimulatedDns,
  NOW,
  type SimulatedZone,
  simulatedZone,
} from '../../helpers/simulated-dns.ts'

export const ZONE = 'veil.test.'
export const SERVER = '127.0.0.9'
export const TARGET = '127.0.0.10'

/** Those of the zone, by their ids `0` and `1`. */
export const KEYS: readonly KeyMaterial[] = [await drawKey(13, 'ksk'), await drawKey(13, 'ksk')]

export interface Watched {
  readonly parent: SimulatedZone
  readonly notes: ParentObservation[]
  readonly watch: ReturnType<typeof watchParents>
  readonly asked: readonly { readonly text: string; readonly address: string }[]
  /** The state of the key's DS from now on. */
  set(key: number, state: RecordState): void
  configure(settings: Partial<ParentConfiguration>): void
  /** Lets so many seconds go by; gives the times, from the start, of questions for the DS in them. */
  advance(seconds: number): Promise<number[]>
  /** Sets the clock, by so many seconds from now. */
  setClock(by: number): void
  /** Has another address serve the parent, as it is now and without what comes. */
  serve(address: string, zone?: SimulatedZone): void
  /** What the host at which notifications are heard does. */
  target(behave: Behaviour): void
}

/** `key`: the parent is signed with it, and validated by it. */
export function openWatch(
  settings: Partial<ParentConfiguration> = {},
  zone: Partial<WatchedZone> = {},
  key?: KeyMaterial,
): Watched {
  const dns = createSimulatedDns()
  const parent = simulatedZone('test.', ['@ NS ns', `ns A ${SERVER}`, 'veil NS ns.veil.test.'], key)
  const trustAnchors = key && [{ owner: parent.apex, type: Type.DNSKEY, rdata: key.dnskey }]
  dns.serve(SERVER, [parent])
  const servers = [{ address: SERVER, port: 53, family: 4 as const }]
  let configured: ParentConfiguration = { ...DEFAULT_PARENT, servers, resolver: servers, trustAnchors, ...settings }
  const states = KEYS.map((): RecordStatus => ({ state: 'hidden', since: 0, ttl: 0 }))
  let now = NOW
  let timers: { at: number; run: () => void }[] = []
  const notes: ParentObservation[] = []
  const looks: number[] = []
  let { measured, signed }: Pick<ParentObservation, 'measured' | 'signed'> = {}
  const apex = canonicalName(nameFromText(ZONE))
  const watchedZone = (): WatchedZone => ({
    ...{ name: ZONE, apex, views: undefined, parent: configured, measured, signed },
    keys: KEYS.map(({ dnskey, keyTag }, index) => ({
      ...{ id: String(index), apex, dnskey, keyTag, records: { ds: states[index]! } },
    })),
    ...zone,
  })
  let id = 0
  const watch = watchParents({
    parts: {
      network: {
        exchange: async (request) => {
          const before = dns.asked.length
          const answer = await dns.exchange(request)
          if (dns.asked[before]!.text === `${ZONE} ${Type.DS}`) looks.push(now - NOW)
          return answer
        },
        randomId: () => id++ & 0xffff,
      },
      now: () => now,
    },
    names: () => [ZONE],
    zone: (name) => (name === ZONE ? watchedZone() : undefined),
    note: async (_zone, observation) => {
      notes.push(observation)
      measured = observation.measured ?? measured
      signed = observation.signed ?? signed
    },
    onError: (error) => {
      throw error
    },
    after: (milliseconds, run) => {
      const timer = { at: now + Math.ceil(milliseconds / 1000), run }
      timers.push(timer)
      return () => {
        timers = timers.filter((each) => each.run !== run)
      }
    },
    random: () => 0.5,
  })
  return {
    ...{ parent, notes, watch, asked: dns.asked },
    setClock: (by) => {
      now += by
      // Timers go by another clock.
      timers = timers.map((timer) => ({ ...timer, at: timer.at + by }))
    },
    serve: (address, own = { ...parent, records: [...parent.records] }) => dns.serve(address, [own]),
    target: (behave) => dns.serve(TARGET, [], behave),
    set: (index, state) => {
      states[index] = { state, since: now, ttl: 0 }
    },
    configure: (changed) => {
      configured = { ...configured, ...changed }
      watch.follow()
    },
    advance: async (seconds) => {
      const [end, first] = [now + seconds, looks.length]
      await settle()
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers = timers.filter((each) => each !== due)
        now = Math.max(now, due.at)
        due.run()
        await settle()
      }
      now = end
      return looks.slice(first)
    },
  }
}

/** Everything in the simulation follows at once: nothing waits for more than promises. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
