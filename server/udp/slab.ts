import type { SystemCalls } from './system-calls.ts'

/**
 * One piece of memory for everything that passes between the kernel and one worker. The kernel is told addresses in
 * it once; from then on nothing is allocated and almost nothing is rewritten. 64-bit little-endian layouts:
 *
 *     struct mmsghdr, 64 octets                       struct iovec, 16 octets      struct pollfd, 8 octets
 *       0  name pointer       32  control pointer       0  base pointer              0  descriptor
 *       8  name length        40  control length        8  length                    4  events
 *      16  iovec pointer      48  flags                                              6  returned events
 *      24  iovec count        56  octets received
 *
 * A receive header belongs to its slot for good. Send headers are filled from the first on with the slots that have an
 * answer; name, control and packet stay in the slot. All addresses in the slab share their upper 32 bits, so only
 * lower halves are ever rewritten. Positions are octets from the slab's beginning.
 */
export interface Slab {
  readonly memory: ArrayBuffer
  readonly octets: Uint8Array
  readonly words: Int32Array
  /** Address of the first octet. */
  readonly base: number
  /** Lower 32 bits of that address, as a signed integer. */
  readonly lowerBase: number
  readonly slots: number
  readonly receiveHeaders: number
  readonly sendHeaders: number
  readonly sendVectors: number
  readonly names: number
  readonly controls: number
  /** Sources of IPv4 messages as v4-mapped addresses, 16 octets each. */
  readonly mapped: number
  readonly polls: number
  /** 16 octets: a timespec, or the 8 octets of an eventfd. */
  readonly scratch: number
  readonly packets: number
}

/** Octets of a packet's slot: what is longer is no query for an authoritative server, and is cut off and dropped. */
export const PACKET_OCTETS = 1280
export const HEADER_OCTETS = 64
const VECTOR_OCTETS = 16
/** Of a sockaddr_in6, rounded up. */
export const NAME_OCTETS = 32
const NAME_LENGTH = 28
/** Room for one in6_pktinfo control message of 40 octets. */
export const CONTROL_OCTETS = 64
export const MAPPED_OCTETS = 16
export const POLL_OCTETS = 8

const NAME = 0
const NAME_LENGTH_AT = 8
const VECTOR = 16
const VECTOR_COUNT = 24
const CONTROL = 32
const CONTROL_LENGTH = 40
const FLAGS = 48
const RECEIVED = 56

/** Lays out a slab for batches of `slots` messages and for polling `polls` descriptors. */
export function createSlab(calls: SystemCalls, slots: number, polls: number): Slab {
  const positions = layOut(slots, polls)
  const { memory, base } = allocateWithinSegment(calls, positions.end)
  const slab: Slab = {
    ...positions,
    memory,
    octets: new Uint8Array(memory),
    words: new Int32Array(memory),
    base,
    lowerBase: base | 0,
    slots,
  }
  for (let slot = 0; slot < slots; slot++) prepareSlot(slab, slot, positions.receiveVectors)
  return slab
}

/** Makes the headers of the first `count` slots ready for the next batch: the kernel shortened what they allow. */
export function resetReceiveHeaders(slab: Slab, count: number): void {
  const { words } = slab
  const end = (slab.receiveHeaders + count * HEADER_OCTETS) >> 2
  for (let header = slab.receiveHeaders >> 2; header < end; header += HEADER_OCTETS >> 2) {
    words[header + (NAME_LENGTH_AT >> 2)] = NAME_LENGTH
    words[header + (CONTROL_LENGTH >> 2)] = CONTROL_OCTETS
  }
}

/** Octets of the message in `slot`. */
export function receivedOctets(slab: Slab, slot: number): number {
  return slab.words[(slab.receiveHeaders + slot * HEADER_OCTETS + RECEIVED) >> 2]!
}

/** The kernel's `msg_flags` of the message in `slot`. */
export function receivedFlags(slab: Slab, slot: number): number {
  return slab.words[(slab.receiveHeaders + slot * HEADER_OCTETS + FLAGS) >> 2]!
}

/** Octets of the control messages that came with the message in `slot`. */
export function receivedControlOctets(slab: Slab, slot: number): number {
  return slab.words[(slab.receiveHeaders + slot * HEADER_OCTETS + CONTROL_LENGTH) >> 2]!
}

/** Fills send header `position` with the answer of `length` octets in `slot`, to go back where the question came from. */
export function queueAnswer(slab: Slab, position: number, slot: number, length: number, controlOctets: number): void {
  const { words, lowerBase } = slab
  const header = (slab.sendHeaders + position * HEADER_OCTETS) >> 2
  words[header + (NAME >> 2)] = (lowerBase + slab.names + slot * NAME_OCTETS) | 0
  words[header + (CONTROL >> 2)] = (lowerBase + slab.controls + slot * CONTROL_OCTETS) | 0
  words[header + (CONTROL_LENGTH >> 2)] = controlOctets
  const vector = (slab.sendVectors + position * VECTOR_OCTETS) >> 2
  words[vector] = (lowerBase + slab.packets + slot * PACKET_OCTETS) | 0
  words[vector + 2] = length
}

function layOut(slots: number, polls: number) {
  const receiveHeaders = 0
  const sendHeaders = receiveHeaders + slots * HEADER_OCTETS
  const receiveVectors = sendHeaders + slots * HEADER_OCTETS
  const sendVectors = receiveVectors + slots * VECTOR_OCTETS
  const names = sendVectors + slots * VECTOR_OCTETS
  const controls = names + slots * NAME_OCTETS
  const mapped = controls + slots * CONTROL_OCTETS
  const scratch = mapped + slots * MAPPED_OCTETS
  const polled = scratch + 16
  const packets = (polled + polls * POLL_OCTETS + 63) & ~63
  const end = packets + slots * PACKET_OCTETS
  return {
    receiveHeaders,
    sendHeaders,
    receiveVectors,
    sendVectors,
    names,
    controls,
    mapped,
    scratch,
    polls: polled,
    packets,
    end,
  }
}

/** Memory that crosses no 4 GiB boundary. Of a few tries at most one can cross the same boundary. */
function allocateWithinSegment(calls: SystemCalls, length: number): { memory: ArrayBuffer; base: number } {
  const crossing: ArrayBuffer[] = []
  for (;;) {
    const memory = new ArrayBuffer(length)
    const base = calls.addressOf(memory)
    if (upperHalf(base) === upperHalf(base + length)) return { memory, base }
    crossing.push(memory)
  }
}

function prepareSlot(slab: Slab, slot: number, receiveVectors: number): void {
  const { base } = slab
  const name = base + slab.names + slot * NAME_OCTETS
  const control = base + slab.controls + slot * CONTROL_OCTETS
  const packet = base + slab.packets + slot * PACKET_OCTETS
  prepareHeader(
    slab,
    slab.receiveHeaders + slot * HEADER_OCTETS,
    name,
    control,
    base + receiveVectors + slot * VECTOR_OCTETS,
  )
  prepareHeader(
    slab,
    slab.sendHeaders + slot * HEADER_OCTETS,
    name,
    control,
    base + slab.sendVectors + slot * VECTOR_OCTETS,
  )
  for (const vector of [receiveVectors, slab.sendVectors]) {
    writePointer(slab, vector + slot * VECTOR_OCTETS, packet)
    slab.words[(vector + slot * VECTOR_OCTETS + 8) >> 2] = PACKET_OCTETS
  }
  slab.octets.fill(0xff, slab.mapped + slot * MAPPED_OCTETS + 10, slab.mapped + slot * MAPPED_OCTETS + 12)
}

function prepareHeader(slab: Slab, header: number, name: number, control: number, vector: number): void {
  writePointer(slab, header + NAME, name)
  slab.words[(header + NAME_LENGTH_AT) >> 2] = NAME_LENGTH
  writePointer(slab, header + VECTOR, vector)
  slab.words[(header + VECTOR_COUNT) >> 2] = 1
  writePointer(slab, header + CONTROL, control)
  slab.words[(header + CONTROL_LENGTH) >> 2] = CONTROL_OCTETS
}

function writePointer(slab: Slab, position: number, address: number): void {
  slab.words[position >> 2] = address | 0
  slab.words[(position >> 2) + 1] = upperHalf(address)
}

function upperHalf(address: number): number {
  return Math.floor(address / 2 ** 32)
}
