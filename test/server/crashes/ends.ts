import { expect } from 'vitest'
import { CUTS, type Cut } from '../../helpers/crashing-disk.ts'
import { LONG } from '../../helpers/long.ts'
import { createRandom } from '../../helpers/random.ts'
import { cloneRun, newRun, type Phase, type Run, runPhase, stepsOf } from './run.ts'
import type { Scenario } from './scenarios.ts'

/** What was tried. */
export interface Tried {
  readonly writes: number
  readonly single: number
  readonly double: number
}

/** Ends the process at every write of the scenario, in each way, once, and twice in a row at some; in `npm test` at a few. */
export async function tryScenario({ title, phases }: Scenario): Promise<Tried> {
  const random = createRandom(20_261_125)
  const reference = await runWhole(phases)
  const writes = reference.writes.reduce((all, count) => all + count, 0)
  const single = random.some(singleEnds(reference), Math.min(SHARE.single, CUTS.length * writes))
  const double = random.some(doubleEnds(reference, 4), SHARE.double)
  for (const ends of single) expect([ends, await runWithEnds(phases, reference, ends)]).toEqual([ends, 1])
  for (const ends of double) await runWithEnds(phases, reference, ends)
  const keys = reference.steps.at(-1)!.length
  console.info(`${title}: ${keys} keys, ${writes} writes, ${single.length} ends, ${double.length} twice`)
  return { writes, single: single.length, double: double.length }
}

/** A scenario that nothing has disturbed. */
interface Reference {
  /** As it was before each phase. */
  readonly starts: readonly Run[]
  /** Writes of each phase. */
  readonly writes: readonly number[]
  /** What was done with keys until the end of each phase. */
  readonly steps: readonly (readonly string[])[]
}

async function runWhole(phases: readonly Phase[]): Promise<Reference> {
  const run = newRun()
  const starts: Run[] = []
  const writes: number[] = []
  const steps: string[][] = []
  for (const phase of phases) {
    starts.push(cloneRun(run))
    const before = run.disk.writes()
    await runPhase(run, phase)
    writes.push(run.disk.writes() - before)
    steps.push(stepsOf(run))
  }
  return { starts, writes, steps }
}

/** Where the process ends: at which writes, counted from the beginning of the phase or from the end before. */
interface Ends {
  readonly phase: number
  readonly at: readonly { readonly write: number; readonly how: Cut }[]
}

/** Goes through a phase from its beginning, to the same end; how often the process ended. */
async function runWithEnds(phases: readonly Phase[], reference: Reference, { phase, at }: Ends): Promise<number> {
  const run = cloneRun(reference.starts[phase]!)
  let write = 0
  for (const each of at) {
    write += each.write
    run.disk.cutAt(write, each.how)
  }
  await runPhase(run, phases[phase]!)
  expect(stepsOf(run)).toEqual(reference.steps[phase])
  return run.cuts
}

/** Every write of every phase, in each way. */
function singleEnds({ writes }: Reference): Ends[] {
  return writes.flatMap((count, phase) =>
    Array.from({ length: count }, (_, index) => CUTS.map((how) => ({ phase, at: [{ write: index + 1, how }] }))).flat(),
  )
}

/** Each of those, and another of the next few writes after the process has begun anew. */
function doubleEnds(reference: Reference, most: number): Ends[] {
  return singleEnds(reference).flatMap(({ phase, at }) =>
    Array.from({ length: most }, (_, index) =>
      CUTS.map((how) => ({ phase, at: [...at, { write: index + 1, how }] })),
    ).flat(),
  )
}

/** What is tried in `npm test` of each scenario, of single ends and double ones. */
const SHARE = LONG ? { single: Number.POSITIVE_INFINITY, double: 20 } : { single: 1, double: 1 }
