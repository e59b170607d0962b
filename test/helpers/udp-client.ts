import { createSocket, type Socket } from 'node:dgram'

/** One UDP socket to a DNS server; answers find their questions by id. */
export interface UdpClient {
  /** Sends the message under an id of its own and resolves with the answer; undefined: none came in time. */
  ask(message: Uint8Array): Promise<Uint8Array | undefined>
  close(): void
}

export interface UdpClientOptions {
  readonly port: number
  readonly address?: string
  /** Address to ask from, where a view depends on it. */
  readonly from?: string
  readonly timeoutMs?: number
}

/** A client on a connected socket, so that only the server's own answers are heard. */
export async function connectUdp(options: UdpClientOptions): Promise<UdpClient> {
  const { port, address = '127.0.0.1', from, timeoutMs = 2000 } = options
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  const waiting = new Map<number, (answer: Uint8Array) => void>()
  socket.on('message', (answer) => waiting.get(answer.readUInt16BE(0))?.(new Uint8Array(answer)))
  await bindAndConnect(socket, port, address, from)
  let nextId = 1
  return {
    ask: (message) => {
      while (waiting.has(nextId)) nextId = (nextId + 1) & 0xffff
      const id = nextId
      nextId = (nextId + 1) & 0xffff
      return new Promise((resolve) => {
        const finish = (answer: Uint8Array | undefined) => {
          clearTimeout(timer)
          waiting.delete(id)
          resolve(answer)
        }
        const timer = setTimeout(finish, timeoutMs, undefined)
        waiting.set(id, finish)
        const copy = Uint8Array.from(message)
        copy[0] = id >> 8
        copy[1] = id & 0xff
        socket.send(copy)
      })
    },
    close: () => socket.close(),
  }
}

async function bindAndConnect(socket: Socket, port: number, address: string, from: string | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, from, resolve)
  })
  await new Promise<void>((resolve) => socket.connect(port, address, resolve))
  // A server that is gone makes errors out of ICMP; its questions run into their timeouts.
  socket.on('error', () => undefined)
}
