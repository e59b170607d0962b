import type { RunningServer } from '../running-server.ts'
import { type AnswerRates, createRateMeter } from './answer-rates.ts'
import { applyGuard } from './apply-guard.ts'
import { discreetIncidents } from './discreet-incidents.ts'
import { createGuardWatch, type GuardWatch } from './guard-watch.ts'
import type { IncidentStore } from './incident-records.ts'
import { createResponder } from './responder.ts'

/** Within it a quick tool asks some dozens of questions more. A round without news costs next to nothing. */
const ROUND_MS = 25
const RATES_MS = 1000

/** The watch of a running server, and what its reports need. */
export interface ServerWatch {
  readonly watch: GuardWatch
  readonly store: IncidentStore
  readonly rates: () => AnswerRates
  readonly isDetecting: () => boolean
  /** Makes nothing of what this address of the machine asks, until then: milliseconds since 1970. */
  readonly overlook: (address: Uint8Array, until: number) => void
  /** Looks no more, and leaves what was noticed on disk. */
  stop(): Promise<void>
}

/** Watches what the server is asked: looks forty times a second, until `stop`, and does what the policies say. */
export function watchQuestions(server: RunningServer): ServerWatch {
  const { respond, describe } = createResponder({
    configuration: () => server.configuration,
    apply: (change) => applyGuard(server, change),
    starve: server.bans.sanctions.starve,
    log: server.log,
  })
  const isDetecting = () => server.configuration.guard.detection
  const overlooked = createOverlooked()
  const watch = createGuardWatch({
    isOverlooked: overlooked.has,
    rings: server.pool.eventRings(),
    arena: (id) => server.arenas.memory(id),
    descriptor: () => server.descriptor,
    isDetecting,
    respond,
    store: discreetIncidents(
      server,
      (zone, view) => server.configuration.zones.find(({ name }) => name === zone)?.overlays[view],
    ),
    ...{ notices: server.notices, log: server.log },
    seed: Buffer.from(server.secret).readInt32LE(0),
    describeResponse: describe,
  })
  const meter = createRateMeter()
  let { configuration } = server
  let lastNoted = 0
  const look = (now: number): void => {
    watch.look(now)
    if (now - lastNoted >= RATES_MS) {
      meter.note(server.pool.statistics(), now)
      lastNoted = now
    }
    if (configuration === server.configuration) return
    // The policies may have changed.
    configuration = server.configuration
    respond(watch.open())
  }
  const timer = setInterval(() => {
    try {
      look(Date.now())
    } catch (err) {
      server.log.error({ err }, 'the watch over questions failed; it goes on')
    }
  }, ROUND_MS).unref()
  return {
    ...{ watch, store: server.store.incidents, rates: meter.rates, isDetecting, overlook: overlooked.add },
    stop: async () => {
      clearInterval(timer)
      await watch.settle()
    },
  }
}

/** Own addresses from which the operator's tools ask. */
function createOverlooked() {
  const until = new Map<string, number>()
  const keyOf = (address: Uint8Array) => Buffer.from(address.buffer, address.byteOffset, 16).toString('latin1')
  return {
    add: (address: Uint8Array, end: number): void => {
      for (const [key, old] of until) if (old < Date.now()) until.delete(key)
      until.set(keyOf(address), end)
    },
    has: (source: Uint8Array, at: number): boolean => until.size > 0 && (until.get(keyOf(source)) ?? 0) > at,
  }
}
