import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { getSystemErrorMap } from 'node:util'
import type { ListenAddress } from '../configuration/types.ts'
import type { ListenerSockets } from './descriptors.ts'
import { listenError } from './listen-error.ts'

/**
 * Asks without system calls of our own whether each listener can be had, and which port 0 becomes. The sockets are
 * closed again: the workers bind them anew, after privileges are dropped, so ports below 1024 may be out of reach then.
 */
export async function probePorts(listen: readonly ListenAddress[]): Promise<ListenerSockets[]> {
  const listeners: ListenerSockets[] = []
  for (const address of listen) {
    listeners.push({ bound: { ...address, port: await probePort(address) }, datagrams: [], stream: undefined })
  }
  return listeners
}

async function probePort(listen: ListenAddress): Promise<number> {
  const socket = createSocket({ type: listen.family === 6 ? 'udp6' : 'udp4', ipv6Only: listen.family === 6 })
  try {
    const listening = once(socket, 'listening')
    socket.bind({ address: listen.address, port: listen.port, exclusive: true })
    await listening
    return socket.address().port
  } catch (error) {
    throw listenError(listen, 'UDP', errnoOf(error))
  } finally {
    socket.close()
  }
}

function errnoOf(error: unknown): number {
  const errno = (error as NodeJS.ErrnoException).errno ?? 0
  return getSystemErrorMap().has(errno) ? -errno : 0
}
