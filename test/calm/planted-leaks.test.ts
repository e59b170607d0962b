/**
 * What the comparisons of timing.test.ts see: a delay of hidden names alone is planted in the server, and they find it.
 */
import { describe, expect, it } from 'vitest'
import { Limit, type TimingResult } from '../../bench/timing/result.ts'
import { T_THRESHOLD } from '../../guard/welch.ts'
import { HAS_COMPILER } from '../helpers/compiler.ts'
import { LONG } from '../helpers/long.ts'
import { LEAK, RUNS, socketOptions, TIMING_CASES, time } from './timings.ts'

describe('in respond', () => {
  // Beside the time that a signature takes, only a larger leak is sure to be seen in a short run on a busy machine.
  it.each(TIMING_CASES)('a planted leak is found: $transport, $state', ({ transport, state }) => {
    const samples = LONG ? 50_000 : state === 'warm' ? 5000 : 3000
    const leak = LONG || state === 'warm' ? '0.5' : '5'
    const planted = { VEIL_LEAK: 'epoch', VEIL_LEAK_MICROSECONDS: leak }
    expectFound(Limit.NineTenths, (times) =>
      time('respond-times', { transport, state, samples: samples * times, runs: RUNS }, planted),
    )
  })
})

describe.skipIf(!HAS_COMPILER)('over sockets', () => {
  // In a short run on a busy machine only a larger leak is sure to be seen; each transport and each state has its turn.
  it.each(
    LONG ? TIMING_CASES : TIMING_CASES.filter(({ transport, state }) => (transport === 'udp') === (state === 'warm')),
  )(`a leak of ${LONG ? 'half a microsecond' : '10 microseconds'} is found: $transport, $state`, (one) => {
    const options = socketOptions(one.transport, one.state)
    const leak = { VEIL_LEAK: 'odd', VEIL_LEAK_MICROSECONDS: LONG ? '0.5' : '10' }
    const size = 'samples' in options ? 'samples' : 'pairs'
    expectFound(Limit.Median, (times) =>
      time('socket-times', { ...options, [size]: Number(options[size]) * times, import: LEAK }, leak),
    )
  })
})

/** The busier a machine, the more samples it takes to see the same leak. */
function expectFound(limit: number, compare: (times: number) => TimingResult): void {
  const seen: number[] = []
  for (const times of LONG ? [1] : [1, 4, 16]) {
    seen.push(compare(times).robust[limit]!)
    if (seen.at(-1)! > T_THRESHOLD) return
  }
  expect.fail(`a planted leak was not found: t ${seen.join(', ')}`)
}
