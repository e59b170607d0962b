import { setTimeout } from 'node:timers/promises'
import { publish } from '../publish.ts'
import type { RunningServer } from '../running-server.ts'
import { responseKey, responseOf, type ZoneResponse } from './guard-state.ts'

/** What is to change of the guard's state; what is left out stays. */
export interface GuardChange {
  /** All bans anew; null: none. */
  readonly bans?: Int32Array | null
  /** All that are starved anew, by view. */
  readonly starved?: ReadonlyMap<string, Int32Array>
  readonly responses?: readonly ({ readonly view: string; readonly zone: string } & Partial<ZoneResponse>)[]
}

/** Changes that come within so long are published together: a generation costs every worker some work. */
const GATHER_MS = 100

/**
 * Makes the change part of what the server answers from. Takes its turn among reloads, which find it in `server.guard`
 * from now on. Resolves when every worker answers by it; many changes at a time share one generation.
 */
export function applyGuard(server: RunningServer, { bans, starved, responses = [] }: GuardChange): Promise<void> {
  const { guard } = server
  if (bans !== undefined) guard.bans = bans ?? undefined
  if (starved !== undefined) guard.starved = starved
  for (const { view, zone, ...change } of responses) {
    guard.responses.set(responseKey(view, zone), { ...responseOf(guard, view, zone), ...change })
  }
  guard.publication ??= publishSoon(server)
  return guard.publication
}

async function publishSoon(server: RunningServer): Promise<void> {
  await setTimeout(GATHER_MS)
  await server.inTurn(async () => {
    // What changes from here on needs another publication.
    server.guard.publication = undefined
    const { configuration, loaded, descriptor } = server
    await publish(server, { configuration, loaded, keySets: descriptor.keySets })
  })
}
