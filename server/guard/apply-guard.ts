import { setTimeout } from 'node:timers/promises'
import { publish } from '../publish.ts'
import type { RunningServer } from '../running-server.ts'
import { responseKey, responseOf, type ZoneResponse } from './guard-state.ts'

/** What is to change of the guard's state; what is left out stays. */
export interface GuardChange {
  /** All sanctions anew; null: none. */
  readonly sanctions?: Int32Array | null
  readonly responses?: readonly ({ readonly view: string; readonly zone: string } & Partial<ZoneResponse>)[]
}

/** Changes that come within so long are published together: a generation costs every worker some work. */
const GATHER_MS = 100

/**
 * Makes the change part of what the server answers from. Takes its turn among reloads, which find it in `server.guard`
 * from now on. Resolves when every worker answers by it; many changes at a time share one generation.
 */
export function applyGuard(server: RunningServer, { sanctions, responses = [] }: GuardChange): Promise<void> {
  const { guard } = server
  if (sanctions !== undefined) guard.sanctions = sanctions ?? undefined
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
