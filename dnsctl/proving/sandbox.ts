import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { deserialize, serialize } from 'node:v8'
import type { Configuration, ZoneConfiguration } from '../../server/configuration/types.ts'
import { hasZone } from '../../server/has-zone.ts'
import { projectViews } from '../../server/loading/project-views.ts'
import type { ReadZoneFile } from '../../server/loading/zone-files.ts'
import type { CompileRequest, CompileResult } from './compile-process.ts'

/** The configuration as one view has it, with nothing of others. */
export function configurationOfView(configuration: Configuration, view: string): Configuration {
  const only = <Value>(map: Readonly<Record<string, Value>> | undefined): Record<string, Value> => {
    const value = map?.[view]
    return Object.assign(Object.create(null), value === undefined ? {} : { [view]: value })
  }
  return {
    ...configuration,
    views: configuration.views.filter(({ name }) => name === view),
    zones: configuration.zones
      .filter((zone) => hasZone(view, zone))
      .map((zone) => ({
        ...zone,
        ...{ overlays: only(zone.overlays), hide: only(zone.hide) },
        ...{ decoys: only(zone.decoys), generate: only(zone.generate) },
        views: zone.views && [view],
      })),
  }
}

/** The files that what a view has is made of, `$INCLUDE`d ones too, by path; of sealed ones what is in them. */
export function filesOfView(configuration: Configuration, view: string, read: ReadZoneFile): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const readFile: ReadZoneFile = (path, zone) => {
    const octets = files.get(path) ?? new Uint8Array(read(path, zone))
    files.set(path, octets)
    return octets
  }
  for (const zone of configuration.zones.filter((each: ZoneConfiguration) => hasZone(view, each))) {
    projectViews(zone, [view], readFile)
  }
  return files
}

/** Veil itself, and what it stands on: all that the process may read. */
const PROGRAM = fileURLToPath(new URL('./compile-process.js', import.meta.url))
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * Compiles in a process of its own under Node's permission model: no file but those of the program can be opened, no
 * process started, no thread, no native code loaded. Rejects where that cannot be had.
 */
export async function compileInSandbox(request: CompileRequest): Promise<CompileResult> {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const allowed = ['dist/*', 'node_modules/*', 'package.json'].map((path) => `--allow-fs-read=${PACKAGE}${path}`)
  const child = spawn(process.execPath, ['--no-warnings', permission, ...allowed, PROGRAM, '--compile-view'], {
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  // A child that ends before it has read everything says why itself.
  child.stdin.on('error', () => {})
  child.stdin.end(serialize(request))
  const code = await ended
  if (code !== 0) throw new Error(`the process that compiles a view ended with ${code}: ${stderr().toString().trim()}`)
  return deserialize(stdout()) as CompileResult
}

function collect(stream: NodeJS.ReadableStream): () => Buffer {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks)
}
