import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Daemon, startDaemon } from '../test/helpers/daemon.ts'
import { isReadyLine, VEILD } from '../test/helpers/veild.ts'
import type { Contestant } from './contestants.ts'
import { type Measurement, measure } from './measure.ts'
import { projectRoot } from './project-root.ts'
import { APEX, numbers, type Workload, writeWorkloads, writeZone } from './workload.ts'

/**
 * `npm run bench:guard -- [--rounds N] [--seconds N] [--workload mix,new]`: what the guard costs, in microseconds of CPU time of the
 * whole process per answered query: two servers, with the guard as it ships and without any, take turns on one CPU. Budgets
 * are so large that nothing is limited, for a limited answer is cheaper than a real one.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '2' },
    workload: { type: 'string', default: 'mix,new' },
  },
})

const OPTIONS = { seconds: Number(values.seconds), serverCore: 0, clientCore: 1 }
/** Questions of a run in which each is new: more than are answered in that time. */
const NEW_QUESTIONS = 300_000 * OPTIONS.seconds

/** Lines of the configuration, and a module that is loaded first: workers tell of questions even where nothing is detected. */
const GUARD = {
  on: {
    lines: 'rate-limit: { answers-per-second: { found: 1000000, absent: 1000000, error: 1000000 } }',
    module: undefined,
  },
  off: {
    lines: 'rate-limit: { enabled: false, cookies: false }\nguard: { detection: false }',
    module: 'test/fixtures/without-events.mjs',
  },
} as const

await main()

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-guard-cost-'))
  const zonePath = writeZone(folder)
  const servers = { on: await start('on', zonePath), off: await start('off', zonePath) }
  try {
    const [mix] = writeWorkloads(folder)
    for (const id of values.workload.split(',')) {
      const workload = (round: number): Workload => (id === 'new' ? newQuestions(folder, round) : mix!)
      console.log(`${id}: ${summary(await race(servers, workload))}`)
    }
  } finally {
    await Promise.all(Object.values(servers).map(({ daemon }) => daemon.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}

type Servers = Readonly<Record<keyof typeof GUARD, Contestant>>

interface Pair {
  readonly on: Run
  readonly off: Run
}

/** The main thread's part, which looks at what workers tell: microseconds per answer, within `cpuPerAnswer`. */
interface Run extends Measurement {
  readonly mainPerAnswer: number
}

/** Runs one workload, and takes the main thread's time apart. */
async function measureThreads(contestant: Contestant, asked: Workload): Promise<Run> {
  const before = mainNanoseconds(contestant.daemon)
  const measured = await measure(contestant, asked, OPTIONS)
  const spent = (mainNanoseconds(contestant.daemon) - before) / 1000
  return { ...measured, mainPerAnswer: spent / (measured.answersPerSecond * OPTIONS.seconds) }
}

/** The first field of schedstat is the time on a CPU, in nanoseconds (Documentation/scheduler/sched-stats). */
function mainNanoseconds({ pids }: Daemon): number {
  const [pid] = pids()
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1').split(' ')[0])
}

/** Both once a round, who goes first changing from one to the next; the first round warms up. */
async function race(servers: Servers, workload: (round: number) => Workload): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (let round = 0; round <= Number(values.rounds); round++) {
    const asked = workload(round)
    const run = (which: keyof Servers): Promise<Run> => measureThreads(servers[which], asked)
    const first = round % 2 === 0 ? await run('on') : undefined
    const off = await run('off')
    const on = first ?? (await run('on'))
    if (round > 0) pairs.push({ on, off })
  }
  return pairs
}

function summary(pairs: readonly Pair[]): string {
  const differences = pairs.map(({ on, off }) => on.cpuPerAnswer - off.cpuPerAnswer).sort((a, b) => a - b)
  const quartile = (share: number): string => differences[Math.floor(share * (differences.length - 1))]!.toFixed(3)
  const median = (values: readonly number[]): string => values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(3)
  const lost = pairs.reduce((sum, { on, off }) => sum + on.lost + off.lost, 0)
  const foreign = median(pairs.flatMap(({ on, off }) => [on.foreign, off.foreign]))
  return (
    `the guard costs ${quartile(0.5)} µs per query (quartiles ${quartile(0.25)} and ${quartile(0.75)} of ${pairs.length} pairs); ` +
    `with it ${median(pairs.map(({ on }) => on.cpuPerAnswer))} µs, without ${median(pairs.map(({ off }) => off.cpuPerAnswer))} µs; ` +
    `of it in the main thread ${median(pairs.map(({ on, off }) => on.mainPerAnswer - off.mainPerAnswer))} µs; ` +
    `${median(pairs.flatMap(({ on, off }) => [on.answersPerSecond, off.answersPerSecond]))} answers a second; ` +
    `lost ${lost}; others took ${foreign} of the CPU`
  )
}

/** Names that no question had before: half of them absent, half below a wildcard. */
function newQuestions(folder: string, round: number): Workload {
  const next = numbers(round + 1)
  const path = join(folder, 'new.questions')
  const line = (_: unknown, index: number): string => {
    const label = `${next(0x7fffffff).toString(36)}${index.toString(36)}`
    return index % 2 === 0 ? `${label}.${APEX} A` : `${label}.wild.${APEX} A`
  }
  writeFileSync(path, `${Array.from({ length: NEW_QUESTIONS }, line).join('\n')}\n`)
  return { id: 'new', title: 'each question is new', path, clients: 20, outstanding: 200 }
}

async function start(guard: keyof typeof GUARD, zonePath: string): Promise<Contestant> {
  const daemon: Daemon = await startDaemon({
    name: 'Veil',
    command: process.execPath,
    prepare: (port, folder) => {
      mkdirSync(join(folder, 'state'))
      writeFileSync(join(folder, 'veil.yaml'), configuration(port, folder, { guard, zonePath }))
    },
    arguments: (_port, folder) => [...loadFirst(GUARD[guard].module), VEILD, '--config', join(folder, 'veil.yaml')],
    ready: async (_port, output) => output.split('\n').some(isReadyLine),
    core: OPTIONS.serverCore,
  })
  return { name: `Veil, guard ${guard}`, version: '', daemon }
}

function loadFirst(module: string | undefined): string[] {
  return module === undefined ? [] : ['--import', join(projectRoot(), module)]
}

function configuration(port: number, folder: string, options: { guard: keyof typeof GUARD; zonePath: string }): string {
  return `listen: ["127.0.0.1@${port}"]
state: ${join(folder, 'state')}
workers: 1
${GUARD[options.guard].lines}
views:
  internal: { clients: [10.0.0.0/8] }
  public: {}
zones:
  ${APEX}: { file: ${options.zonePath}, dnssec: off }
`
}
