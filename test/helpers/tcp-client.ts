import { connect, type Socket } from 'node:net'

/** One TCP connection to a DNS server that carries many questions at once (RFC 7766 §6.2.1.1). */
export interface TcpClient {
  /** Sends the message under an id of its own and resolves with the answer, whose id is set back to the message's. */
  ask(message: Uint8Array): Promise<Uint8Array>
  close(): void
}

interface Waiting {
  readonly id: number
  readonly resolve: (answer: Uint8Array) => void
  readonly reject: (problem: Error) => void
}

const ANSWER_MS = 10_000

/**
 * Connects, from an address of one's choice; questions wait for their answers `ANSWER_MS` at most. A closed connection
 * fails what still waits.
 */
export async function connectTcp(port: number, address = '127.0.0.1', from?: string): Promise<TcpClient> {
  const local = from === undefined ? {} : { localAddress: from }
  const socket = connect({ port, host: address, noDelay: true, ...local })
  const waiting = new Map<number, Waiting>()
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const fail = (problem: string) => {
    for (const one of waiting.values()) one.reject(new Error(problem))
    waiting.clear()
  }
  socket.on('error', (problem) => fail(problem.message))
  socket.on('close', () => fail('connection closed by the server'))
  socket.setTimeout(ANSWER_MS, () => {
    if (waiting.size > 0) socket.destroy(new Error(`${waiting.size} questions without an answer`))
  })
  readFrames(socket, (frame) => deliver(waiting, frame))
  let nextId = 0
  return {
    ask: (message) => {
      while (waiting.has(nextId)) nextId = (nextId + 1) & 0xffff
      const id = nextId
      nextId = (nextId + 1) & 0xffff
      return new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('connection is closed'))
        waiting.set(id, { id: (message[0]! << 8) | message[1]!, resolve, reject })
        socket.write(framed(message, id))
      })
    },
    close: () => socket.destroy(),
  }
}

/** Asks all messages, at most `window` at a time, and returns the answers in the order of the messages. */
export async function askAll(client: TcpClient, messages: readonly Uint8Array[], window = 200): Promise<Uint8Array[]> {
  const answers: Uint8Array[] = new Array(messages.length)
  let next = 0
  const lane = async () => {
    for (let index = next++; index < messages.length; index = next++)
      answers[index] = await client.ask(messages[index]!)
  }
  await Promise.all(Array.from({ length: Math.min(window, messages.length) }, lane))
  return answers
}

function framed(message: Uint8Array, id: number): Uint8Array {
  const frame = new Uint8Array(message.length + 2)
  frame[0] = message.length >> 8
  frame[1] = message.length & 0xff
  frame.set(message, 2)
  frame[2] = id >> 8
  frame[3] = id & 0xff
  return frame
}

/** Calls `deliver` with each message that the server sends. */
export function readFrames(socket: Socket, deliver: (frame: Uint8Array) => void): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.on('data', (data) => {
    pending = pending.length === 0 ? data : Buffer.concat([pending, data])
    let start = 0
    while (pending.length - start >= 2) {
      const length = pending.readUInt16BE(start)
      if (pending.length - start - 2 < length) break
      deliver(new Uint8Array(pending.subarray(start + 2, start + 2 + length)))
      start += 2 + length
    }
    pending = pending.subarray(start)
  })
}

function deliver(waiting: Map<number, Waiting>, frame: Uint8Array): void {
  const id = (frame[0]! << 8) | frame[1]!
  const one = waiting.get(id)
  if (one === undefined) return
  waiting.delete(id)
  frame[0] = one.id >> 8
  frame[1] = one.id & 0xff
  one.resolve(frame)
}
