/**
 * Whether a stranger can tell by time that a name is hidden rather than absent: in this process's `respond`, and over sockets.
 * Each comparison is interleaved at random and judged by Welch's test, and sees a leak that is planted.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { Limit, type TimingResult } from '../../bench/timing/result.ts'
import { T_THRESHOLD } from '../../guard/welch.ts'
import { HAS_COMPILER } from '../helpers/compiler.ts'
import { LONG } from '../helpers/long.ts'

const ROOT = join(import.meta.dirname, '../..')
const LEAK = join(ROOT, 'test/fixtures/plant-leak.mjs')
const CASES = ['udp', 'tcp'].flatMap((transport) => ['warm', 'cold'].map((state) => ({ transport, state })))
const RUNS = 5
/** A real server is reloaded before each cold run, and asked 20,000 names in it. */
const COLD_SOCKET_RUNS = LONG ? 50 : 3
const COLD_SOCKET_PAIRS = LONG ? 20_000 : 3000

describe('in respond', () => {
  it.each(CASES)('hidden names take as long as absent ones: $transport, $state', ({ transport, state }) => {
    const samples = LONG ? 200_000 : state === 'warm' ? 20_000 : 3000
    const result = time('respond-times', { transport, state, samples, runs: RUNS })
    report(`respond ${transport} ${state}`, result)
    expectSame(result, Limit.NineTenths)
  })

  // Beside the time that a signature takes, only a larger leak is sure to be seen in a short run on a busy machine.
  it.each(CASES)('a planted leak is found: $transport, $state', ({ transport, state }) => {
    const samples = LONG ? 50_000 : state === 'warm' ? 5000 : 3000
    const leak = LONG || state === 'warm' ? '0.5' : '5'
    const planted = { VEIL_LEAK: 'epoch', VEIL_LEAK_MICROSECONDS: leak }
    expectFound(Limit.NineTenths, (times) =>
      time('respond-times', { transport, state, samples: samples * times, runs: RUNS }, planted),
    )
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
  it.each(CASES)('hidden names take as long as absent ones: $transport, $state', ({ transport, state }) => {
    const result = time('socket-times', socketOptions(transport, state))
    report(`sockets ${transport} ${state}`, result)
    expectSame(result, Limit.Median)
  })

  // In a short run on a busy machine only a larger leak is sure to be seen.
  it.each(CASES)(`a leak of ${LONG ? 'half a microsecond' : '10 microseconds'} is found: $transport, $state`, (one) => {
    const options = socketOptions(one.transport, one.state)
    const leak = { VEIL_LEAK: 'odd', VEIL_LEAK_MICROSECONDS: LONG ? '0.5' : '10' }
    const size = 'samples' in options ? 'samples' : 'pairs'
    expectFound(Limit.Median, (times) =>
      time('socket-times', { ...options, [size]: Number(options[size]) * times, import: LEAK }, leak),
    )
  })
})

type Options = Readonly<Record<string, string | number>>

function socketOptions(transport: string, state: string): Options {
  if (state === 'cold') return { transport, state, runs: COLD_SOCKET_RUNS, pairs: COLD_SOCKET_PAIRS }
  return { transport, state, runs: RUNS, samples: LONG ? 200_000 : 3000 }
}

/** Runs a compiled program of bench/timing with these options; what is to leak is told by the environment. */
function time(program: string, options: Options, leak: NodeJS.ProcessEnv = {}): TimingResult {
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const script = [join(ROOT, `dist/bench/timing/${program}.js`), ...flags]
  // The server of socket-times has CPUs of its own; what is timed in its process is pinned here.
  const pinned = program === 'respond-times' ? ['taskset', '-c', '1', process.execPath] : [process.execPath]
  const planted = program === 'respond-times' && leak.VEIL_LEAK !== undefined ? ['--import', LEAK] : []
  const [command, ...rest] = [...pinned, ...planted, ...script]
  const output = execFileSync(command!, rest, { env: { ...process.env, ...leak }, encoding: 'utf8' })
  return JSON.parse(output) as TimingResult
}

function expectSame({ robust, pooled }: TimingResult, limit: number): void {
  expect(Math.abs(robust[limit]!)).toBeLessThan(T_THRESHOLD)
  if (LONG) expect(Math.abs(pooled[limit]!)).toBeLessThan(T_THRESHOLD)
}

/** The busier a machine, the more samples it takes to see the same leak. */
function expectFound(limit: number, compare: (times: number) => TimingResult): void {
  const seen: number[] = []
  for (const times of LONG ? [1] : [1, 4, 16]) {
    seen.push(compare(times).robust[limit]!)
    if (seen.at(-1)! > T_THRESHOLD) return
  }
  expect.fail(`a planted leak was not found: t ${seen.join(', ')}`)
}

function report(what: string, { runs, pooled, robust }: TimingResult): void {
  if (!LONG) return
  const samples = runs.reduce((sum, run) => sum + run.samples[0]!, 0)
  const difference = runs.map((run) => run.difference[Limit.NineTenths]).join(' ')
  console.log(
    `${what}: ${samples} samples each, t ${pooled.join(' ')} (robust ${robust.join(' ')}), differences ${difference} µs of ${runs[0]!.mean}`,
  )
}
