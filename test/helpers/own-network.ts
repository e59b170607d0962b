import { execFileSync } from 'node:child_process'
import koffi from 'koffi'

/** clone(2): CLONE_NEWNET. */
const NEW_NETWORK = 0x4000_0000

/**
 * Moves this thread, and every process that it starts from now on, into a network of its own: nothing but a loopback
 * interface, where every port is free, 53 among them, and no way out. It ends with the last process that is in it.
 * For the file of a test, whose process nobody else uses; vitest gives each file one.
 *
 * Throws where the system does not allow it: it takes root, or CAP_SYS_ADMIN and CAP_NET_ADMIN.
 */
export function enterOwnNetwork(): void {
  const unshare = koffi.load('libc.so.6').func('int unshare(int flags)')
  if (unshare(NEW_NETWORK) !== 0) throw new Error(`unshare: errno ${koffi.errno()}`)
  execFileSync('ip', ['link', 'set', 'lo', 'up'], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  })
}

/** As `enterOwnNetwork`; what stands in the way, or undefined: the network is entered. */
export function obstacleToOwnNetwork(): string | undefined {
  try {
    enterOwnNetwork()
    return undefined
  } catch (problem) {
    return `run as root, with iproute2 (${(problem as Error).message})`
  }
}
