import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Daemon, startDaemon } from './daemon.ts'

export interface VeildOptions {
  /** Arguments after the listen address and the state folder, which are given always. */
  readonly arguments?: readonly string[]
  /** CPU to pin it to. */
  readonly core?: number
  readonly startSeconds?: number
}

/** The built server, or the one that the environment names; threads cannot run TypeScript, so tests of the real process run what `npm run build` made. */
export const VEILD = process.env.VEILD ?? builtServer()

export function isVeildBuilt(): boolean {
  return existsSync(VEILD)
}

/** Whether tests run as root, and nobody may read what veild is made of: only then can it become that account. */
export function canBecomeNobody(): boolean {
  if (process.getuid?.() !== 0) return false
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+)/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? []
  return uid !== undefined && spawnSync('test', ['-r', VEILD], { uid: Number(uid), gid: Number(gid) }).status === 0
}

/** Starts veild on 127.0.0.1 with a state folder of its own and waits for its line `ready`. */
export function startVeild(options: VeildOptions = {}): Promise<Daemon> {
  return startDaemon({
    name: 'Veil',
    command: process.execPath,
    prepare: (_port, folder) => mkdirSync(join(folder, 'state'), { mode: 0o700 }),
    arguments: (port, folder) => [
      VEILD,
      ...['--listen', `127.0.0.1@${port}`, '--state', join(folder, 'state')],
      ...(options.arguments ?? []),
    ],
    ready: async (_port, output) => output.split('\n').some(isReadyLine),
    ...(options.core === undefined ? {} : { core: options.core }),
    ...(options.startSeconds === undefined ? {} : { startSeconds: options.startSeconds }),
  })
}

/** True for the log line that says that every zone is loaded and every socket bound. */
export function isReadyLine(line: string): boolean {
  try {
    return JSON.parse(line)?.msg === 'ready'
  } catch {
    return false
  }
}

/** This module runs as test/helpers/veild.ts and, compiled, as dist/test/helpers/veild.js. */
function builtServer(): string {
  const here = fileURLToPath(new URL('.', import.meta.url))
  const root = here.includes('/dist/') ? here.slice(0, here.lastIndexOf('/dist/')) : join(here, '../..')
  return join(root, 'dist/server/veild.js')
}
