import { createRequire } from 'node:module'
import { endianness } from 'node:os'
import { getSystemErrorMap } from 'node:util'

/**
 * System calls as functions of numbers. Memory is passed as its address: that needs no conversion and allocates
 * nothing, but nobody checks it either, and whoever passes an address must keep the memory referenced meanwhile. Each
 * function returns what the system call does; -1 leaves the reason in `errno()`, to be read before anything else.
 */
export interface SystemCalls {
  readonly socket: (family: number, type: number, protocol: number) => number
  readonly setsockopt: (socket: number, level: number, option: number, value: number, length: number) => number
  readonly bind: (socket: number, address: number, length: number) => number
  readonly getsockname: (socket: number, address: number, length: number) => number
  readonly listen: (socket: number, backlog: number) => number
  readonly close: (descriptor: number) => number
  readonly fcntl: (descriptor: number, command: number, argument: number) => number
  readonly eventfd: (initial: number, flags: number) => number
  readonly read: (descriptor: number, buffer: number, length: number) => number
  readonly write: (descriptor: number, buffer: number, length: number) => number
  readonly ppoll: (descriptors: number, count: number, timeout: number, mask: number) => number
  readonly recvmmsg: (socket: number, headers: number, count: number, flags: number, timeout: number) => number
  readonly sendmmsg: (socket: number, headers: number, count: number, flags: number) => number
  readonly clock_gettime: (clock: number, time: number) => number
  readonly prctl: (option: number, a: number, b: number, c: number, d: number) => number
  readonly setrlimit: (resource: number, limit: number) => number
  readonly errno: () => number
  /** Where the memory of a buffer is. It stays there while the buffer is referenced. */
  readonly addressOf: (memory: ArrayBuffer) => number
}

/** Parameter types by function, as koffi names them. `uintptr_t` takes an address as a Number. */
const SIGNATURES = {
  socket: ['int', 'int', 'int'],
  setsockopt: ['int', 'int', 'int', 'uintptr_t', 'uint32_t'],
  bind: ['int', 'uintptr_t', 'uint32_t'],
  getsockname: ['int', 'uintptr_t', 'uintptr_t'],
  listen: ['int', 'int'],
  close: ['int'],
  fcntl: ['int', 'int', 'int'],
  eventfd: ['uint32_t', 'int'],
  read: ['int', 'uintptr_t', 'size_t'],
  write: ['int', 'uintptr_t', 'size_t'],
  ppoll: ['uintptr_t', 'ulong', 'uintptr_t', 'uintptr_t'],
  recvmmsg: ['int', 'uintptr_t', 'uint32_t', 'int', 'uintptr_t'],
  sendmmsg: ['int', 'uintptr_t', 'uint32_t', 'int'],
  clock_gettime: ['int', 'uintptr_t'],
  prctl: ['int', 'ulong', 'ulong', 'ulong', 'ulong'],
  setrlimit: ['int', 'uintptr_t'],
} as const

const ARCHITECTURES: readonly string[] = ['x64', 'arm64', 'riscv64', 'loong64']

/** Names of the C library for a Node.js that hides its own symbols: glibc, then musl. */
const LIBRARIES = [null, 'libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1', 'libc.so'] as const

/** The system calls of this thread, or undefined where the platform is not ours or koffi cannot be loaded. */
export function loadSystemCalls(): SystemCalls | undefined {
  if (process.platform !== 'linux' || !ARCHITECTURES.includes(process.arch) || endianness() !== 'LE') return undefined
  let koffi: typeof import('koffi')
  try {
    koffi = createRequire(import.meta.url)('koffi')
  } catch {
    return undefined
  }
  for (const name of LIBRARIES) {
    try {
      return declareAll(koffi, koffi.load(name))
    } catch {
      // Not this library: the next one, or none.
    }
  }
  return undefined
}

/** Says what an error number means: "permission denied". */
export function describeErrno(errno: number): string {
  return getSystemErrorMap().get(-errno)?.[1] ?? `error ${errno}`
}

/** Throws with the reason of a call that failed; returns what one that did not has returned. */
export function must(calls: SystemCalls, call: string, result: number): number {
  if (result >= 0) return result
  throw new Error(`${call}: ${describeErrno(calls.errno())}`)
}

function declareAll(koffi: typeof import('koffi'), library: import('koffi').LibraryHandle): SystemCalls {
  const functions = Object.entries(SIGNATURES).map(([name, parameters]) => [
    name,
    library.func(name, 'int', [...parameters]),
  ])
  return {
    ...(Object.fromEntries(functions) as Omit<SystemCalls, 'errno' | 'addressOf'>),
    errno: () => koffi.errno(),
    addressOf: (memory) => Number(koffi.address(memory)),
  }
}
