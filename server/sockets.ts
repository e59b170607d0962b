import type { ListenAddress } from './configuration/types.ts'

/** The sockets of all listeners, in the order of the configuration's `listen`. */
export interface Sockets {
  /** Whether datagrams take the batched system calls or node:dgram. */
  readonly udp: 'batched' | 'dgram'
  readonly listeners: readonly ListenerSockets[]
}

export interface ListenerSockets {
  /** What is bound: as configured, the port filled in where 0 was asked for; the same port for UDP and TCP. */
  readonly bound: ListenAddress
  /** A datagram socket for each UDP worker; empty where workers bind themselves. */
  readonly datagrams: readonly number[]
  /** A TCP socket that listens already, non-blocking; undefined where the stream worker binds itself. */
  readonly stream: number | undefined
}

/** A listener that cannot be had. The message says which, why, and what to do about it. */
export class ListenError extends Error {}
