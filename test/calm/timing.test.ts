/**
 * Whether a stranger can tell by time that a name is hidden rather than absent: in this process's `respond`, and over sockets.
 * Each comparison is interleaved at random and judged by Welch's test; planted-leaks.test.ts shows what it sees.
 */
import { describe, expect, it, test } from 'vitest'
import { Limit, type TimingResult } from '../../bench/timing/result.ts'
import { T_THRESHOLD } from '../../guard/welch.ts'
import { HAS_COMPILER } from '../helpers/compiler.ts'
import { LONG } from '../helpers/long.ts'
import { RUNS, socketOptions, TIMING_CASES, time } from './timings.ts'

describe('in respond', () => {
  it.each(TIMING_CASES)('hidden names take as long as absent ones: $transport, $state', ({ transport, state }) => {
    const samples = LONG ? 200_000 : state === 'warm' ? 20_000 : 3000
    const result = time('respond-times', { transport, state, samples, runs: RUNS })
    report(`respond ${transport} ${state}`, result)
    expectSame(result, Limit.NineTenths)
  })
})

describe.runIf(LONG)('real names and decoys, which differ by what they are made of', () => {
  it.each(['prf', 'mirror'].flatMap((compare) => ['warm', 'cold'].map((state) => ({ compare, state }))))(
    'differ by less than two microseconds: $compare, $state',
    ({ compare, state }) => {
      const samples = state === 'warm' ? 200_000 : 20_000
      const result = time('respond-times', { compare, state, transport: 'udp', samples, runs: RUNS })
      report(`decoys ${compare} ${state}`, result)
      for (const { difference } of result.runs) expect(Math.abs(difference[Limit.NineTenths]!)).toBeLessThan(2)
    },
  )
})

test.runIf(process.env.CI === 'true')('a C compiler is installed where tests must not be left out', () => {
  expect(HAS_COMPILER).toBe(true)
})

describe.skipIf(!HAS_COMPILER)('over sockets', () => {
  it.each(TIMING_CASES)('hidden names take as long as absent ones: $transport, $state', ({ transport, state }) => {
    const result = time('socket-times', socketOptions(transport, state))
    report(`sockets ${transport} ${state}`, result)
    expectSame(result, Limit.Median)
  })
})

function expectSame({ robust, pooled }: TimingResult, limit: number): void {
  expect(Math.abs(robust[limit]!)).toBeLessThan(T_THRESHOLD)
  if (LONG) expect(Math.abs(pooled[limit]!)).toBeLessThan(T_THRESHOLD)
}

function report(what: string, { runs, pooled, robust }: TimingResult): void {
  if (!LONG) return
  const samples = runs.reduce((sum, run) => sum + run.samples[0]!, 0)
  const difference = runs.map((run) => run.difference[Limit.NineTenths]).join(' ')
  console.log(
    `${what}: ${samples} samples each, t ${pooled.join(' ')} (robust ${robust.join(' ')}), differences ${difference} µs of ${runs[0]!.mean}`,
  )
}
