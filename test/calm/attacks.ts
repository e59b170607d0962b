/*
 * Enumeration of a zone over real sockets: by one source, by fifty, by walking, over TCP. The attackers are in a hurry, and do
 * not care whether they are noticed.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from '../../dns/constants.ts'
import { buildQuery } from '../../dns/message.ts'
import { createRandom, type Random } from '../helpers/random.ts'
import { connectTcp } from '../helpers/tcp-client.ts'
import { wireName } from '../helpers/zone.ts'
import { LOOKED_FOR, SEARCHED } from './noise.ts'
import { OFFICE, OFFICE_HOSTS } from './world.ts'

export interface Attack {
  readonly name: string
  /** Addresses it comes from. */
  readonly sources: readonly string[]
  /** Attacks until `isOver`. Resolves with the number of questions. */
  run(port: number, isOver: () => boolean): Promise<number>
}

const ONE = ['127.77.0.1']
const FIFTY = Array.from({ length: 50 }, (_, index) => `127.${80 + (index % 10)}.${index}.53`)
/** Questions a second of all sources together. */
const RATE = 1500
const TICK_MS = 10

export const ATTACKS: readonly Attack[] = [
  { name: 'a direct scan', sources: ONE, run: (port, isOver) => scan({ port, sources: ONE, isOver }, words, false) },
  {
    name: 'a scan by fifty sources',
    sources: FIFTY,
    run: (port, isOver) => scan({ port, sources: FIFTY, isOver }, words, false),
  },
  { name: 'walking', sources: ONE, run: (port, isOver) => scan({ port, sources: ONE, isOver }, steps, true) },
  {
    name: 'random names',
    sources: FIFTY,
    run: (port, isOver) => scan({ port, sources: FIFTY, isOver }, randomNames, true),
  },
  { name: 'a scan over TCP', sources: ONE, run: (port, isOver) => scanTcp(port, isOver) },
]

export interface Scan {
  readonly port: number
  readonly sources: readonly string[]
  readonly isOver: () => boolean
}

/** Goes through a word list and its permutations in the name of these sources. */
export function scanFrom(whole: Scan): Promise<number> {
  return scan(whole, words, false)
}

/** Asks for what `names` yields, as fast as `RATE` allows, and does not listen. */
async function scan(
  { port, sources, isOver }: Scan,
  names: (random: Random) => Iterable<string>,
  signed: boolean,
): Promise<number> {
  const sockets = await Promise.all(sources.map(openSocket))
  const all = names(createRandom(1))[Symbol.iterator]()
  const begin = performance.now()
  let asked = 0
  while (!isOver()) {
    for (const due = ((performance.now() - begin) / 1000) * RATE; asked < due; asked++) {
      const message = question(all.next().value as string, signed, asked)
      sockets[asked % sockets.length]!.send(message, port, '127.0.0.1')
    }
    await delay(TICK_MS)
  }
  for (const socket of sockets) socket.close()
  return asked
}

async function openSocket(address: string) {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  socket.on('error', () => undefined)
  return socket
}

/** Twenty connections of one source, each with many questions at a time, made anew when the server closes one. */
async function scanTcp(port: number, isOver: () => boolean): Promise<number> {
  const all = words()[Symbol.iterator]()
  let asked = 0
  const lane = async (): Promise<void> => {
    while (!isOver()) {
      try {
        const client = await connectTcp(port, '127.0.0.1', ONE[0])
        while (!isOver()) {
          const questions = Array.from({ length: 20 }, () => question(all.next().value as string, false, asked++))
          await Promise.all(questions.map((message) => client.ask(message)))
        }
        client.close()
      } catch {
        await delay(TICK_MS)
      }
    }
  }
  await Promise.all(Array.from({ length: 20 }, lane))
  return asked
}

function question(name: string, signed: boolean, id: number): Uint8Array {
  return buildQuery({ id: id & 0xffff, name: wireName(name), type: Type.A, rd: true, edns: { do: signed } })
}

/** A word list and its permutations, as tools go through them. */
function* words(): Iterable<string> {
  const plain = [
    ...OFFICE_HOSTS,
    ...SEARCHED.filter((name) => !name.includes('.')),
    ...LOOKED_FOR.map(([name]) => name),
  ]
  const stems = [
    ...plain,
    'dev',
    'test',
    'staging',
    'admin',
    'internal',
    'beta',
    'old',
    'new',
    'db',
    'app',
    'web',
    'int',
  ]
  for (const stem of stems) yield `${stem}.${OFFICE}`
  for (;;) {
    for (const stem of stems) for (const other of stems) yield `${stem}-${other}.${OFFICE}`
    for (const stem of stems) for (let number = 0; number < 100; number++) yield `${stem}${number}.${OFFICE}`
  }
}

/** Each name and the one right behind it. */
function* steps(): Iterable<string> {
  for (;;) for (const word of words()) yield* [word, `\\000.${word}`]
}

function* randomNames(random: Random): Iterable<string> {
  for (;;) yield `${random.next().toString(36)}${random.next().toString(36)}.${OFFICE}`
}
