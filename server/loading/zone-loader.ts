import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import type { ZoneFileKey } from '../../keys/sealed-file.ts'
import type { Arena, ArenaPool } from '../arena-pool.ts'
import type { Configuration } from '../configuration/types.ts'
import type { SealedSighting, SealStore } from '../state/seal-records.ts'
import type { SerialEntry, SerialStore } from '../state/store.ts'
import type { LoadedZones } from './load-zones.ts'
import { compareSeals } from './seal-memory.ts'
import type { BootstrapRecords } from './signalling.ts'

/**
 * Loads zones in a thread of its own. A million records take seconds, and meanwhile the main thread must replace
 * workers that die, hear signals and answer the control channel; a load that runs out of memory ends its thread and
 * nothing else. The thread ends after a long load, for that is how its memory returns to the system.
 */
export interface ZoneLoader {
  /** As `loadZones`; one at a time. Rejects where the store does or the thread dies, and then has reserved nothing. */
  load(
    configuration: Configuration,
    previous: LoadedZones | undefined,
    bootstraps?: readonly BootstrapRecords[],
  ): Promise<LoadedZones>
  /** Ends a thread that waits for the next load: its memory has what it read. Not during a load. */
  forget(): Promise<void>
}

export interface ZoneLoaderOptions {
  readonly serials: SerialStore
  readonly secret: Uint8Array
  readonly arenas: ArenaPool
  /** What opens sealed files; undefined while the store is locked, or where nothing is sealed. */
  readonly zoneFileKey?: () => ZoneFileKey | undefined
  /** What is remembered of sealed files; undefined: nothing is sealed. */
  readonly seals?: SealStore
  /** Hears of a sealed file that was put back to what it was before. */
  readonly onOlderSeal?: (now: SealedSighting, before: SealedSighting) => void
  /** Script of the thread, for tests. */
  readonly entry?: URL
}

/** What the thread finds in its `workerData`. */
export interface LoaderData {
  readonly secret: Uint8Array
  /** Carries an `Arena` to the thread, which waits for it. */
  readonly arenaPort: MessagePort
  /** Word 0 is 1 when an arena lies in the port. */
  readonly arenaFlag: SharedArrayBuffer
}

export interface LoadRequest {
  readonly configuration: Configuration
  readonly previous: LoadedZones | undefined
  readonly bootstraps: readonly BootstrapRecords[]
  readonly serials: readonly SerialEntry[]
  /** Its octets are memory that both threads share: no copy of them travels. */
  readonly zoneFileKey: ZoneFileKey | undefined
  readonly seals: readonly SealedSighting[]
}

export type LoaderMessage =
  | { readonly kind: 'allocate'; readonly octets: number }
  | {
      readonly kind: 'loaded'
      readonly loaded: LoadedZones
      readonly moved: readonly SerialEntry[]
      readonly seals: readonly SealedSighting[]
    }
  | { readonly kind: 'failed'; readonly reason: string }

interface LoaderThread {
  readonly worker: Worker
  readonly arenaPort: MessagePort
  readonly arenaFlag: Int32Array
  /** Why it ended, once it has. */
  end: Error | undefined
}

const ENTRY = new URL('./zone-loader-thread.js', import.meta.url)
const LONG_LOAD_MS = 1000

export function createZoneLoader(options: ZoneLoaderOptions): ZoneLoader {
  let idle: LoaderThread | undefined
  return {
    load: async (configuration, previous, bootstraps = []) => {
      const thread = idle === undefined || idle.end !== undefined ? startThread(options) : idle
      idle = undefined
      const begin = performance.now()
      const reserved: number[] = []
      try {
        const { loaded, moved, seals } = await runLoad(
          thread,
          { configuration, previous, bootstraps, ...options },
          reserved,
        )
        await options.serials.put(moved)
        await noteSeals(options, seals)
        if (performance.now() - begin < LONG_LOAD_MS) idle = thread
        return loaded
      } catch (error) {
        options.arenas.discard(reserved)
        throw error
      } finally {
        if (idle !== thread) await thread.worker.terminate()
      }
    },
    forget: async () => {
      const thread = idle
      idle = undefined
      await thread?.worker.terminate()
    },
  }
}

async function noteSeals({ seals, onOlderSeal }: ZoneLoaderOptions, seen: readonly SealedSighting[]): Promise<void> {
  if (seals === undefined) return
  const { changed, older } = compareSeals(seals.all(), seen)
  await seals.put(changed)
  for (const { now, before } of older) onOlderSeal?.(now, before)
}

function startThread({ secret, entry = ENTRY }: ZoneLoaderOptions): LoaderThread {
  const { port1, port2 } = new MessageChannel()
  const flag = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
  const workerData: LoaderData = { secret, arenaPort: port2, arenaFlag: flag }
  const worker = new Worker(entry, { workerData, transferList: [port2] })
  const thread: LoaderThread = { worker, arenaPort: port1, arenaFlag: new Int32Array(flag), end: undefined }
  worker.on('error', (error) => {
    thread.end = error
  })
  worker.on('exit', () => {
    thread.end ??= new Error('the thread that loads zones ended')
  })
  return thread
}

type Loaded = Extract<LoaderMessage, { kind: 'loaded' }>
type LoadTask = Omit<LoadRequest, 'serials' | 'zoneFileKey' | 'seals'> & ZoneLoaderOptions

/** Ids of arenas that the thread asks for are added to `reserved`. */
function runLoad(thread: LoaderThread, task: LoadTask, reserved: number[]): Promise<Loaded> {
  const { worker } = thread
  const { configuration, previous, bootstraps, serials, arenas } = task
  return new Promise<Loaded>((resolve, reject) => {
    const settle = (how: () => void): void => {
      worker.off('message', hear).off('exit', die).unref()
      how()
    }
    const hear = (message: LoaderMessage): void => {
      if (message.kind === 'loaded') settle(() => resolve(message))
      else if (message.kind === 'failed') settle(() => reject(new Error(message.reason)))
      else {
        try {
          lendArena(thread, arenas.allocate(message.octets), reserved)
        } catch (error) {
          settle(() => reject(error))
        }
      }
    }
    const die = (): void => settle(() => reject(thread.end))
    worker.on('message', hear).on('exit', die).ref()
    const known = knownSerials(configuration, serials)
    const zoneFileKey = task.zoneFileKey?.()
    const request = { configuration, previous, bootstraps, serials: known, zoneFileKey, seals: task.seals?.all() ?? [] }
    worker.postMessage(request satisfies LoadRequest)
  })
}

/** The thread sleeps on the flag until its arena lies in the port. */
function lendArena({ arenaPort, arenaFlag }: LoaderThread, arena: Arena, reserved: number[]): void {
  reserved.push(arena.id)
  arenaPort.postMessage(arena)
  Atomics.store(arenaFlag, 0, 1)
  Atomics.notify(arenaFlag, 0)
}

function knownSerials({ zones, views }: Configuration, serials: SerialStore): SerialEntry[] {
  return zones.flatMap((zone) =>
    views.flatMap(({ name: view }) => {
      const known = serials.get(zone.name, view)
      return known === undefined ? [] : [{ zone: zone.name, view, ...known }]
    }),
  )
}
