import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { BudgetSpent, type Gate, type Place } from '../gate.ts'
import type { TlsRoad } from './begin-tls.ts'
import { type HandshakeWish, shakeHands } from './shake-hands.ts'
import { beginTalk } from './talk.ts'

/**
 * How far it came. `refused`: TLS was to begin, and its handshake failed; `declined`: in the words of the protocol, or in
 * those of another than TLS; `closed`: without a word; `silent`: nobody there, or nobody who speaks that protocol.
 */
export type Beginning =
  | { readonly outcome: 'secured'; readonly socket: Socket; readonly stream: TLSSocket }
  | { readonly outcome: 'refused' | 'declined' | 'closed' | 'silent' }

export interface BeginningAt extends Place {
  readonly road: TlsRoad
  /** What the log says. */
  readonly what: string
}

const PATIENCE_MS = 10_000

/** Connects through the gate and begins TLS as the port does. Whoever gets a stream ends it. */
export async function beginAt(
  gate: Gate,
  { road, what, ...place }: BeginningAt,
  wish: HandshakeWish,
): Promise<Beginning> {
  const connected = await gate.connect(place, what)
  if (connected.outcome === 'spent') throw new BudgetSpent()
  if (connected.outcome !== 'connected') return { outcome: 'silent' }
  const { socket } = connected
  const agreed = await askForTls(socket, road, wish.patienceMs ?? PATIENCE_MS)
  if (agreed !== true) {
    socket.destroy()
    return { outcome: agreed === undefined ? 'silent' : 'declined' }
  }
  const handshake = await shakeHands(socket, wish)
  if (handshake.outcome === 'secured') return { ...handshake, socket }
  socket.destroy()
  // Who said in words that it begins TLS offers it, whatever comes of the handshake.
  if (road.ask !== undefined) return { outcome: 'refused' }
  return { outcome: handshake.outcome === 'other' ? 'declined' : handshake.outcome }
}

async function askForTls(socket: Socket, { ask }: TlsRoad, patienceMs: number): Promise<boolean | undefined> {
  if (ask === undefined) return true
  const talk = beginTalk(socket, patienceMs)
  const agreed = await ask(talk)
  // What came before its time came in the clear, and is nothing that a handshake begins with.
  return talk.release() ? agreed : undefined
}
