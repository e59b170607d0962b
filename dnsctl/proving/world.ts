/*
 * Everything a proof stands on, read once: configuration, files, keys, what the running server says of itself.
 */
import { join } from 'node:path'
import { Failure } from '../../console/failure.ts'
import { isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { parseAddress } from '../../server/address.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import type { ReadZoneFile } from '../../server/loading/zone-files.ts'
import type { RunningImages } from '../../server/proving/running-images.ts'
import type { SerialEntry } from '../../server/state/store.ts'
import { compileViewSelection, selectView } from '../../server/view-selection.ts'
import { isError } from '../../zones/file-problem.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { type OfflineZone, readOffline } from '../offline-zones.ts'
import { type CompileResult, compileView } from './compile-process.ts'
import type { ProofKeys } from './proof-keys.ts'
import { filesOfView } from './sandbox.ts'
import type { ProofClient } from './subjects.ts'

export interface ProofWorld {
  readonly configuration: Configuration
  /** Undefined: no server runs, and files stand for it. */
  readonly live: RunningImages | undefined
  readonly keys: ProofKeys
  /** Serials that images are compiled with: the running server's, or the store's. */
  readonly serials: readonly SerialEntry[]
  readonly zones: readonly OfflineZone[]
  /** What all views have, compiled in this process from all files. */
  readonly whole: CompileResult
  /** Files that a view is made of, by view; by path. */
  readonly files: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>
  /** Files besides them that say what is hidden: the configuration, the server's secret. */
  readonly secrets: readonly string[]
}

/** Reads files and compiles all views. Throws a `Failure` where zones have errors. */
export async function openWorld(
  given: Pick<ProofWorld, 'configuration' | 'live' | 'keys'> & {
    readonly path: string
    readonly stateFolder: string
    readonly readFile: ReadZoneFile
  },
): Promise<ProofWorld> {
  const { configuration, live, keys, path, stateFolder, readFile } = given
  const files = new Map(configuration.views.map(({ name }) => [name, filesOfView(configuration, name, readFile)]))
  const all = new Map([...files.values()].flatMap((each) => [...each]))
  const zones = readOffline(configuration, configuration.zones, (file, zone) => all.get(file) ?? readFile(file, zone))
  const failed = zones.filter((zone) => zone.problems.some(isError)).map(({ zone }) => shortName(zone.name))
  if (failed.length > 0) {
    const what = `${failed.join(', ')} ${failed.length === 1 ? 'has' : 'have'} errors`
    throw new Failure({ exitCode: ExitCode.Usage, what, next: `\`dnsctl zone check ${failed.join(' ')}\`` })
  }
  const serials =
    live?.images.map(({ zone, view, serial, digest }) => ({
      zone,
      view,
      serial,
      digest: Buffer.from(digest, 'hex'),
    })) ?? keys.serials
  const { secret, bootstraps } = keys
  const whole = await compileView({ configuration, secret, serials, bootstraps, files: all, forbidden: [] })
  return {
    ...{ configuration, live, keys, serials, zones, whole, files },
    secrets: [path, join(stateFolder, 'secret')],
  }
}

/** An address and a listener that get the view, whether or not packets could come from there; undefined: nobody does. */
export function clientOf(configuration: Configuration, view: string): ProofClient | undefined {
  const { views, listen } = configuration
  const selection = compileViewSelection(views, listen.length)
  const index = views.findIndex(({ name }) => name === view)
  const own = (views[index]?.clients ?? []).flatMap(({ address, length }) => [
    address,
    ...(length < 128 ? [next(address)] : []),
  ])
  const addresses = [...own, ...ANYBODY]
  for (let listener = 0; listener < listen.length; listener++) {
    const { family } = listen[listener]!
    const from = addresses.find(
      (address) => isMappedIPv4(address, 0) === (family === 4) && selectView(selection, listener, address, 0) === index,
    )
    if (from !== undefined) return { from, listener }
  }
  return undefined
}

/** Addresses that are in nobody's prefixes, or almost. */
const ANYBODY: readonly Uint8Array[] = [
  '192.0.2.1',
  '198.51.100.77',
  '203.0.113.99',
  '127.0.0.1',
  '2001:db8::77',
  '2620:fe::77',
  '::1',
].map((text) => parseAddress(text)!)

function next(address: Uint8Array): Uint8Array {
  return address.map((octet, at) => (at === 15 ? octet | 1 : octet))
}
