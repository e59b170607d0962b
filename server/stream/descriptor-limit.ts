import { readdirSync, readFileSync } from 'node:fs'

/** Of the descriptors that the process may still open, the share that streams may take. */
const SHARE = 3 / 4

/**
 * The connections that can be had of `wanted`: at the system's limit every newcomer would be turned away, while below
 * Veil's own limit the greediest client makes room. Where the system does not tell, all of them.
 */
export function connectionsWithin(wanted: number): number {
  const free = freeDescriptors()
  return free === undefined ? wanted : Math.max(1, Math.min(wanted, Math.floor(free * SHARE)))
}

/** proc(5): the soft limit on open files, less those that are open. */
function freeDescriptors(): number | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))
    return limit === null ? undefined : Number(limit[1]) - readdirSync('/proc/self/fd').length
  } catch {
    return undefined
  }
}
