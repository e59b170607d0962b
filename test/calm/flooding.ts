import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Daemon, startDaemon } from '../helpers/daemon.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Servers are pinned to one, what floods them to the other. */
export const [SERVER_CORE, CLIENT_CORE] = [0, 1]

/** The programs in C, compiled into a folder of their own. */
export interface Programs {
  readonly flood: string
  readonly echo: string
  remove(): void
}

export function compilePrograms(): Programs {
  const folder = mkdtempSync(join(tmpdir(), 'veil-flood-'))
  const compile = (name: string, source: string): string => {
    execFileSync('cc', ['-O2', '-o', join(folder, name), join(ROOT, source)])
    return join(folder, name)
  }
  return {
    flood: compile('flood', 'test/fixtures/flood.c'),
    echo: compile('echo', 'bench/echo.c'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export interface Flood {
  readonly port: number
  /** Questions a second. */
  readonly rate: number
  readonly seconds: number
  readonly zone: string
  readonly signed: boolean
  /** The first address, and how many follow it. */
  readonly from: string
  readonly sources: number
}

/** Floods, and resolves with what was really sent a second. */
export async function flood(
  program: string,
  { port, rate, seconds, zone, signed, from, sources }: Flood,
): Promise<number> {
  const options = [port, Math.round(rate), seconds, signed ? 'do' : 'plain', zone.replace(/\.$/, ''), from, sources, 1]
  const child = spawn('taskset', ['-c', String(CLIENT_CORE), program, ...options.map(String)])
  let output = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), (seconds + 20) * 1000)
  await once(child, 'close')
  clearTimeout(timer)
  const [sent, milliseconds] = output.split(' ').map(Number)
  if (child.exitCode !== 0 || sent === undefined) throw new Error(`flood ended with ${child.exitCode}`)
  return (sent * 1000) / Math.max(1, milliseconds!)
}

/** Datagrams that the system threw away because the socket at this port of 127.0.0.1 was full, since it was opened. */
export function droppedAt(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync('/proc/net/udp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hex}`))
    .reduce((sum, fields) => sum + Number(fields.at(-1)), 0)
}

const FIRST_RATE = 20_000
const STEP = 1.2
const MOST_STEPS = 18

/** Finds the rate at which a bare echo on its CPU first loses datagrams, or what the flood can do at most. */
export async function echoLimit({ echo, flood: program }: Programs, seconds: number): Promise<number> {
  const daemon: Daemon = await startDaemon({
    name: 'echo',
    command: echo,
    arguments: (port) => [String(port)],
    ready: async (_port, output) => output.includes('ready'),
    core: SERVER_CORE,
  })
  try {
    let rate = FIRST_RATE
    let reached = 0
    for (let step = 0; step < MOST_STEPS; step++, rate *= STEP) {
      const before = droppedAt(daemon.port)
      const options = { port: daemon.port, rate, seconds, zone: 'example.com', signed: false }
      const sent = await flood(program, { ...options, from: '127.60.0.1', sources: 50 })
      if (droppedAt(daemon.port) > before) return sent
      if (sent < reached * 1.05) return reached
      reached = sent
    }
    return reached
  } finally {
    await daemon.stop()
  }
}
