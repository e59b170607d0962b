import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { Arena } from '../arena-pool.ts'
import type { SealedSighting } from '../state/seal-records.ts'
import type { SerialEntry, SerialStore } from '../state/store.ts'
import { type LoadOptions, loadZones } from './load-zones.ts'
import { withPlainMaps } from './plain-maps.ts'
import { sealMemory } from './seal-memory.ts'
import { type ReadZoneFile, zoneFileReader } from './zone-files.ts'
import type { LoaderData, LoaderMessage, LoadRequest } from './zone-loader.ts'

const { secret, arenaPort, arenaFlag } = workerData as LoaderData
const flag = new Int32Array(arenaFlag)

parentPort!.on('message', (request: LoadRequest) => void load(request).then(send))

async function load(request: LoadRequest): Promise<LoaderMessage> {
  const moved: SerialEntry[] = []
  const serials = serialsOf(request.serials, moved)
  const seals: SealedSighting[] = []
  const { previous, bootstraps } = request
  const read = zoneFileReader(() => request.zoneFileKey, sealMemory(request.seals, seals))
  const texts: Uint8Array[] = []
  const readFile: ReadZoneFile = (path, zone) => {
    const octets = read(path, zone)
    texts.push(octets)
    return octets
  }
  try {
    const loaded = await loadZones(withPlainMaps(request.configuration), {
      readFile,
      ...{ serials, secret, bootstraps, arenas: ARENAS, previous },
    })
    return { kind: 'loaded', loaded, moved, seals }
  } catch (error) {
    return { kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  } finally {
    // What is freed keeps what was in it.
    for (const octets of texts) octets.fill(0)
  }
}

function send(message: LoaderMessage): void {
  parentPort!.postMessage(message)
}

/** The main thread has the arenas. It discards those of a load that failed by itself. */
const ARENAS: LoadOptions['arenas'] = {
  allocate: (octets) => {
    send({ kind: 'allocate', octets })
    // The wake-up of the arena before may come only now: the flag decides.
    while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0)
    Atomics.store(flag, 0, 0)
    return receiveMessageOnPort(arenaPort)!.message as Arena
  },
  discard: () => {},
}

/** Serials that move go back with the result: the main thread writes them to disk. */
function serialsOf(known: readonly SerialEntry[], moved: SerialEntry[]): SerialStore {
  const byKey = new Map(known.map((entry) => [`${entry.zone} ${entry.view}`, entry]))
  return {
    get: (zone, view) => byKey.get(`${zone} ${view}`),
    put: async (entries) => {
      moved.push(...entries)
    },
  }
}
