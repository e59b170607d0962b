import type { Logger } from 'pino'
import { labelSeed } from '../zones/image/seeds.ts'
import type { ArenaPool } from './arena-pool.ts'
import type { Invocation } from './command-line.ts'
import type { Configuration } from './configuration/types.ts'
import type { ControlServer } from './control/server.ts'
import type { GenerationDescriptor } from './generation.ts'
import type { LoadedZones } from './load-zones.ts'
import { closeSockets, type Sockets } from './sockets.ts'
import type { Store } from './store.ts'
import { compileViewSelection } from './view-selection.ts'
import type { WorkerPool } from './worker-pool.ts'
import type { WorkerDeath } from './worker-seat.ts'
import type { ZoneLoader } from './zone-loader.ts'

/** A server that answers. The fields that change do so only in reload.ts, all at once. */
export interface RunningServer {
  readonly invocation: Invocation
  readonly log: Logger
  readonly startedAt: Date
  readonly sockets: Sockets
  readonly store: Store
  readonly secret: Uint8Array
  readonly arenas: ArenaPool
  readonly loader: ZoneLoader
  readonly pool: WorkerPool
  /** By seat: the last death of a worker there. */
  readonly lastDeaths: Map<number, WorkerDeath>
  configuration: Configuration
  loaded: LoadedZones
  descriptor: GenerationDescriptor
}

/** The generation that workers are to answer from. Identity that tells nothing is left out. */
export function describeGeneration(
  epoch: number,
  configuration: Configuration,
  loaded: LoadedZones,
  secret: Uint8Array,
): GenerationDescriptor {
  const { version, hostname, nsid } = configuration.identity
  return {
    epoch,
    labelSeed: labelSeed(secret),
    views: loaded.views,
    selection: compileViewSelection(configuration.views, configuration.listen.length),
    keySets: [],
    identity: {
      ...(version === undefined ? {} : { version }),
      ...(hostname === undefined ? {} : { hostname }),
      ...(nsid === undefined ? {} : { nsid }),
    },
  }
}

/** Takes no more commands, lets the workers finish what is in flight, and leaves everything on disk. */
export async function stopServer(server: RunningServer, control: ControlServer): Promise<void> {
  await control.close()
  await server.pool.stop()
  closeSockets(server.sockets)
  await server.store.close()
}
