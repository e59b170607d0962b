import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import { type Exchange, exchangeByNetwork } from '../../server/parent/exchange.ts'
import { systemResolvers } from '../../server/parent/system-resolvers.ts'
import { maySendTo } from '../targets/sendable-address.ts'
import type { Target } from '../targets/targets.ts'
import { openExchange } from './gate-exchange.ts'
import { openPace, type Pace } from './pace.ts'
import type { SentLog } from './sent-log.ts'

/** Where something is sent. */
export interface Place {
  /** An IP address. */
  readonly address: string
  readonly port: number
}

/** What each probe takes from before it sends. */
export interface Budget {
  /** Waits for the moment of one more, and writes it down; false: nothing may be sent any more. */
  readonly take: (kind: string) => Promise<boolean>
}

/** The only way by which a probe sends anything: what it does not let through does not go out. */
export interface Gate extends Budget {
  readonly target: Target
  /** Unix seconds. */
  readonly now: () => number
  readonly isSpent: () => boolean
  /** Waits for the next moment at which something may be sent, and writes it down; false: the budget is spent. */
  readonly turn: (what: string, to: string, octets: number) => Promise<boolean>
  /** Addresses of a name of the target, those in its prefixes alone; throws a `Refusal` where there is none. */
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** All addresses of a name of the target, its own or not: what may be sent to none of them says where a name leads. */
  readonly addressesOf: (name: string) => Promise<readonly string[]>
  /** A TCP connection, or why there is none; `unreachable`: this host knows no way there. Throws a `Refusal` for what is not the target's. */
  readonly connect: (place: Place, what: string) => Promise<Connected>
  /** The answer to a datagram; undefined: none came. Throws a `Refusal` as `connect` does. */
  readonly ask: (place: Place, datagram: Uint8Array) => Promise<Buffer | undefined | 'spent'>
  /** Questions of a target that names zones, also to name servers that are not its own: gate-exchange.ts. */
  readonly exchange: Exchange
  /** Resolvers of this host. */
  readonly resolvers: readonly Place[]
}

export type Connected =
  | { readonly outcome: 'connected'; readonly socket: Socket }
  | { readonly outcome: 'refused' | 'silent' | 'unreachable' | 'spent' }

/** Something would have left the target. */
export class Refusal extends Error {}

/** A probe came to the end of what may be sent before its own: what is half tried says nothing. */
export class BudgetSpent extends Error {
  constructor() {
    super('what may be sent to it in a day is spent')
  }
}

export interface GateParts {
  readonly probe: string
  readonly log: SentLog
  readonly now: () => number
  /** What holds for all targets of a run together. */
  readonly ofAll?: { readonly pace: Pace; readonly mostPerDay: number | undefined }
  /** How long a connection may take to stand, in milliseconds. */
  readonly patienceMs?: number
  /** Instead of the system's resolver. */
  readonly lookUp?: (name: string) => Promise<readonly string[]>
  /** Instead of the network, for questions of the DNS; `resolvers` instead of those of the system. */
  readonly exchange?: Exchange
  readonly resolvers?: readonly Place[]
}

const DAY_SECONDS = 86_400
const PATIENCE_MS = 3_000
/** This host has no route there, or no address of that family, or its own packet filter says no. */
const NO_WAY: ReadonlySet<string> = new Set(['ENETUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EACCES', 'EPERM'])

/** The gate of one run of a probe to one target. */
export function openGate(target: Target, parts: GateParts): Gate {
  const { log, probe, now, patienceMs = PATIENCE_MS, lookUp = askSystem, ofAll } = parts
  const resolvers = parts.resolvers ?? systemResolvers()
  const pace = openPace(target.mostPerSecond)
  const since = now() - DAY_SECONDS
  let left = Math.min(
    target.mostPerDay - log.countSince(target.name, since),
    ofAll?.mostPerDay === undefined ? Number.POSITIVE_INFINITY : ofAll.mostPerDay - log.countSince(undefined, since),
  )
  const note = (what: string, to: string, octets: number): boolean => {
    if (left <= 0) return false
    left--
    log.write({ at: now(), target: target.name, probe, what, to, octets })
    return true
  }
  const turn: Gate['turn'] = async (what, to, octets) => {
    if (left <= 0) return false
    await pace()
    await ofAll?.pace()
    return note(what, to, octets)
  }
  const addressesOf = async (name: string): Promise<readonly string[]> => {
    if (!target.names.includes(name)) throw new Refusal(`${name} is no name of the target ${target.name}`)
    return lookUp(name)
  }
  return {
    target,
    now,
    turn,
    isSpent: () => left <= 0,
    take: (kind) => turn(kind, target.name, 0),
    addressesOf,
    resolvers,
    exchange: openExchange(target, { turn, resolvers, exchange: parts.exchange ?? exchangeByNetwork }),
    resolve: async (name) => {
      const addresses = await addressesOf(name)
      const own = addresses.filter((address) => maySendTo(target.prefixes, address))
      if (own.length > 0) return own
      throw new Refusal(`${name} leads to ${addresses.join(', ') || 'no address'}: not in the prefixes of the target`)
    },
    connect: async (place, what) => {
      requireOwn(target, place, 'tcp')
      if (!(await turn(what, `${place.address}@${place.port}`, 0))) return { outcome: 'spent' }
      return connectTo(target, place, patienceMs)
    },
    ask: async (place, datagram) => {
      requireOwn(target, place, 'udp')
      // What is asked for may be a name that is hidden: it does not stand in the log.
      if (!(await turn('a question', `${place.address}@${place.port}`, datagram.length))) return 'spent'
      return askOverUdp(place, datagram, patienceMs)
    },
  }
}

/** Throws a `Refusal` for what is not the target's. */
export function requireOwn(target: Target, { address, port }: Place, protocol: 'tcp' | 'udp'): void {
  if (!maySendTo(target.prefixes, address)) {
    throw new Refusal(`${address} lies in no prefix of the target ${target.name}`)
  }
  const name = `${port}/${protocol}`
  if (!target.ports.includes(name) && target.controlPort !== name) {
    throw new Refusal(`${name} is no port of the target ${target.name}`)
  }
}

function connectTo(target: Target, { address, port }: Place, patienceMs: number): Promise<Connected> {
  return new Promise((resolve) => {
    // The address itself: nothing is looked up again between the check and the connection.
    const socket = connect({ host: address, port, family: isIP(address), noDelay: true })
    const timer = setTimeout(() => end({ outcome: 'silent' }), patienceMs)
    const end = (result: Connected): void => {
      clearTimeout(timer)
      if (result.outcome !== 'connected') socket.destroy()
      resolve(result)
    }
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) =>
      end({ outcome: NO_WAY.has(code) ? 'unreachable' : 'refused' }),
    )
    socket.once('connect', () => {
      const isOwn = maySendTo(target.prefixes, socket.remoteAddress ?? '')
      if (!isOwn) socket.destroy()
      end(isOwn ? { outcome: 'connected', socket } : { outcome: 'silent' })
    })
  })
}

function askOverUdp({ address, port }: Place, datagram: Uint8Array, patienceMs: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4')
    const end = (answer?: Buffer): void => {
      clearTimeout(timer)
      socket.close(() => resolve(answer))
    }
    const timer = setTimeout(end, patienceMs)
    socket.once('error', () => end())
    // Connected: only its answers arrive. The first two octets are the ID.
    socket.on('message', (answer) => {
      if (answer.length >= 12 && answer.subarray(0, 2).equals(datagram.subarray(0, 2))) end(answer)
    })
    socket.connect(port, address, () => socket.send(datagram))
  })
}

async function askSystem(name: string): Promise<readonly string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address)
  } catch {
    return []
  }
}
