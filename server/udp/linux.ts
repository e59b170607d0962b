/**
 * Numbers of the Linux kernel's interface, the same on x86-64, arm64 and riscv64 (include/uapi, asm-generic). The
 * layouts that go with them are in server/udp/slab.ts and server/udp/socket-address.ts.
 */
export const Linux = {
  AF_INET: 2,
  AF_INET6: 10,
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_NONBLOCK: 0o4000,
  SOCK_CLOEXEC: 0o2000000,

  SOL_SOCKET: 1,
  SO_REUSEADDR: 2,
  SO_RCVBUF: 8,
  SO_REUSEPORT: 15,
  IPPROTO_IP: 0,
  IP_PKTINFO: 8,
  IP_MTU_DISCOVER: 10,
  IPPROTO_IPV6: 41,
  IPV6_MTU_DISCOVER: 23,
  IPV6_V6ONLY: 26,
  IPV6_RECVPKTINFO: 49,
  IPV6_PKTINFO: 50,
  /** Ignores what ICMP says of the path's MTU, so that nobody can forge an answer into fragments. */
  PMTUDISC_OMIT: 5,

  MSG_TRUNC: 0x20,
  MSG_DONTWAIT: 0x40,

  POLLIN: 0x0001,
  POLLNVAL: 0x0020,

  EFD_CLOEXEC: 0o2000000,
  EFD_NONBLOCK: 0o4000,
  F_DUPFD_CLOEXEC: 1030,

  PR_SET_DUMPABLE: 4,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_GET_NO_NEW_PRIVS: 39,
  RLIMIT_CORE: 4,
} as const

/** Error numbers that this program tells apart (asm-generic/errno-base.h and errno.h). */
export const Errno = {
  EINTR: 4,
  EBADF: 9,
  EAGAIN: 11,
  EFAULT: 14,
  EINVAL: 22,
  ENOTSOCK: 88,
  EADDRINUSE: 98,
} as const
