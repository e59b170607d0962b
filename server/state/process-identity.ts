import { readFileSync } from 'node:fs'
import { bootId } from './boot-id.ts'

/** Which process, and not a later one that happens to get its number. */
export interface ProcessIdentity {
  readonly pid: number
  /** Boot and start time as Linux tells them; empty on other platforms, where the number must do. */
  readonly started: string
}

/** The identity of the process that asks. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, started: startOf(process.pid) }
}

/** Whether that very process still runs, under whatever account. */
export function isRunning(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return startOf(identity.pid) === identity.started
}

/** proc(5): field 22 of /proc/PID/stat, counted behind the command, which may itself hold spaces and brackets. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${bootId()} ${ticks}`
  } catch {
    return ''
  }
}
