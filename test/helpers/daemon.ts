import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** A server process of a test or a benchmark, started on loopback with files of its own. */
export interface Daemon {
  readonly name: string
  readonly pid: number
  readonly port: number
  readonly folder: string
  /** The last of what it wrote to stdout and stderr. */
  output(): string
  /** Process ids of the daemon and its children, as long as they run. */
  pids(): number[]
  /** Ends it by signal to its pid; throws when a process outlives that. */
  stop(): Promise<void>
}

export interface DaemonOptions {
  readonly name: string
  readonly command: string
  /** Written with the port and the folder that the daemon got. */
  arguments(port: number, folder: string): string[]
  /** Creates the configuration in the folder. */
  prepare?(port: number, folder: string): void
  /** Asked over and over until it is true; undefined or false: not yet. */
  ready(port: number, output: string): Promise<boolean>
  readonly environment?: Readonly<Record<string, string>>
  /** CPU to pin it to. */
  readonly core?: number
  readonly startSeconds?: number
}

const STOP_MS = 10_000
const OUTPUT_LIMIT = 200_000

/** Starts a daemon and waits, within a bound, until it is ready; another port is tried when one was taken meanwhile. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  for (let attempt = 1; ; attempt++) {
    const daemon = await launch(options)
    const problem = await waitUntilReady(daemon, options)
    if (problem === undefined) return daemon
    const output = daemon.output()
    await daemon.stop().catch(() => undefined)
    if (attempt === 3 || !/already in use|can't bind|unable to bind/i.test(output)) {
      throw new Error(`${options.name} ${problem}\n${output.slice(-4000)}`)
    }
  }
}

/** A port of 127.0.0.1 that was free for UDP and TCP a moment ago. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const tcp = createServer()
    tcp.listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    const { port } = tcp.address() as { port: number }
    const udp = createSocket('udp4')
    const free = await new Promise<boolean>((resolve) => {
      udp.once('error', () => resolve(false))
      udp.bind(port, '127.0.0.1', () => resolve(true))
    })
    udp.close()
    tcp.close()
    await once(tcp, 'close')
    if (free) return port
  }
  throw new Error('no free port on 127.0.0.1')
}

/** Processes of a group that still run; zombies do not count. */
export function processesOfGroup(group: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const fields = statFields(pid)
      return fields !== undefined && fields[0] !== 'Z' && Number(fields[2]) === group
    })
}

/** Fields of /proc/PID/stat from the state on (proc(5): field 3 is index 0); undefined: no such process. */
export function statFields(pid: number): string[] | undefined {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return line.slice(line.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

async function launch(options: DaemonOptions): Promise<Daemon> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), `veil-${options.name.toLowerCase()}-`))
  options.prepare?.(port, folder)
  const plain = [options.command, ...options.arguments(port, folder)]
  const [command, ...rest] = options.core === undefined ? plain : ['taskset', '-c', String(options.core), ...plain]
  const child = spawn(command!, rest, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.environment },
  })
  const pid = child.pid
  if (pid === undefined) throw new Error(`${options.name}: cannot run ${command}`)
  let output = ''
  const collect = (data: Buffer) => {
    output = (output + data.toString('latin1')).slice(-OUTPUT_LIMIT)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  const killAtExit = () => killGroup(pid)
  process.once('exit', killAtExit)
  return {
    name: options.name,
    pid,
    port,
    folder,
    output: () => output,
    pids: () => processesOfGroup(pid),
    stop: async () => {
      await end(options.name, child, pid)
      process.removeListener('exit', killAtExit)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function waitUntilReady(daemon: Daemon, options: DaemonOptions): Promise<string | undefined> {
  const deadline = Date.now() + (options.startSeconds ?? 30) * 1000
  for (;;) {
    // Looked at before the time is: this process itself may have been busy for all of it.
    const isLate = Date.now() >= deadline
    if (daemon.pids().length === 0) return 'ended at its start'
    if (await options.ready(daemon.port, daemon.output()).catch(() => false)) return undefined
    if (isLate) return 'was not ready in time'
    await delay(20)
  }
}

async function end(name: string, child: ChildProcess, pid: number): Promise<void> {
  const running = () => processesOfGroup(pid).length > 0
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  const deadline = Date.now() + STOP_MS
  while (running() && Date.now() < deadline) await delay(10)
  if (!running()) return
  killGroup(pid)
  throw new Error(`${name}: processes outlived SIGTERM by ${STOP_MS / 1000} s and were killed`)
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing left of the group.
  }
}
