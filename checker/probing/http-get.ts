import { request } from 'node:http'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Gate, Place } from './gate.ts'
import { shakeHands } from './tls/shake-hands.ts'

/** One GET. */
export interface Get extends Place {
  /** What the Host header and SNI say; an address for a request by bare address. */
  readonly host: string
  readonly isSecure: boolean
  readonly path: string
  readonly userAgent?: string
  /** Whether the answer may be compressed. */
  readonly takesEncodings?: boolean
  /** What the log says of it, where the name shall not stand there. */
  readonly loggedAs?: string
}

/** What came back; redirects are told, not followed. */
export interface GetAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Its beginning. */
  readonly body: string
  /** From the sent request to the head of the answer. */
  readonly milliseconds: number
}

const MOST_OCTETS = 64 * 1024
const PATIENCE_MS = 10_000
const USER_AGENT = 'hostcheck (a check by the operator of this site)'

/** Sends one GET through the gate; undefined: no answer, or the connection was closed; `spent`: nothing was sent. */
export async function httpGet(gate: Gate, get: Get): Promise<GetAnswer | undefined | 'spent'> {
  const connected = await gate.connect(get, get.loggedAs ?? `GET ${get.host}${get.path}`)
  if (connected.outcome === 'spent') return 'spent'
  if (connected.outcome !== 'connected') return undefined
  const { socket } = connected
  try {
    if (!get.isSecure) return await exchange(socket, get)
    const handshake = await shakeHands(socket, get)
    return handshake.outcome === 'secured' ? await exchange(handshake.stream, get) : undefined
  } finally {
    socket.destroy()
  }
}

/** One GET over a connection that stands; undefined: no answer came. */
export function exchange(
  stream: Duplex,
  { host, path, userAgent = USER_AGENT, takesEncodings }: Get,
): Promise<GetAnswer | undefined> {
  return new Promise((resolve) => {
    const started = performance.now()
    const asked = request({
      createConnection: () => stream as never,
      method: 'GET',
      path,
      headers: {
        host: isIP(host) === 6 ? `[${host}]` : host,
        'user-agent': userAgent,
        connection: 'close',
        ...(takesEncodings && { 'accept-encoding': 'gzip, br' }),
      },
      maxHeaderSize: 16 * 1024,
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    asked.once('error', () => resolve(undefined))
    asked.once('response', (response) => {
      const milliseconds = performance.now() - started
      let body = ''
      const end = () => {
        const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const)
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(headers), body, milliseconds })
        response.destroy()
      }
      response.setEncoding('latin1')
      response.on('data', (text: string) => {
        body = (body + text).slice(0, MOST_OCTETS)
        if (body.length >= MOST_OCTETS) end()
      })
      response.once('end', end)
      response.once('error', end)
      response.once('close', end)
    })
    asked.end()
  })
}
