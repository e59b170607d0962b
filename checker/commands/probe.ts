import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure, reasonOf } from '../../console/failure.ts'
import { count, type Paper, printable } from '../../console/paper.ts'
import { dayOf } from '../declarations/day.ts'
import type { Observation } from '../probes/probe.ts'
import { type GateParts, openGate } from '../probing/gate.ts'
import { openPace } from '../probing/pace.ts'
import { runWords } from '../probing/run-words.ts'
import type { Plan, Runner } from '../probing/runner.ts'
import { RUNNERS } from '../probing/runners.ts'
import { openSentLog } from '../probing/sent-log.ts'
import { quoted } from '../remedy/shell.ts'
import { ExitCode } from '../reports/exit-code.ts'
import { isExpired } from '../targets/read-targets.ts'
import type { Target } from '../targets/targets.ts'
import { command } from './command.ts'
import type { Context } from './context.ts'
import { addObservations, OBSERVATIONS_OPTION, runCommandFor } from './open-observations.ts'
import { openTargets, TARGETS_OPTION } from './open-targets.ts'
import { readBounded } from './read-bounded.ts'

const SYSTEM_LOG = '/var/lib/hostcheck/sent.jsonl'
const KINDS = RUNNERS.map(({ probe }) => probe.name)

export const probeCommand = command({
  name: 'probe',
  summary: 'try from outside, or actively, what no file can prove',
  description: [
    'Carries out one kind of probe against targets that targets.yaml names, with the consent, the prefixes, the ports, the rate and the count that stand there; nothing outside is ever sent to. Without --send it only prints what would be sent.',
    'Everything that is sent is written down first. What was found is added to the observations, which `hostcheck run` judges: on the host itself, or wherever `--observations` names that file.',
    'Exits with 1 where a target could not be tried.',
  ],
  arguments: {
    KIND: {
      summary: 'what is tried: one of those below, which say what they send',
      completes: KINDS,
      meanings: Object.fromEntries(RUNNERS.map(({ probe }) => [probe.name, probe.sends])),
    },
  },
  options: {
    target: { value: 'NAME', summary: 'only this target; all that have what it takes when left out', repeatable: true },
    send: { summary: 'send it; without this it is only shown' },
    targets: TARGETS_OPTION,
    observations: OBSERVATIONS_OPTION,
    log: { value: 'FILE', summary: `where it is written down; ${SYSTEM_LOG} when left out`, completes: 'file' },
  },
  examples: [
    { line: 'probe open-ports', summary: 'show what would be tried' },
    { line: 'probe open-ports --target web --send', summary: 'try it, from a machine outside' },
    { line: 'probe ban-and-observe --send', summary: 'on the host itself: is a ban in the packet filter?' },
  ],
  async run(context, input) {
    const runner = findRunner(input.KIND)
    const { path, targets, limits } = openTargets(context, input.targets)
    const chosen = chooseTargets(context, runner, { path, targets, names: input.target })
    if (!input.send) return planned(runner, chosen, wordsOf(input))
    const log = input.log === undefined ? SYSTEM_LOG : resolve(context.workingDirectory, input.log)
    const ofAll = { pace: openPace(limits.mostPerSecond), mostPerDay: limits.mostPerDay }
    const results: Tried[] = []
    for (const target of chosen) {
      const tried = await tryTarget(context, runner, target, { log, ofAll })
      addObservations(context, input.observations, tried.observations)
      results.push(tried)
    }
    return {
      exitCode: results.some(({ problem }) => problem !== undefined) ? ExitCode.Failed : ExitCode.Clean,
      data: { kind: runner.probe.name, sent: true, log, results },
      print: (paper) => results.flatMap((result) => describeTried(paper, result)),
      notes: () => [`What was sent: ${log}`, `What it makes of the controls: ${runCommandFor(input.observations)}`],
    }
  },
})

function findRunner(kind: string): Runner {
  const runner = RUNNERS.find(({ probe }) => probe.name === kind)
  if (runner !== undefined) return runner
  throw usage(`There is no probe ${kind}`, `There are ${KINDS.join(', ')}.`, '`hostcheck probe --help`')
}

interface Choice {
  readonly path: string
  readonly targets: readonly Target[]
  readonly names: readonly string[]
}

function chooseTargets(context: Context, runner: Runner, { path, targets, names }: Choice): readonly Target[] {
  for (const name of names) {
    if (targets.every((target) => target.name !== name)) {
      throw usage(`${path} has no target ${name}`, undefined, '`hostcheck targets` lists them')
    }
  }
  const wanted = targets.filter(({ name }) => names.length === 0 || names.includes(name))
  const flaws = wanted.flatMap((target) => {
    if (isExpired(target, context.now)) return [`${target.name}: expired on ${dayOf(target.expires)}`]
    const lack = runner.lacks(target)
    return lack === undefined ? [] : [`${target.name}: ${lack}`]
  })
  const chosen = wanted.filter((target) => !isExpired(target, context.now) && runner.lacks(target) === undefined)
  if (chosen.length > 0 && (names.length === 0 || flaws.length === 0)) return chosen
  throw usage(`No target may be sent ${runner.probe.name}`, flaws.join('\n'), `${path}; docs/hostcheck-targets.md`)
}

/** The options that were typed, as whoever agrees to the plan types them again. */
function wordsOf(input: Readonly<Record<'target' | 'targets' | 'observations' | 'log', unknown>>): readonly string[] {
  return (['target', 'targets', 'observations', 'log'] as const).flatMap((key) =>
    [input[key] ?? []].flat().map((each) => `--${key} ${quoted(String(each))}`),
  )
}

function planned(runner: Runner, targets: readonly Target[], words: readonly string[]) {
  const plans = targets.map((target) => ({ target: target.name, sends: runner.plan(target), limits: limitsOf(target) }))
  return {
    exitCode: ExitCode.Clean,
    data: { kind: runner.probe.name, sent: false, plans },
    print: (paper: Paper) => [
      ...plans.flatMap(({ target, sends, limits }) => [
        `${paper.bold(target)}  ${paper.dim(limits)}`,
        ...sends.map((each) => `  ${planLine(each)}`),
      ]),
      `Nothing was sent. Send it: ${['hostcheck probe', runner.probe.name, ...words, '--send'].join(' ')}`,
    ],
  }
}

function limitsOf({ mostPerSecond, mostPerDay, consent }: Target): string {
  return `at most ${mostPerSecond} a second and ${mostPerDay} a day; agreed by ${printable(consent)}`
}

function planLine({ what, to, times }: Plan): string {
  return `${printable(to)}: ${printable(what)}${times === 1 ? '' : `, ${times} times`}`
}

interface Tried {
  readonly target: string
  readonly observations: readonly Observation<unknown>[]
  readonly problem?: string
}

interface Trying extends Pick<GateParts, 'ofAll'> {
  /** Path of the log of what is sent. */
  readonly log: string
}

async function tryTarget(context: Context, runner: Runner, target: Target, { log, ofAll }: Trying): Promise<Tried> {
  context.progress?.(`${runner.probe.name}: ${target.name}`)
  const started = performance.now()
  const now = () => context.now + Math.floor((performance.now() - started) / 1000)
  try {
    const gate = openGate(target, {
      probe: runner.probe.name,
      log: openSentLog(log, context.now),
      now,
      ...(ofAll && { ofAll }),
    })
    const nonce = () => randomBytes(16).toString('hex')
    return {
      target: target.name,
      observations: await runner.run({ gate, runWords, nonce, wait: delay, readText: readBounded }),
    }
  } catch (error) {
    // A refusal, a spent budget, a log that cannot be written: it ends this target and is told; the others go on.
    return { target: target.name, observations: [], problem: reasonOf(error) }
  } finally {
    context.progress?.('')
  }
}

function describeTried(paper: Paper, { target, observations, problem }: Tried): string[] {
  if (problem !== undefined) return [`${paper.bold(target)}  ${paper.bad(printable(problem))}`]
  return [
    `${paper.bold(target)}  ${count(observations.length, 'observation')}`,
    ...observations.map((each) => `  ${printable(each.target)}: ${printable(JSON.stringify(each.found))}`),
  ]
}

function usage(what: string, why: string | undefined, next: string): Failure {
  return new Failure({ exitCode: ExitCode.Usage, what, why, next })
}
