import type { Clock } from '../workers/answering.ts'
import { Errno, Linux } from './linux.ts'
import { HEADER_OCTETS, POLL_OCTETS, type Slab } from './slab.ts'
import { describeErrno, type SystemCalls } from './system-calls.ts'

/** The system calls of the batch loop, bound to the addresses of its slab. */
export interface SlabCalls {
  /** Waits until a descriptor is readable; `isReadable` then tells which. After an interruption none is. */
  readonly wait: () => void
  /** Takes what waits in the socket, up to a batch. Returns the number of messages, or -1. */
  readonly receive: (descriptor: number) => number
  /** Sends queued answers from position `from` on. Returns their number, which may be less than asked for, or -1. */
  readonly send: (descriptor: number, from: number, count: number) => number
  /** Takes an eventfd's count away. */
  readonly clearEvent: (descriptor: number) => void
  /** Sets both times, which to return would allocate, as `performance.now()` and `Date.now()` do. */
  readonly setClock: (clock: Clock) => void
  /** Why the last call returned -1. */
  readonly errno: () => number
}

const CLOCK_REALTIME = 0
const CLOCK_MONOTONIC = 1

/**
 * Binds the calls to the slab, to poll `descriptors` in this order. Addresses are too large for small integers: in a
 * closure each is one heap number for ever, where computed anew each would be an allocation.
 */
export function bindSlabCalls(calls: SystemCalls, slab: Slab, descriptors: readonly number[]): SlabCalls {
  const { recvmmsg, sendmmsg, ppoll, clock_gettime, read, errno } = calls
  const { words, slots } = slab
  const polls = slab.base + slab.polls
  const receiveHeaders = slab.base + slab.receiveHeaders
  const sendHeaders = slab.base + slab.sendHeaders
  const scratch = slab.base + slab.scratch
  const scratchWord = slab.scratch >> 2
  descriptors.forEach((descriptor, position) => {
    words[pollWord(slab, position)] = descriptor
    words[pollWord(slab, position) + 1] = Linux.POLLIN
  })
  return {
    wait: () => {
      if (ppoll(polls, descriptors.length, 0, 0) >= 0) return
      const reason = errno()
      if (reason !== Errno.EINTR) throw failure('ppoll', reason)
      for (let at = 0; at < descriptors.length; at++) words[pollWord(slab, at) + 1] = Linux.POLLIN
    },
    receive: (descriptor) => recvmmsg(descriptor, receiveHeaders, slots, Linux.MSG_DONTWAIT, 0),
    send: (descriptor, from, count) => {
      const headers = from === 0 ? sendHeaders : sendHeaders + from * HEADER_OCTETS
      return sendmmsg(descriptor, headers, count, Linux.MSG_DONTWAIT)
    },
    clearEvent: (descriptor) => {
      read(descriptor, scratch, 8)
    },
    setClock: (clock) => {
      clock_gettime(CLOCK_MONOTONIC, scratch)
      clock.now = words[scratchWord]! * 1000 + words[scratchWord + 2]! / 1e6
      clock_gettime(CLOCK_REALTIME, scratch)
      clock.unixSeconds = words[scratchWord]! >>> 0
    },
    errno,
  }
}

/** Whether `wait` found the descriptor at this position readable, or with an error that the next receive takes away. */
export function isReadable(slab: Slab, position: number): boolean {
  const events = slab.words[pollWord(slab, position) + 1]! >>> 16
  if ((events & Linux.POLLNVAL) !== 0) throw failure('ppoll', Errno.EBADF)
  return events !== 0
}

/** A failure that no later call will mend, so that only a new worker can help. */
export function failure(call: string, errno: number): Error {
  return new Error(`${call}: ${describeErrno(errno)}`)
}

function pollWord(slab: Slab, position: number): number {
  return (slab.polls + position * POLL_OCTETS) >> 2
}
