import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { statFields } from '../test/helpers/daemon.ts'
import type { Contestant } from './contestants.ts'
import type { Workload } from './workload.ts'

/** One run of dnsperf against one server. */
export interface Measurement {
  /** Microseconds of CPU time that the server's processes took for each answered query. */
  readonly cpuPerAnswer: number
  readonly answersPerSecond: number
  readonly lost: number
  /** Share of the server's core that was used by others meanwhile, in 0..1. */
  readonly foreign: number
}

export interface MeasureOptions {
  readonly seconds: number
  readonly serverCore: number
  readonly clientCore: number
}

/** RCODEs that would make an answer cheaper than a real one. */
const FAILURES = /Response codes:.*(REFUSED|SERVFAIL|FORMERR|NOTIMP)/
/** USER_HZ, which is 100 on every Linux (proc(5)). */
const TICKS_PER_SECOND = 100
/** Fields of /proc/PID/stat counted from the state on: utime and stime. */
const USER_TIME = 11
const SYSTEM_TIME = 12

/** Runs one workload and charges the CPU time of the server's processes to the queries that were answered. */
export async function measure(
  { daemon }: Contestant,
  workload: Workload,
  { seconds, serverCore, clientCore }: MeasureOptions,
): Promise<Measurement> {
  const pids = daemon.pids()
  const before = { server: ticksOf(pids), core: busyTicks(serverCore), at: performance.now() }
  const output = await runDnsperf(daemon.port, workload, seconds, clientCore)
  const server = ticksOf(pids) - before.server
  const core = busyTicks(serverCore) - before.core
  const elapsed = ((performance.now() - before.at) / 1000) * TICKS_PER_SECOND
  const answers = numberIn(output, /Queries completed:\s+(\d+)/)
  if (answers === 0 || FAILURES.test(output))
    throw new Error(`${daemon.name} does not answer what it is asked\n${output}`)
  return {
    cpuPerAnswer: (server * 1e6) / TICKS_PER_SECOND / answers,
    answersPerSecond: numberIn(output, /Queries per second:\s+([\d.]+)/),
    lost: numberIn(output, /Queries lost:\s+(\d+)/),
    foreign: Math.max(0, core - server) / elapsed,
  }
}

function ticksOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const fields = statFields(pid)
    return fields === undefined ? sum : sum + Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])
  }, 0)
}

/** user, nice, system, irq, softirq and steal of one CPU (proc(5), /proc/stat). */
function busyTicks(core: number): number {
  const line = readFileSync('/proc/stat', 'latin1')
    .split('\n')
    .find((candidate) => candidate.startsWith(`cpu${core} `))
  if (line === undefined) throw new Error(`no CPU ${core}`)
  const [user, nice, system, _idle, _wait, irq, softirq, steal] = line.split(' ').slice(1).map(Number)
  return user! + nice! + system! + irq! + softirq! + steal!
}

function runDnsperf(port: number, workload: Workload, seconds: number, core: number): Promise<string> {
  const load = [
    '-d',
    workload.path,
    ...(workload.once === true ? ['-n', '1'] : ['-l', String(seconds)]),
    '-c',
    String(workload.clients),
    '-q',
    String(workload.outstanding),
    ...(workload.flags ?? []),
  ]
  const arguments_ = ['-c', String(core), 'dnsperf', '-s', '127.0.0.1', '-p', String(port), '-T', '1', '-e', ...load]
  const child = spawn('taskset', arguments_, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString('latin1')
  })
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString('latin1')
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), (seconds + 45) * 1000)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      if (code === 0) resolve(output)
      else reject(new Error(`dnsperf ended with ${code}\n${output.slice(-2000)}`))
    })
  })
}

function numberIn(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)
  if (found === null) throw new Error(`dnsperf did not say ${pattern}\n${output.slice(-2000)}`)
  return Number(found[1])
}
