import type { ListenAddress } from './configuration/types.ts'
import { type ListenerSockets, openDescriptors } from './udp/descriptors.ts'
import { probePorts } from './udp/portable-ports.ts'
import { loadSystemCalls } from './udp/system-calls.ts'

/** The sockets of all listeners, in the order of the configuration's `listen`. */
export interface Sockets {
  /** Which road datagrams take: batched system calls, or node:dgram. */
  readonly udp: 'batched' | 'dgram'
  /** Datagram workers that there are sockets for: on the node:dgram road one. */
  readonly workers: number
  readonly listeners: readonly ListenerSockets[]
}

/**
 * Opens the sockets of all listeners, before privileges are dropped: for UDP one for each worker (`SO_REUSEPORT`), for
 * TCP one that listens. Throws a `ListenError` for the first that cannot be had, and then leaves none open. Where the
 * system calls cannot be had, only asks which ports are free: the workers bind them with node:dgram and node:net.
 */
export async function openSockets(
  listen: readonly ListenAddress[],
  options: { readonly workers: number; readonly udp: 'batched' | 'dgram' },
): Promise<Sockets> {
  const calls = loadSystemCalls()
  if (calls === undefined) return { udp: 'dgram', workers: 1, listeners: await probePorts(listen) }
  const workers = options.udp === 'dgram' ? 1 : options.workers
  return { udp: options.udp, workers, listeners: openDescriptors(calls, listen, { ...options, workers }) }
}

/** Closes all descriptors. The workers must have ended. */
export function closeSockets(sockets: Sockets): void {
  const calls = loadSystemCalls()
  for (const { datagrams, stream } of sockets.listeners) {
    for (const descriptor of datagrams) calls?.close(descriptor)
    if (stream !== undefined) calls?.close(stream)
  }
}
