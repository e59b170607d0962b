import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Type } from '../../../dns/constants.ts'
import { buildQuery } from '../../../dns/message.ts'
import { nameFromText } from '../../../dns/name.ts'
import type { Daemon } from '../../helpers/daemon.ts'
import { createRandom, type Random } from '../../helpers/random.ts'
import { incidentNow, type Noticed } from './incidents.ts'
import { ZONE } from './names.ts'

/** A resolver, as the server sees it: one of many, in a network of its own. */
type Resolver = Socket

/** So many questions are asked at a time before veild is given the time to look. */
const STEP = 50
const ANSWER_MS = 300

/**
 * Replica of a scan spread over open resolvers, as amass and massdns do it: each word goes through another resolver, which
 * asks as resolvers do: without RD, in mixed case, the ancestor first where it minimises (RFC 9156). Gives what was
 * noticed, and after how many questions in all; undefined: nothing was.
 */
export async function scanSpread(
  daemon: Daemon,
  words: readonly string[],
  resolvers: number,
): Promise<Noticed | undefined> {
  const random = createRandom(20_261_125)
  const sockets = await Promise.all(Array.from({ length: resolvers }, (_, index) => openResolver(index)))
  try {
    const questions = words.flatMap((word, index) => questionsOf(word, sockets[index % resolvers]!, random))
    for (let asked = 0; asked < questions.length; asked += STEP) {
      const step = questions.slice(asked, asked + STEP)
      await Promise.all(step.map(({ resolver, query }) => ask(resolver, query, daemon.port)))
      const incident = await incidentNow(daemon)
      if (incident !== undefined) return { incident, questions: asked + step.length }
    }
    return undefined
  } finally {
    for (const socket of sockets) socket.close()
  }
}

/** No two of them are in one /16: prefixes of clients are watched together up to there, and farther. */
async function openResolver(index: number): Promise<Resolver> {
  const socket = createSocket('udp4')
  socket.bind(0, `127.${10 + index}.${(index * 37) % 250}.${1 + ((index * 91) % 250)}`)
  await once(socket, 'listening')
  return socket
}

/** What a resolver with an empty cache asks for a word: one in four minimises, and begins with NS or A of the zone. */
function questionsOf(word: string, resolver: Resolver, random: Random) {
  const name = `${word}.${ZONE}`
  const build = (text: string, type: number): Uint8Array =>
    buildQuery({ id: random.below(0x10000), name: nameFromText(`${mixCase(text, random)}.`), type, edns: { do: true } })
  const ancestor = random.chance(0.25) ? [build(ZONE, random.chance(0.5) ? Type.NS : Type.A)] : []
  return [...ancestor, build(name, Type.A)].map((query) => ({ resolver, query }))
}

function mixCase(text: string, random: Random): string {
  return [...text].map((letter) => (random.chance(0.5) ? letter.toUpperCase() : letter)).join('')
}

/** Resolves with the answer's arrival, or without one. */
async function ask(resolver: Resolver, query: Uint8Array, port: number): Promise<void> {
  const answered = once(resolver, 'message', { signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => undefined)
  resolver.send(query, port, '127.0.0.1')
  await answered
}
