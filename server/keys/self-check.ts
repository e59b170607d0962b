import { randomBytes, randomInt } from 'node:crypto'
import { Flag, MAX_UDP_PAYLOAD, Rcode, Type } from '../../dns/constants.ts'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { namesEqual } from '../../dns/name.ts'
import { exchangeByNetwork } from '../parent/exchange.ts'
import type { RunningServer } from '../running-server.ts'
import { Counter } from '../statistics.ts'
import { unixSeconds } from '../unix-seconds.ts'
import { type Expectation, expectationOf, faultOfAnswer } from './served-answers.ts'
import { trustedDs } from './sighted-ds.ts'
import type { KeySetPlan } from './zone-rollover.ts'

/** What the server's own answers are like. */
export type SelfCheck =
  | { readonly kind: 'holds'; readonly answers: number; readonly workers: number }
  | { readonly kind: 'wrong'; readonly fault: string }
  /** Nobody answered: no view has the zone for this host, or the sockets cannot be reached from here. */
  | { readonly kind: 'unreached'; readonly why: string; readonly isByView: boolean }

/** Rounds for each worker: sockets share a port, and the system chooses among them by the port that asks. */
const ROUNDS_PER_WORKER = 4
const MOST_ROUNDS = 64
const PATIENCE_MS = 1_000
/** Listeners that are asked: each has sockets of all workers. */
const MOST_LISTENERS = 2
/** Steps that may be taken while an answer is waited for. */
const TRIES = 3

/**
 * Asks the server, through its own sockets, for DNSKEY, SOA and what is not there in a zone: over UDP from so many ports
 * that each worker will have answered, and over TCP; and verifies all of it against the published key set, and against
 * the parent's DS where that is known and led to a key before the step `after`, if that was not to break it.
 */
export async function askOurselves(
  server: RunningServer,
  zone: string,
  after: Partial<Pick<KeySetPlan, 'before' | 'breaksChain'>> = {},
): Promise<SelfCheck> {
  for (let left = TRIES; ; left--) {
    const published = server.descriptor.keySets.find((set) => set.zone === zone)
    const stored = server.store.keys.get(zone)
    const configured = server.configuration.zones.find(({ name }) => name === zone)
    if (published === undefined || stored === undefined || configured === undefined || published.isUnsigned) {
      return { kind: 'holds', answers: 0, workers: 0 }
    }
    const signing = published.signers.map(({ dnskey }) => dnskey)
    const ds = after.breaksChain ? [] : trustedDs(server, stored, after.before)
    const check = await ask(server, expectationOf(configured.apex, stored, { signing, ds }))
    // Between a step on disk and its publication answers are still those of before.
    const isStill = stored.epoch === published.epoch && isAt(server, zone, published.epoch)
    if (isStill || check.kind === 'holds') return check
    if (left === 0) return { kind: 'unreached', why: 'one step came after the other', isByView: false }
  }
}

/** Whether what is on disk and what is published of a zone's keys are of this epoch. */
function isAt({ descriptor, store }: RunningServer, zone: string, epoch: number): boolean {
  const published = descriptor.keySets.find((set) => set.zone === zone)
  return published?.epoch === epoch && store.keys.get(zone)?.epoch === epoch
}

async function ask(server: RunningServer, expected: Expectation): Promise<SelfCheck> {
  const { workers, listeners } = server.sockets
  const before = received(server)
  const reached = (): number => received(server).filter((count, seat) => count > before[seat]!).length
  let answers = 0
  let [why, isByView] = ['it does not listen anywhere', false]
  for (const { bound } of listeners.slice(0, MOST_LISTENERS)) {
    const place = { address: LOOPBACK[bound.address] ?? bound.address, port: bound.port }
    const rounds = Math.min(MOST_ROUNDS, ROUNDS_PER_WORKER * workers)
    for (let round = 0; round <= rounds; round++) {
      const found = await askRound({ ...place, via: round === 0 ? 'tcp' : 'udp' }, expected)
      if (found.fault !== undefined) return { kind: 'wrong', fault: `${found.fault} (${place.address}@${place.port})` }
      answers += found.answers
      if (found.why !== undefined) {
        why = `${place.address}@${place.port} ${found.why}`
        isByView = found.why === NO_VIEW
      }
      if (found.answers === 0) break
      if (round >= 2 * workers && reached() >= workers) break
    }
  }
  return answers === 0
    ? { kind: 'unreached', why, isByView }
    : { kind: 'holds', answers, workers: Math.min(workers, reached()) }
}

/** Any address of this host stands for these. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** Datagrams by worker. */
function received({ pool, sockets }: RunningServer): number[] {
  return pool
    .statistics()
    .slice(0, sockets.workers)
    .map((block) => block[Counter.Received]!)
}

interface Round {
  readonly answers: number
  readonly fault?: string
  /** Why there was no answer, where there was none. */
  readonly why?: string
}

async function askRound(place: Omit<Asking, 'name' | 'type'>, expected: Expectation): Promise<Round> {
  const { apex } = expected
  // HINFO stands for a type that is not there; a name that nobody has is asked for once: guesses have a budget.
  const absent = place.via === 'tcp' ? [{ name: absentName(apex), type: Type.TXT }] : []
  const questions = [Type.SOA, Type.DNSKEY, HINFO].map((type) => ({ name: apex, type }))
  let answers = 0
  for (const question of [...questions, ...absent]) {
    const message = await askOnce({ ...place, ...question })
    if (typeof message === 'string') return { answers, why: message }
    const isThere = message.answer.length > 0
    if (question.type === Type.SOA && !isThere && ELSEWHERE.has(message.rcode)) return { answers, why: NO_VIEW }
    // Where the view has such records after all, there is nothing to be denied.
    if (isThere && question.type !== Type.DNSKEY && question.type !== Type.SOA) continue
    const fault = faultOfAnswer(message, expected, unixSeconds())
    if (fault !== undefined) return { answers, fault }
    answers++
  }
  return { answers }
}

/** What a view without the zone says of its apex, such as that of a zone above. */
const ELSEWHERE: ReadonlySet<number> = new Set([Rcode.NoError, Rcode.NxDomain])
const NO_VIEW = 'has no view with this zone for this host'

/** RFC 1035 §3.2.2. */
const HINFO = 13

interface Asking {
  readonly address: string
  readonly port: number
  readonly via: 'udp' | 'tcp'
  readonly name: Uint8Array
  readonly type: number
}

/** The answer, of TCP where a datagram has no room for it; or why there is none. */
async function askOnce({ address, port, via, name, type }: Asking): Promise<Message | string> {
  const id = randomInt(0x10000)
  const edns = { do: true, udpSize: MAX_UDP_PAYLOAD }
  const message = buildQuery({ id, name, type, edns })
  const isAnswer = (octets: Uint8Array): boolean => {
    const read = readMessage(octets)
    return read?.id === id && read.question?.type === type && namesEqual(read.question.name, name)
  }
  const octets = await exchangeByNetwork({ address, port, via, message, patienceMs: PATIENCE_MS, isAnswer })
  if (!(octets instanceof Uint8Array)) return octets.kind === 'timeout' ? 'does not answer' : 'refuses connections'
  const answer = readMessage(octets)!
  if (answer.rcode === Rcode.Refused) return NO_VIEW
  if (via === 'udp' && (answer.flags & Flag.TC) !== 0) return askOnce({ address, port, via: 'tcp', name, type })
  return answer
}

/** A label that nothing has: drawn anew for each question, so that no answer is one of before. */
function absentName(apex: Uint8Array): Uint8Array {
  const label = `veil-self-check-${randomBytes(8).toString('hex')}`
  return Uint8Array.of(label.length, ...Buffer.from(label), ...apex)
}
