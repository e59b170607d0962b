/*
 * Timings by the programs of bench/timing, compiled: what the tests of this folder compare.
 */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { TimingResult } from '../../bench/timing/result.ts'
import { LONG } from '../helpers/long.ts'

const ROOT = join(import.meta.dirname, '../..')
export const LEAK = join(ROOT, 'test/fixtures/plant-leak.mjs')
export const TIMING_CASES = ['udp', 'tcp'].flatMap((transport) =>
  ['warm', 'cold'].map((state) => ({ transport, state })),
)
export const RUNS = 5
/** A real server is reloaded before each cold run, and asked 20,000 names in it. */
const COLD_SOCKET_RUNS = LONG ? 50 : 3
const COLD_SOCKET_PAIRS = LONG ? 20_000 : 3000

export type Options = Readonly<Record<string, string | number>>

export function socketOptions(transport: string, state: string): Options {
  if (state === 'cold') return { transport, state, runs: COLD_SOCKET_RUNS, pairs: COLD_SOCKET_PAIRS }
  return { transport, state, runs: RUNS, samples: LONG ? 200_000 : 3000 }
}

/** Runs a compiled program of bench/timing with these options; what is to leak is told by the environment. */
export function time(program: string, options: Options, leak: NodeJS.ProcessEnv = {}): TimingResult {
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const script = [join(ROOT, `dist/bench/timing/${program}.js`), ...flags]
  // The server of socket-times has CPUs of its own; what is timed in its process is pinned here.
  const pinned = program === 'respond-times' ? ['taskset', '-c', '1', process.execPath] : [process.execPath]
  const planted = program === 'respond-times' && leak.VEIL_LEAK !== undefined ? ['--import', LEAK] : []
  const [command, ...rest] = [...pinned, ...planted, ...script]
  const output = execFileSync(command!, rest, { env: { ...process.env, ...leak }, encoding: 'utf8' })
  return JSON.parse(output) as TimingResult
}
