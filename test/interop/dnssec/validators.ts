import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RESOLVER_NAMES, type ResolverName, type ResolverOptions, startResolver } from '../../helpers/resolvers.ts'
import { ONE_SHOT, type OneShotName } from './one-shot.ts'
import type { Universe } from './universe.ts'
import { resolverAt, type Validator } from './validate.ts'

/** All validators, ready to be asked about one universe. */
export interface Validators {
  readonly ask: Readonly<Record<ResolverName | OneShotName, Validator>>
  stop(): Promise<void>
}

/** A resolver that runs, and a client of it. */
export interface OpenResolver {
  readonly ask: Validator
  readonly port: number
  stop(): Promise<void>
}

/** Starts the resolvers, and one that does not validate for those that run once. */
export async function openValidators(root: Universe['root']): Promise<Validators> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-validators-'))
  const opened = await allOrNone([
    ...RESOLVER_NAMES.map((name) => openResolver(name, root)),
    openResolver('Unbound', { ...root, validate: false }),
  ])
  const behind = { port: opened.at(-1)!.port, anchors: root.anchors, folder }
  const [unbound, knot, powerDns] = opened
  return {
    ask: {
      Unbound: unbound!.ask,
      'Knot Resolver': knot!.ask,
      'PowerDNS Recursor': powerDns!.ask,
      delv: ONE_SHOT.delv.validator(behind),
      drill: ONE_SHOT.drill.validator(behind),
    },
    stop: async () => {
      rmSync(folder, { recursive: true, force: true })
      await Promise.all(opened.map(({ stop }) => stop()))
    },
  }
}

/** Where one does not start the others are stopped. */
async function allOrNone(starting: readonly Promise<OpenResolver>[]): Promise<OpenResolver[]> {
  const results = await Promise.allSettled(starting)
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure === undefined) return opened
  await Promise.all(opened.map(({ stop }) => stop()))
  throw failure.reason
}

/** A resolver with a client. */
export async function openResolver(name: ResolverName, options: ResolverOptions): Promise<OpenResolver> {
  const daemon = await startResolver(name, options)
  const { ask, close } = await resolverAt(daemon.port)
  return {
    ask,
    port: daemon.port,
    stop: async () => {
      close()
      await daemon.stop()
    },
  }
}
