import { parsePrefix } from '../../server/address.ts'
import { createArenaPool } from '../../server/arena-pool.ts'
import type { Configuration, ViewConfiguration, ZoneConfiguration } from '../../server/configuration/types.ts'
import { type LoadedZone, type LoadedZones, loadZones } from '../../server/loading/load-zones.ts'
import type { SerialStore } from '../../server/state/store.ts'
import { openImage } from '../../zones/image/image.ts'
import { dumpImage } from './image-dump.ts'
import { openMemoryStore } from './memory-store.ts'
import { TEST_SECRET, wireName } from './zone.ts'

/** An apex and a name server; it ends at line 4. */
export const BASE = `$TTL 60
@ SOA ns1 hostmaster 7 3600 600 86400 300
@ NS ns1
ns1 A 192.0.2.1
`
/** One view for insiders, one for everybody else. */
export const VIEWS: ViewConfiguration[] = [
  { name: 'internal', clients: [parsePrefix('10.0.0.0/8')!], listen: undefined },
  { name: 'public', clients: undefined, listen: undefined },
]

/** By path. */
export type Files = Record<string, string>

/** Everything one server keeps between loads, with files in memory. */
export function createServer(files: Files) {
  const store = openMemoryStore()
  const arenas = createArenaPool()
  let loaded: LoadedZones | undefined
  let clock = 0
  const load = async (zones: ZoneConfiguration[], views = VIEWS, serials: SerialStore = store.serials, leaks = {}) => {
    loaded = await loadZones({ views, zones, listen: [], leaks } as unknown as Configuration, {
      readFile: (path) => {
        const text = files[path]
        if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
        return Buffer.from(text)
      },
      serials,
      secret: TEST_SECRET,
      arenas,
      previous: loaded,
      now: () => ++clock,
    })
    return loaded
  }
  const octets = (view: string, zone = 0): Buffer => {
    const { arena, length } = loaded!.views.find(({ name }) => name === view)!.images[zone]!
    return Buffer.from(new Uint8Array(arenas.memory(arena), 0, length))
  }
  const names = (view: string, zone = 0): string[] => {
    const image = octets(view, zone)
    return dumpImage(
      openImage(image.buffer.slice(image.byteOffset, image.byteOffset + image.length), image.length),
    ).map(({ name }) => name)
  }
  return { files, store, arenas, load, octets, names }
}

/** A zone of the configuration, unsigned, its file named after it. */
export function zone(name: string, options: Partial<ZoneConfiguration> = {}): ZoneConfiguration {
  const file = `${name}zone`
  return {
    name,
    apex: wireName(name),
    file,
    overlays: {},
    hide: {},
    views: undefined,
    dnssec: { kind: 'off' },
    ...options,
  }
}

/** What gives the view `internal` an overlay. */
export const INTERNAL = { overlays: { internal: 'internal.zone' } }

/** What a load says of one zone. */
export function report(loaded: LoadedZones, name: string): LoadedZone {
  return loaded.zones.find((candidate) => candidate.name === name)!
}
