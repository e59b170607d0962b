import type { ListenAddress } from '../configuration/types.ts'
import { Errno, Linux } from './linux.ts'
import { ListenError, listenError, overlapError } from './listen-error.ts'
import { ownAddresses } from './own-addresses.ts'
import { isWildcard, readPort, SOCKET_ADDRESS_OCTETS, writeSocketAddress } from './socket-address.ts'
import type { SystemCalls } from './system-calls.ts'

export interface ListenerSockets {
  /** What is bound: as configured, the port filled in where 0 was asked for; the same port for UDP and TCP. */
  readonly bound: ListenAddress
  /**
   * Datagram sockets: with batched system calls one for each worker, on the node:dgram road one for each address, all
   * for its one worker. Empty where the worker binds itself.
   */
  readonly datagrams: readonly number[]
  /** A TCP socket that listens already, non-blocking; undefined where the stream worker binds itself. */
  readonly stream: number | undefined
}

const TCP_BACKLOG = 1024
const RECEIVE_BUFFER_OCTETS = 4 * 1024 * 1024
/** Free UDP ports whose TCP twin is taken that are passed over before port 0 counts as impossible. */
const PORT_TRIES = 32

interface Opener {
  readonly calls: SystemCalls
  readonly workers: number
  readonly udp: 'batched' | 'dgram'
  /** A socket address in the first 28 octets, an integer argument or a length at 32. */
  readonly memory: ArrayBuffer
  readonly view: DataView
  readonly opened: number[]
}

/** Opens the sockets of each listener, or throws a `ListenError` and leaves none open. */
export function openDescriptors(
  calls: SystemCalls,
  listen: readonly ListenAddress[],
  options: { readonly workers: number; readonly udp: 'batched' | 'dgram' },
): ListenerSockets[] {
  const memory = new ArrayBuffer(40)
  const opener: Opener = { calls, ...options, memory, view: new DataView(memory), opened: [] }
  refuseOverlaps(listen)
  try {
    return listen.map((address) => openListener(opener, address))
  } catch (error) {
    for (const descriptor of opener.opened) calls.close(descriptor)
    throw error
  }
}

/** A second descriptor of the same socket, closed on exec, for a worker whose runtime closes what it is given. */
export function duplicate(calls: SystemCalls, descriptor: number): number {
  const copy = calls.fcntl(descriptor, Linux.F_DUPFD_CLOEXEC, 0)
  if (copy < 0) throw new Error(`cannot duplicate descriptor ${descriptor}: errno ${calls.errno()}`)
  return copy
}

/** Two listeners that would share questions by chance; the kernel's own error would blame a stranger. */
function refuseOverlaps(listen: readonly ListenAddress[]): void {
  listen.forEach((address, index) => {
    for (const earlier of listen.slice(0, index)) {
      const same = earlier.port === address.port && earlier.family === address.family && address.port !== 0
      if (same && (isWildcard(earlier) || isWildcard(address) || earlier.address === address.address)) {
        throw overlapError(address, earlier)
      }
    }
  })
}

function openListener(opener: Opener, wanted: ListenAddress): ListenerSockets {
  for (let tries = 1; ; tries++) {
    const bound = { ...wanted, port: findPort(opener, wanted) }
    try {
      const stream = openStream(opener, bound)
      return { bound, datagrams: openAllDatagrams(opener, bound), stream }
    } catch (error) {
      const taken = error instanceof ListenError && error.errno === Errno.EADDRINUSE
      if (wanted.port !== 0 || !taken || tries === PORT_TRIES) throw error
    }
  }
}

/**
 * The port that can be had. A socket without `SO_REUSEPORT` asks first: with it the kernel would let two servers of one
 * account share a port, each of them receiving half of the questions.
 */
function findPort(opener: Opener, wanted: ListenAddress): number {
  const probe = openSocket(opener, wanted, Linux.SOCK_DGRAM)
  bind(opener, probe, wanted, 'UDP')
  const port = boundPort(opener, probe)
  close(opener, probe)
  return port
}

function openAllDatagrams(opener: Opener, bound: ListenAddress): number[] {
  if (opener.udp === 'dgram') return ownAddresses(bound).map((address) => openDatagrams(opener, address))
  return Array.from({ length: opener.workers }, () => openDatagrams(opener, bound))
}

function openDatagrams(opener: Opener, address: ListenAddress): number {
  const socket = openSocket(opener, address, Linux.SOCK_DGRAM)
  const ipv6 = address.family === 6
  set(opener, socket, Linux.SOL_SOCKET, Linux.SO_REUSEPORT, 1)
  // A kernel that grants less, or does not know one of these, still serves.
  set(opener, socket, Linux.SOL_SOCKET, Linux.SO_RCVBUF, RECEIVE_BUFFER_OCTETS)
  if (ipv6) set(opener, socket, Linux.IPPROTO_IPV6, Linux.IPV6_MTU_DISCOVER, Linux.PMTUDISC_OMIT)
  else set(opener, socket, Linux.IPPROTO_IP, Linux.IP_MTU_DISCOVER, Linux.PMTUDISC_OMIT)
  if (isWildcard(address) && opener.udp === 'batched') {
    if (ipv6) set(opener, socket, Linux.IPPROTO_IPV6, Linux.IPV6_RECVPKTINFO, 1)
    else set(opener, socket, Linux.IPPROTO_IP, Linux.IP_PKTINFO, 1)
  }
  bind(opener, socket, address, 'UDP')
  return socket
}

function openStream(opener: Opener, address: ListenAddress): number {
  const socket = openSocket(opener, address, Linux.SOCK_STREAM)
  set(opener, socket, Linux.SOL_SOCKET, Linux.SO_REUSEADDR, 1)
  bind(opener, socket, address, 'TCP')
  if (opener.calls.listen(socket, TCP_BACKLOG) < 0) fail(opener, socket, address, 'TCP')
  return socket
}

function openSocket(opener: Opener, address: ListenAddress, type: number): number {
  const family = address.family === 6 ? Linux.AF_INET6 : Linux.AF_INET
  const socket = opener.calls.socket(family, type | Linux.SOCK_NONBLOCK | Linux.SOCK_CLOEXEC, 0)
  if (socket < 0) throw listenError(address, type === Linux.SOCK_STREAM ? 'TCP' : 'UDP', opener.calls.errno())
  opener.opened.push(socket)
  if (address.family === 6) set(opener, socket, Linux.IPPROTO_IPV6, Linux.IPV6_V6ONLY, 1)
  return socket
}

function set(opener: Opener, socket: number, level: number, option: number, value: number): void {
  opener.view.setInt32(32, value, true)
  opener.calls.setsockopt(socket, level, option, addressOf(opener) + 32, 4)
}

function bind(opener: Opener, socket: number, address: ListenAddress, transport: 'UDP' | 'TCP'): void {
  const length = writeSocketAddress(opener.view, address)
  if (opener.calls.bind(socket, addressOf(opener), length) < 0) fail(opener, socket, address, transport)
}

function boundPort(opener: Opener, socket: number): number {
  opener.view.setInt32(32, SOCKET_ADDRESS_OCTETS, true)
  opener.calls.getsockname(socket, addressOf(opener), addressOf(opener) + 32)
  return readPort(opener.view)
}

function addressOf(opener: Opener): number {
  return opener.calls.addressOf(opener.memory)
}

function fail(opener: Opener, socket: number, address: ListenAddress, transport: 'UDP' | 'TCP'): never {
  const errno = opener.calls.errno()
  close(opener, socket)
  throw listenError(address, transport, errno)
}

function close(opener: Opener, socket: number): void {
  opener.calls.close(socket)
  opener.opened.splice(opener.opened.indexOf(socket), 1)
}
