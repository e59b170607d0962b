import { Errno, Linux } from '../../server/udp/linux.ts'
import type { SystemCalls } from '../../server/udp/system-calls.ts'

/** A datagram as it waits in a socket, or as it left. */
export interface Datagram {
  readonly payload: Uint8Array
  /** sockaddr_in or sockaddr_in6. */
  readonly name: Uint8Array
  /** Control messages. */
  readonly control: Uint8Array
}

export interface SimulatedKernel {
  readonly calls: SystemCalls
  /** Waiting, by descriptor. */
  readonly waiting: Map<number, Datagram[]>
  readonly sent: (Datagram & { readonly descriptor: number })[]
  /** System calls made, by name. */
  readonly counts: Map<string, number>
}

export interface Faults {
  /** Error of the next `ppoll`, or 0. */
  readonly ppoll?: () => number
  /** Error of the next `recvmmsg`, or 0. */
  readonly recvmmsg?: () => number
  /** Error of sending the first message of a call, or 0; further messages end the call short. */
  readonly sendmmsg?: (datagram: Datagram) => number
  /** Called by `ppoll` where nothing waits: it would block. */
  readonly onIdle: () => void
}

/** High, and 4 GiB away from nothing: a layout that loses upper halves of addresses is found out. */
const BASE = 0x7fab_1234_5000

const NOT_SIMULATED = (): never => {
  throw new Error('this system call is not simulated')
}

/** The part of the kernel that the batch loop sees, reading and writing the loop's memory as the real one does. */
export function simulateKernel(faults: Faults): SimulatedKernel {
  let memory = new DataView(new ArrayBuffer(0))
  let errno = 0
  const waiting = new Map<number, Datagram[]>()
  const sent: (Datagram & { descriptor: number })[] = []
  const counts = new Map<string, number>()
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1)
  const fail = (number: number): number => {
    errno = number
    return -1
  }
  const pointer = (position: number): number => Number(memory.getBigUint64(position, true)) - BASE
  const octets = (position: number, length: number): Uint8Array => new Uint8Array(memory.buffer, position, length)

  function receiveOne(header: number, datagram: Datagram): void {
    const vector = pointer(header + 16)
    const room = Number(memory.getBigUint64(vector + 8, true))
    const length = Math.min(room, datagram.payload.length)
    octets(pointer(vector), length).set(datagram.payload.subarray(0, length))
    const nameRoom = memory.getUint32(header + 8, true)
    octets(pointer(header), nameRoom).set(datagram.name.subarray(0, nameRoom))
    memory.setUint32(header + 8, datagram.name.length, true)
    const controlRoom = Number(memory.getBigUint64(header + 40, true))
    octets(pointer(header + 32), controlRoom).set(datagram.control.subarray(0, controlRoom))
    memory.setBigUint64(header + 40, BigInt(Math.min(controlRoom, datagram.control.length)), true)
    memory.setUint32(header + 48, datagram.payload.length > room ? Linux.MSG_TRUNC : 0, true)
    memory.setUint32(header + 56, length, true)
  }

  function readOne(header: number): Datagram {
    const vector = pointer(header + 16)
    const controlLength = Number(memory.getBigUint64(header + 40, true))
    return {
      payload: octets(pointer(vector), Number(memory.getBigUint64(vector + 8, true))).slice(),
      name: octets(pointer(header), memory.getUint32(header + 8, true)).slice(),
      control: controlLength === 0 ? new Uint8Array() : octets(pointer(header + 32), controlLength).slice(),
    }
  }

  const calls: SystemCalls = {
    ...(Object.fromEntries(
      [
        'socket',
        'setsockopt',
        'bind',
        'getsockname',
        'listen',
        'close',
        'fcntl',
        'eventfd',
        'write',
        'prctl',
        'setrlimit',
      ].map((name) => [name, NOT_SIMULATED]),
    ) as unknown as SystemCalls),
    read: () => 8,
    clock_gettime: () => 0,
    errno: () => errno,
    addressOf: (buffer) => {
      memory = new DataView(buffer)
      return BASE
    },
    ppoll: (descriptors, length) => {
      count('ppoll')
      const error = faults.ppoll?.() ?? 0
      if (error !== 0) return fail(error)
      let ready = 0
      for (let at = descriptors - BASE; at < descriptors - BASE + 8 * length; at += 8) {
        const readable = (waiting.get(memory.getInt32(at, true))?.length ?? 0) > 0
        memory.setUint16(at + 6, readable ? Linux.POLLIN : 0, true)
        if (readable) ready++
      }
      if (ready === 0) faults.onIdle()
      return ready
    },
    recvmmsg: (socket, headers, length) => {
      count('recvmmsg')
      const error = faults.recvmmsg?.() ?? 0
      if (error !== 0) return fail(error)
      const taken = waiting.get(socket)?.splice(0, length) ?? []
      taken.forEach((datagram, index) => {
        receiveOne(headers - BASE + 64 * index, datagram)
      })
      return taken.length === 0 ? fail(Errno.EAGAIN) : taken.length
    },
    sendmmsg: (descriptor, headers, length) => {
      count('sendmmsg')
      for (let index = 0; index < length; index++) {
        const datagram = readOne(headers - BASE + 64 * index)
        const error = faults.sendmmsg?.(datagram) ?? 0
        if (error !== 0) return index === 0 ? fail(error) : index
        sent.push({ ...datagram, descriptor })
      }
      return length
    },
  }
  return { calls, waiting, sent, counts }
}
