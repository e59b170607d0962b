import { constants } from 'node:os'
import { formatListen } from '../address.ts'
import type { ListenAddress } from '../configuration/types.ts'
import { describeErrno } from './system-calls.ts'

/** A listener that cannot be had. The message says which, why, and what to do about it. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  /** Error number of the system call; 0 where none was made. */
  readonly errno: number

  constructor(message: string, errno: number) {
    super(message)
    this.errno = errno
  }
}

/** The `ListenError` of a system call that failed with `errno`. */
export function listenError(listen: ListenAddress, transport: 'UDP' | 'TCP', errno: number): ListenError {
  const where = `cannot listen on ${formatListen(listen)}`
  return new ListenError(`${where}: ${describeErrno(errno)}${remedy(listen, transport, errno)}`, errno)
}

/** The `ListenError` of two listeners that would take each other's datagrams. */
export function overlapError(listen: ListenAddress, earlier: ListenAddress): ListenError {
  const what = `${formatListen(earlier)} is among the listeners too and takes the same datagrams`
  return new ListenError(`cannot listen on ${formatListen(listen)}: ${what}; leave out one of them`, 0)
}

function remedy({ port, family }: ListenAddress, transport: string, errno: number): string {
  if (errno === constants.errno.EACCES && port < 1024) {
    return '; start as root with "user:" set, or give the capability CAP_NET_BIND_SERVICE, or choose a port above 1023'
  }
  if (errno === constants.errno.EADDRINUSE) {
    return ` (${transport}); another server has this port: "ss -lnp sport = :${port}" names it`
  }
  if (errno === constants.errno.EADDRNOTAVAIL) {
    return '; no interface of this machine has the address: "ip address" lists those there are'
  }
  return errno === constants.errno.EAFNOSUPPORT && family === 6 ? '; IPv6 is switched off on this machine' : ''
}
