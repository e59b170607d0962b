/*
 * A process that compiles what one view has, from what it is handed on standard input and nothing else: it is started
 * without leave to read any file but Veil's own. It tries to read the files of other views first, to be sure of that.
 */
import { readFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import type { Configuration } from '../../server/configuration/types.ts'
import { type LoadedZones, loadZones } from '../../server/loading/load-zones.ts'
import { withPlainMaps } from '../../server/loading/plain-maps.ts'
import type { BootstrapRecords } from '../../server/loading/signalling.ts'
import type { SerialEntry } from '../../server/state/store.ts'

/** What the process is handed. The server's secret is in it, which is why it comes by a pipe. */
export interface CompileRequest {
  /** With one view, and of each zone what that view has. */
  readonly configuration: Configuration
  readonly secret: Uint8Array
  readonly serials: readonly SerialEntry[]
  readonly bootstraps: readonly BootstrapRecords[]
  /** Files by path. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Paths of files that it must not be able to read. */
  readonly forbidden: readonly string[]
}

/** What it gives back. */
export interface CompileResult {
  readonly loaded: LoadedZones
  /** By arena. */
  readonly images: ReadonlyMap<number, Uint8Array>
  /** Forbidden files that could be read after all. */
  readonly readable: readonly string[]
}

export async function compileView(request: CompileRequest, read = readFileSync): Promise<CompileResult> {
  const readable = request.forbidden.filter((path) => canRead(path, read))
  const memories: SharedArrayBuffer[] = []
  const serials = new Map(request.serials.map((entry) => [`${entry.zone} ${entry.view}`, entry]))
  const loaded = await loadZones(withPlainMaps(request.configuration), {
    readFile: (path) => request.files.get(path) ?? missing(path),
    serials: { get: (zone, view) => serials.get(`${zone} ${view}`), put: async () => {} },
    secret: request.secret,
    bootstraps: request.bootstraps,
    arenas: {
      allocate: (octets) => {
        const memory = new SharedArrayBuffer(octets)
        return { id: memories.push(memory) - 1, memory }
      },
      discard: () => {},
    },
  })
  return {
    loaded,
    images: new Map(memories.map((memory, id) => [id, Uint8Array.from(new Uint8Array(memory))])),
    readable,
  }
}

function canRead(path: string, read: typeof readFileSync): boolean {
  try {
    read(path)
    return true
  } catch (error) {
    // Any other reason would leave open whether it is the permission that holds.
    return (error as NodeJS.ErrnoException).code !== 'ERR_ACCESS_DENIED'
  }
}

function missing(path: string): never {
  throw Object.assign(new Error(`${path} was not handed over`), { code: 'ENOENT' })
}

/** Reads the request and writes the result, where this is the program and no module of another. */
async function serve(): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  const result = await compileView(deserialize(Buffer.concat(chunks)) as CompileRequest)
  process.stdout.write(serialize(result))
}

if (process.argv[2] === '--compile-view') await serve()
