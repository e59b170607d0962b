import { keySetsFor, publish } from '../publish.ts'
import type { RunningServer } from '../running-server.ts'
import { nextKeyChange } from './key-set-signatures.ts'

/** However far away the next change is: a clock that jumps must not put it off for longer. */
const LONGEST_WAIT_MS = 60_000
const SHORTEST_WAIT_MS = 1000

/**
 * Publishes the key sets anew whenever the signatures of the apex RRsets need it, until the process ends. It goes by the
 * wall clock, as validators do.
 */
export function renewKeySets(server: RunningServer): void {
  const wait = (shortest: number): void => {
    const now = Date.now()
    const next = nextKeyChange(server.descriptor.keySets, Math.floor(now / 1000))
    const delay = next === undefined ? LONGEST_WAIT_MS : next * 1000 - now
    setTimeout(tick, Math.min(LONGEST_WAIT_MS, Math.max(shortest, delay))).unref()
  }
  const tick = async (): Promise<void> => {
    try {
      const now = Math.floor(Date.now() / 1000)
      const next = nextKeyChange(server.descriptor.keySets, now)
      if (next !== undefined && next <= now) await server.inTurn(() => renew(server))
      wait(SHORTEST_WAIT_MS)
    } catch (error) {
      // A full disk may well last; what is published holds for half a quantum still.
      server.log.error({ err: error }, 'the signatures of the keys could not be renewed; trying again in a minute')
      wait(LONGEST_WAIT_MS)
    }
  }
  wait(SHORTEST_WAIT_MS)
}

/** Signs the key sets anew and publishes them, where anything has changed. In turn. */
export async function renew(server: RunningServer): Promise<void> {
  const { configuration, loaded, keyRing } = server
  const keySets = await keySetsFor(keyRing, configuration, loaded)
  if (!(await publish(server, { configuration, loaded, keySets }))) return
  server.log.info({ epoch: server.descriptor.epoch, zones: keySets.length }, 'the key sets are signed anew')
}
