import { fstatSync } from 'node:fs'
import type { Sockets } from '../sockets.ts'
import { duplicate } from '../udp/descriptors.ts'
import { Linux } from '../udp/linux.ts'
import { loadSystemCalls, must, type SystemCalls } from '../udp/system-calls.ts'
import type { SeatSocket } from './worker-channel.ts'

/** The sockets of one seat, for whoever sits on it, and the means to wake a worker that blocks. */
export interface SeatSockets {
  /** Readable when the worker should look at the control words; undefined for those who live on an event loop. */
  readonly wakeDescriptor: number | undefined
  readonly wake: () => void
  /** Sockets for a worker that starts now. */
  readonly take: () => SeatSocket[]
  /** The worker that took them last has ended. */
  readonly giveBack: () => void
  /** Nobody will sit here again. The sockets themselves belong to `Sockets`. */
  readonly close: () => void
}

/** For the UDP worker `worker`: with batched system calls its own sockets and an eventfd. */
export function datagramSockets(sockets: Sockets, worker: number): SeatSockets {
  if (sockets.udp === 'dgram') return lentSockets(sockets, ({ datagrams }) => datagrams)
  const calls = loadSystemCalls()
  if (calls === undefined) throw new Error('batched datagrams without system calls')
  const own = sockets.listeners.map(({ bound, datagrams }, listener) => ({
    listener,
    address: bound,
    descriptor: datagrams[worker]!,
  }))
  return { ...createWake(calls), take: () => own, giveBack: () => {} }
}

/** For the stream worker: the listening sockets. */
export function streamSockets(sockets: Sockets): SeatSockets {
  return lentSockets(sockets, ({ stream }) => (stream === undefined ? [] : [stream]))
}

/**
 * Sockets for a worker whose runtime closes what it was given: it gets duplicates, so that the next one finds the
 * sockets still open. Where there are no descriptors, addresses to bind.
 */
function lentSockets(
  sockets: Sockets,
  descriptorsOf: (listener: Sockets['listeners'][number]) => readonly number[],
): SeatSockets {
  const calls = loadSystemCalls()
  let lent: { readonly descriptor: number; readonly inode: number }[] = []
  return {
    wakeDescriptor: undefined,
    wake: () => {},
    take: () =>
      sockets.listeners.flatMap((socketsOfListener, listener): SeatSocket[] => {
        const address = socketsOfListener.bound
        const descriptors = descriptorsOf(socketsOfListener)
        if (calls === undefined || descriptors.length === 0) return [{ listener, address, descriptor: undefined }]
        return descriptors.map((original) => {
          const descriptor = duplicate(calls, original)
          lent.push({ descriptor, inode: fstatSync(descriptor).ino })
          return { listener, address, descriptor }
        })
      }),
    giveBack: () => {
      for (const { descriptor, inode } of lent) if (inodeOf(descriptor) === inode) calls?.close(descriptor)
      lent = []
    },
    close: () => {},
  }
}

/** What a worker that died before it used a duplicate has left open. */
function inodeOf(descriptor: number): number | undefined {
  try {
    return fstatSync(descriptor).ino
  } catch {
    return undefined
  }
}

function createWake(calls: SystemCalls): Pick<SeatSockets, 'wakeDescriptor' | 'wake' | 'close'> {
  const wakeDescriptor = must(calls, 'eventfd', calls.eventfd(0, Linux.EFD_CLOEXEC | Linux.EFD_NONBLOCK))
  const one = new ArrayBuffer(8)
  new DataView(one).setUint8(0, 1)
  return {
    wakeDescriptor,
    wake: () => calls.write(wakeDescriptor, calls.addressOf(one), 8),
    close: () => calls.close(wakeDescriptor),
  }
}
