import { createHash } from 'node:crypto'
import { Failure } from '../../console/failure.ts'
import { ExitCode } from '../exit-code.ts'
import type { CompileResult } from './compile-process.ts'
import { compileInSandbox, configurationOfView } from './sandbox.ts'
import type { ProofWorld } from './world.ts'

/** One image, compared. */
export interface ImageProof {
  readonly zone: string
  readonly octets: number
  readonly isSame: boolean
}

/** Compiles what the view has in a process that may open no file; tells how many files that was tried with. */
export async function compileAlone(
  world: ProofWorld,
  view: string,
): Promise<{ compiled: CompileResult; denied: number }> {
  const { configuration, files, secrets, serials, keys } = world
  const own = files.get(view)!
  const foreign = [...files.values()].flatMap((each) => [...each.keys()]).filter((path) => !own.has(path))
  const forbidden = [...new Set([...foreign, ...secrets])]
  const compiled = await compileInSandbox({
    configuration: configurationOfView(configuration, view),
    secret: keys.secret,
    serials: serials.filter((entry) => entry.view === view),
    bootstraps: keys.bootstraps,
    files: own,
    forbidden,
  })
  if (compiled.readable.length === 0) return { compiled, denied: forbidden.length }
  throw new Failure({
    exitCode: ExitCode.Fault,
    what: `The process that compiles ${view} could read ${compiled.readable.join(', ')}`,
    why: "Node's permission model did not keep it from that, so what it makes proves nothing.",
    next: 'keep zone files outside of the folder that Veil is installed in',
  })
}

/** Compares with what is served, zone by zone. Throws a `Failure` where files have changed since. */
export function compareImages(world: ProofWorld, view: string, compiled: CompileResult): ImageProof[] {
  return compiled.loaded.zones.map((zone) => {
    const made = zone.views.find((each) => each.view === view)
    const octets = made && compiled.images.get(made.arena)?.subarray(0, made.length)
    const sha256 = octets && hashOf(octets)
    const served = servedImage(world, zone.name, view)
    if (served.digest !== made?.digest) refuseChangedFiles(world, zone.name, view, made?.digest)
    return { zone: zone.name, octets: octets?.length ?? 0, isSame: sha256 === served.sha256 }
  })
}

interface ServedImage {
  readonly sha256: string | undefined
  readonly digest: string | undefined
}

/** Of the running server; where none runs, of all views compiled together. */
function servedImage({ live, whole }: ProofWorld, zone: string, view: string): ServedImage {
  if (live !== undefined) {
    const image = live.images.find((each) => each.zone === zone && each.view === view)
    return { sha256: image?.sha256, digest: image?.digest }
  }
  const seen = viewOfZone(whole, zone, view)
  const octets = seen && whole.images.get(seen.arena)?.subarray(0, seen.length)
  return { sha256: octets && hashOf(octets), digest: seen?.digest }
}

/** With all files at hand the zone is the same as without: then it is not what was loaded, and says nothing of it. */
function refuseChangedFiles({ live, whole }: ProofWorld, zone: string, view: string, made: string | undefined): void {
  if (live === undefined || viewOfZone(whole, zone, view)?.digest !== made) return
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `The files of ${zone} have changed since veild loaded them`,
    why: 'What they give now cannot be compared with what is served.',
    next: '`dnsctl reload`',
  })
}

function viewOfZone({ loaded }: CompileResult, zone: string, view: string) {
  return loaded.zones.find(({ name }) => name === zone)?.views.find((each) => each.view === view)
}

function hashOf(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}
