import { Failure, reasonOf } from '../../console/failure.ts'
import type { Configuration } from '../../server/configuration/types.ts'
import type { Unseal } from '../../server/state/read-only-store.ts'
import { command } from '../command.ts'
import { findView, findZone, openValidConfiguration, viewNames } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { openReader } from '../offline.ts'
import { findState, requireConfiguration } from '../place.ts'
import type { Effort, ProofMeans, ViewProof } from '../proving/prove.ts'
import { askServer, askServerIfRunning } from '../running-server.ts'

const EFFORT: Effort = { thoroughness: 'full', names: 500, socketNames: 20, samples: 20_000 }
const QUICK: Effort = { thoroughness: 'quick', names: 50, socketNames: 4, samples: 2_000 }
/** One view's questions over sockets take less. */
const ANNOUNCED_SECONDS = 900
const LEAST_SAMPLES = 200
const MOST_SAMPLES = 10_000_000

export const proveHiddenCommand = command({
  name: 'prove-hidden',
  summary: 'look for any trace of what is hidden in what each view is told',
  description: [
    'Compiles what each view has in a process that may open no file of any other view, and compares the images with those of the running server. Asks each view about everything that others have, and about names above, below and beside that, with all types and flags, and compares every octet with the answers of a twin that never had it. Times questions about hidden names against those about names that nobody has.',
    'The bulk of the questions goes through the control channel to the images that are being served, some over UDP and TCP where this machine has an address of the view. Where no server runs, the configuration and its files are looked at. docs/hiding-names.md says what this proves, and what it does not.',
    'Exits with 0 where no difference was found and with 1 where one was; with any other number it could not be tried.',
  ],
  arguments: {},
  options: {
    view: { value: 'VIEW', summary: 'this view only', completes: 'view' },
    zone: { value: 'ZONE', summary: 'ask about what is hidden in this zone only', completes: 'zone' },
    quick: { summary: 'fewer names, flags and samples: seconds in place of minutes' },
    samples: {
      value: 'N',
      summary: `pairs of questions that are timed; ${EFFORT.samples.toLocaleString('en-US')} by default`,
    },
  },
  examples: [
    { line: 'prove-hidden', summary: 'all views of the running server' },
    { line: 'prove-hidden --view public --quick', summary: 'what strangers get, in short' },
    { line: 'prove-hidden --view public --samples 1000000 --json', summary: 'with finer timing, for a program' },
  ],
  async run(context, input) {
    const base = input.quick ? QUICK : EFFORT
    const effort = { ...base, samples: input.samples === undefined ? base.samples : readSamples(input.samples) }
    const written = await openValidConfiguration(context)
    const live = await askServerIfRunning(context, 'images', {})
    const configuration = live === undefined ? written : await asListening(context, written)
    const views = input.view === undefined ? viewNames(configuration) : [findView(configuration, input.view)]
    const within = input.zone === undefined ? undefined : findZone(configuration, input.zone).apex
    const proofs = await proveAll(context, { views, effort, within, isLive: live !== undefined }, async () => {
      const { openProofKeys } = await import('../proving/proof-keys.ts')
      const { openWorld } = await import('../proving/world.ts')
      const stateFolder = await findState(context)
      const { openSealing } = await import('../keys/open-sealing.ts')
      const unseal: Unseal = (store) => openSealing(context, stateFolder, store)
      const keys = await openProofKeys(configuration, stateFolder, unseal).catch((error) =>
        refuseKeys(stateFolder, error),
      )
      if (live !== undefined && !keys.areServers) refuseKeys(stateFolder, 'there is no store')
      const readFile = await openReader(context, configuration, configuration.zones)
      return openWorld({ configuration, live, keys, path: requireConfiguration(context), stateFolder, readFile })
    })
    const { isProved } = await import('../proving/prove.ts')
    const { describeProofs, proofData } = await import('../proving/proof-text.ts')
    return {
      exitCode: proofs.every(isProved) ? ExitCode.Done : ExitCode.Refused,
      data: {
        source: live === undefined ? 'files' : 'server',
        proved: proofs.every(isProved),
        views: proofs.map(proofData),
      },
      print: (paper) => describeProofs(paper, proofs, live !== undefined),
    }
  },
})

/** Where the server was told on its command line to listen elsewhere, that counts. */
async function asListening(context: Context, configuration: Configuration): Promise<Configuration> {
  const { listen } = await askServer(context, 'status', {})
  const { readListen } = await import('../../server/address.ts')
  const { accepted } = await import('../../server/reading.ts')
  return { ...configuration, listen: listen.map((text) => accepted(readListen(text))) }
}

interface ProofTask {
  readonly views: readonly string[]
  readonly effort: Effort
  readonly within: Uint8Array | undefined
  readonly isLive: boolean
}

async function proveAll(
  context: Context,
  { views, effort, within, isLive }: ProofTask,
  open: () => Promise<Parameters<typeof import('../proving/prove.ts').proveView>[0]>,
): Promise<ViewProof[]> {
  const { proveView } = await import('../proving/prove.ts')
  const progress = context.progress ?? (() => {})
  const before = isLive ? await askServer(context, 'status', {}) : undefined
  progress('Reading and compiling all views')
  const world = await open()
  const { roadAs } = await import('../proving/road.ts')
  const means: ProofMeans = {
    ...{ effort, within, progress, random: Math.random },
    control: isLive ? (text) => askServer(context, 'ask', text) : undefined,
    road: (view) => before && roadAs(view, world.configuration, before.listen),
    announce: async ({ from }) => {
      await askServer(context, 'overlook', { from, seconds: ANNOUNCED_SECONDS })
    },
  }
  const proofs: ViewProof[] = []
  try {
    for (const view of views) proofs.push(await proveView(world, view, means))
  } finally {
    progress('')
  }
  const after = isLive ? await askServer(context, 'status', {}) : undefined
  if (before?.epoch !== after?.epoch) {
    throw new Failure({
      exitCode: ExitCode.NoServer,
      what: 'The server published something else meanwhile',
      why: 'Answers of before and after cannot be compared.',
      next: '`dnsctl prove-hidden` again',
    })
  }
  return proofs
}

function refuseKeys(stateFolder: string, error: unknown): never {
  throw new Failure({
    exitCode: ExitCode.File,
    what: `The keys in ${stateFolder} cannot be opened`,
    why: reasonOf(error),
    next: 'the same command as the account that veild runs as, or with `sudo`; `--state DIR` names another state folder',
  })
}

function readSamples(text: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= LEAST_SAMPLES && number <= MOST_SAMPLES) return number
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no number of samples`,
    why: `It has to be a whole number from ${LEAST_SAMPLES} to ${MOST_SAMPLES.toLocaleString('en-US')}.`,
    next: '`dnsctl prove-hidden --help`',
  })
}
