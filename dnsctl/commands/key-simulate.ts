import { Failure } from '../../console/failure.ts'
import { printable } from '../../console/paper.ts'
import type { SimulatedAct } from '../../keys/rollover/simulate.ts'
import { parseDuration } from '../../server/configuration/quantities.ts'
import { command } from '../command.ts'
import { shortName } from '../configuration.ts'
import { ExitCode } from '../exit-code.ts'
import { readAlgorithm, ZONE_ARGUMENT } from '../keys/options.ts'
import { runSimulation, stateAt } from '../keys/simulation.ts'
import { simulationStart } from '../keys/simulation-start.ts'
import { simulationLines, stateLines } from '../keys/simulation-text.ts'
import { nowSeconds, readMoment } from '../keys/times.ts'

const ROLLS = ['zsk', 'ksk', 'csk', 'algorithm', 'insecure'] as const
const YEAR = 365 * 86_400

export const keySimulateCommand = command({
  name: 'key simulate',
  summary: 'rehearse a roll on a clock that runs ahead; nothing is changed',
  description: [
    'Lets the zone’s policy, its keys as they are and the rules of the server run on a virtual clock, and draws every state that comes. Beside it runs a model of all caches there may be: at each moment they may hold any DS, key set and signatures that were served and have not expired, in any combination, and each combination is judged as the strictest validator would. A combination that is bogus is told with its time, and the exit code is 1.',
    'Without `--roll` it shows what the policy does by itself, for a year or as long as `--for` says. Asks the running server for keys and policy; where none runs, takes them from the configuration and the store, and where there are no keys yet, begins with a zone that was signed for long.',
  ],
  arguments: { ZONE: ZONE_ARGUMENT },
  options: {
    roll: { value: 'WHAT', summary: 'zsk, ksk, csk, algorithm (with --algorithm) or insecure', completes: ROLLS },
    algorithm: { value: 'NUMBER', summary: 'the algorithm that `--roll algorithm` moves to' },
    at: { value: 'TIME', summary: 'show the state at this time: `+3d` after the start, or `2026-12-02 15:00`, UTC' },
    parentDelay: { value: 'TIME', summary: 'how long the parent takes to follow: 1s when left out; `never`' },
    for: { value: 'TIME', summary: 'how long to follow the policy, without --roll: 365d when left out' },
    ascii: { summary: 'draw with # + - . alone' },
  },
  examples: [
    { line: 'key simulate example.com --roll ksk --parent-delay 2d', summary: 'a registrar that takes two days' },
    { line: 'key simulate example.com --roll zsk --at +3h', summary: 'what caches may hold three hours into a roll' },
    { line: 'key simulate example.com --roll algorithm --algorithm 15', summary: 'from 13 to 15, say' },
  ],
  async run(context, input) {
    const act = actOf(input.roll as (typeof ROLLS)[number] | undefined, readAlgorithm(input.algorithm))
    const parentDelay = input.parentDelay === 'never' ? Number.POSITIVE_INFINITY : secondsOf(input.parentDelay, 1)
    const start = await simulationStart(context, input.ZONE, nowSeconds())
    const { situation } = start
    const at = input.at === undefined ? undefined : readMoment(input.at, situation.now)
    const run = runSimulation(situation, { act, parentDelay, length: secondsOf(input.for, YEAR) })
    const name = printable(shortName(start.zone))
    if (run.refused !== undefined) throw refusal(run.refused, name)
    const state = at === undefined ? undefined : stateAt(run, at)
    if (at !== undefined && state === undefined) throw tooEarly(name)
    const isBogus = run.caches.some(({ faults }) => faults.length > 0)
    return {
      exitCode: isBogus ? ExitCode.Refused : ExitCode.Done,
      data: {
        ...{ zone: start.zone, source: start.source, isDone: run.isDone, isBogus },
        ...(state === undefined ? { moments: run.moments, caches: run.caches } : { state }),
      },
      print: (paper) => {
        const ink = input.ascii ? { ...paper, isAscii: true } : paper
        const title = { name, source: start.source, what: input.roll, algorithm: input.algorithm, parentDelay }
        return state === undefined ? simulationLines(ink, run, title) : stateLines(ink, state, run.keys)
      },
    }
  },
})

function actOf(roll: (typeof ROLLS)[number] | undefined, algorithm: number | undefined): SimulatedAct | undefined {
  if ((roll === 'algorithm') !== (algorithm !== undefined)) {
    throw new Failure({
      exitCode: ExitCode.Usage,
      what: '--roll algorithm and --algorithm NUMBER belong together',
      next: '`dnsctl key simulate --help`',
    })
  }
  switch (roll) {
    case undefined:
      return undefined
    case 'insecure':
      return { kind: 'goal', goal: 'insecure' }
    case 'algorithm':
      return { kind: 'algorithms', algorithms: [algorithm!] }
    default:
      return { kind: 'roll', selection: { role: roll } }
  }
}

function secondsOf(text: string | undefined, otherwise: number): number {
  const seconds = text === undefined ? otherwise : parseDuration(text)
  if (seconds !== undefined) return seconds
  throw new Failure({
    exitCode: ExitCode.Usage,
    what: `"${text}" is no length of time`,
    why: 'Write 30s, 10m, 2h or 1d.',
    next: '`dnsctl key simulate --help`',
  })
}

function refusal(why: string, name: string): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: why.replace(/\.$/, ''),
    next: `\`dnsctl key list ${name}\` shows the keys, \`dnsctl key explain ${name}\` what is going on`,
  })
}

function tooEarly(name: string): Failure {
  return new Failure({
    exitCode: ExitCode.Usage,
    what: 'That is before the simulation begins, which is now',
    next: `\`dnsctl key history ${name}\` tells of what was`,
  })
}
