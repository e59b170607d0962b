import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Context } from './context.ts'
import { ExitCode } from './exit-code.ts'

/** statfs(2): file systems whose files are in memory. */
const TMPFS = 0x01021994
const RAMFS = 0x858458f6

/** A folder whose files never reach a disk, swap aside; undefined: there is none that this account may write to. */
export function findMemory({ environment }: Pick<Context, 'environment'>): string | undefined {
  const candidates = [environment?.XDG_RUNTIME_DIR, '/dev/shm', '/run/user', '/run', '/tmp']
  return candidates.find((folder) => folder !== undefined && isInMemory(folder))
}

function isInMemory(folder: string): boolean {
  try {
    const type = Number(statfsSync(folder).type) >>> 0
    if (type !== TMPFS && type !== RAMFS) return false
    rmSync(mkdtempSync(join(folder, '.veil-')), { recursive: true })
    return true
  } catch {
    return false
  }
}

/** Runs with a folder of its own in memory, mode 0700; whatever lies in it afterwards is overwritten and removed. */
export async function inMemory<Result>(memory: string, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(memory, '.veil-'))
  chmodSync(folder, 0o700)
  const clear = (): void => {
    for (const name of readdirSync(folder)) overwrite(join(folder, name))
    rmSync(folder, { recursive: true, force: true })
  }
  // Ctrl-C is for the program that runs on the terminal meanwhile; other signals end this process, and not without this.
  const endBySignal = (): void => {
    clear()
    process.exit(ExitCode.Interrupted)
  }
  process.on('SIGINT', ignore).once('SIGTERM', endBySignal).once('SIGHUP', endBySignal)
  try {
    return await use(folder)
  } finally {
    process.off('SIGINT', ignore).off('SIGTERM', endBySignal).off('SIGHUP', endBySignal)
    clear()
  }
}

function ignore(): void {}

function overwrite(path: string): void {
  try {
    const { size } = statSync(path)
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(size))
    closeSync(file)
  } catch {
    // A folder, or gone already.
  }
}
