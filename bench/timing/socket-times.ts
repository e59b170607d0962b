import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { addCroppedSample, type CroppedWelch, createCroppedWelch, quantiles } from '../../guard/welch.ts'
import { sendCommand } from '../../server/control/client.ts'
import { type Daemon, startDaemon } from '../../test/helpers/daemon.ts'
import { isReadyLine, VEILD } from '../../test/helpers/veild.ts'
import { projectRoot } from '../project-root.ts'
import { APEX, hiddenZone, type NameSets, nameSets, publicZone, questionsFor } from './hidden-names.ts'
import { timingResult } from './result.ts'

/**
 * `node dist/bench/timing/socket-times.js --samples N [--runs N] [--state cold|warm] [--transport udp|tcp]`: as respond-times, of a
 * real veild over sockets: it is pinned to the first CPU, the client (round-trips.c) to the second. Needs a C compiler.
 *
 * Cold: each name is asked once after the zone has changed, which makes all signatures anew; a run is as many samples as the
 * zone has hidden names then, whatever --samples says, and --runs decides how many there are.
 */
const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '20000' },
    runs: { type: 'string', default: '5' },
    state: { type: 'string', default: 'warm' },
    transport: { type: 'string', default: 'udp' },
    pairs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** Module that is loaded into veild first. */
    import: { type: 'string' },
  },
})

const [SERVER_CORE, CLIENT_CORE] = [0, 1]
const STRANGER = '127.0.0.1'
const isCold = values.state === 'cold'
/** Warm: few enough to stay in the table of signatures. Cold: as many as are asked before the zone changes again. */
const pairs = Number(values.pairs ?? (isCold ? 10_000 : 1000))

await main()

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-timing-'))
  const program = join(folder, 'round-trips')
  execFileSync('cc', ['-O2', '-o', program, join(projectRoot(), 'bench/timing/round-trips.c')])
  const names = nameSets(pairs, Number(values.seed))
  const veild = await start(folder, names)
  try {
    const input = framed(questionsFor([...names.odd, ...names.even], isCold ? 'all' : 'half'))
    if (!isCold) ask(veild, { program, input, samples: 0 })
    const runs = []
    for (let run = 0; run < Number(values.runs); run++) {
      if (isCold) await changeZone(veild, folder, run + 2)
      const samples = isCold ? 0 : 2 * Number(values.samples)
      runs.push({ welch: compare(ask(veild, { program, input, samples }), names.odd.length) })
    }
    console.log(JSON.stringify(timingResult(runs)))
  } finally {
    await veild.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function start(folder: string, names: NameSets): Promise<Daemon> {
  writeFileSync(join(folder, 'base.zone'), publicZone())
  writeFileSync(join(folder, 'hidden.zone'), hiddenZone(names.odd))
  return startDaemon({
    name: 'Veil',
    command: process.execPath,
    prepare: (port) => {
      mkdirSync(join(folder, 'state'))
      writeFileSync(join(folder, 'veil.yaml'), configuration(port, folder))
    },
    arguments: () => [
      ...(values.import ? ['--import', values.import] : []),
      VEILD,
      '--config',
      join(folder, 'veil.yaml'),
    ],
    ready: async (_port, output) => output.split('\n').some(isReadyLine),
    core: SERVER_CORE,
  })
}

/** Budgets that the client does not use up, so that all that limits does is done, and nothing is limited. */
function configuration(port: number, folder: string): string {
  return `listen: ["127.0.0.1@${port}"]
state: ${join(folder, 'state')}
workers: 1
tcp: { total: 2h }
rate-limit: { answers-per-second: { found: 1000000, absent: 1000000, error: 1000000 } }
views:
  internal: { clients: [127.0.0.2] }
  public: {}
zones:
  ${APEX.slice(0, -1)}:
    file: base.zone
    overlays: { internal: hidden.zone }
    dnssec: { algorithm: 15 }
`
}

/** A record that everyone sees makes all signatures of the zone anew. */
async function changeZone(_veild: Daemon, folder: string, version: number): Promise<void> {
  writeFileSync(join(folder, 'base.zone'), `${publicZone()}version TXT "${version}"\n`)
  const reply = await sendCommand(join(folder, 'state', 'control.sock'), 'reload', {})
  if (!reply.ok || reply.result.outcome !== 'reloaded') throw new Error(`no reload: ${JSON.stringify(reply)}`)
}

interface Asking {
  readonly program: string
  readonly input: Uint8Array
  /** 0: each question once. */
  readonly samples: number
}

/** Places of questions and nanoseconds, in turn. */
function ask(veild: Daemon, { program, input, samples }: Asking): Uint32Array {
  const client = [program, values.transport, String(veild.port), STRANGER, String(samples), values.seed]
  const times = execFileSync('taskset', ['-c', String(CLIENT_CORE), ...client], { input, maxBuffer: 2 ** 30 })
  return new Uint32Array(times.buffer.slice(times.byteOffset, times.byteOffset + times.length))
}

/** Group 0: the first `hidden` questions. Unanswered ones are an error: they would be found in no mean. */
function compare(times: Uint32Array, hidden: number): CroppedWelch {
  const nanoseconds = times.filter((_, index) => index % 2 === 1)
  if (nanoseconds.some((time) => time === 0)) throw new Error('questions without an answer')
  const welch = createCroppedWelch(
    quantiles(Float64Array.from(nanoseconds.slice(0, 20_000)), [0.5, 0.9, 0.99]).map((limit) => limit / 1000),
  )
  nanoseconds.forEach((time, index) => {
    addCroppedSample(welch, times[2 * index]! < hidden ? 0 : 1, time / 1000)
  })
  return welch
}

function framed(messages: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    messages.flatMap((message) => [Uint8Array.of(message.length >> 8, message.length & 255), message]),
  )
}
