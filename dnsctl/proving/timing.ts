/*
 * Times the answers about hidden names against those about names that nobody has.
 */
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { Type } from '../../dns/constants.ts'
import { buildQuery } from '../../dns/message.ts'
import { openSignatureTable, signatureTableOctets } from '../../keys/signature-table.ts'
import { type AnswerContext, adoptGeneration } from '../../server/answer/context.ts'
import { Transport } from '../../server/answer/exchange.ts'
import { respond } from '../../server/answer/respond.ts'
import { compareTimes, type Stopwatch, type TimeComparison, type TimedPair } from './compare-times.ts'
import type { ProofQuestion } from './questions.ts'
import type { SocketClient } from './sockets.ts'
import type { ProofClient } from './subjects.ts'

/** One test of times, and where it was made. */
export interface TimedRun extends TimeComparison {
  /** `warm`: the same names again and again. `cold`: names below them, each asked once. */
  readonly state: 'warm' | 'cold'
  readonly transport: ProofQuestion['transport']
  /** `process`: the answering code over the images, in this process. `sockets`: round trips to the running server. */
  readonly place: 'process' | 'sockets'
}

/** Who is timed. */
export interface TimedSides {
  readonly whole: { readonly context: AnswerContext; readonly client: ProofClient }
  readonly twin: { readonly context: AnswerContext; readonly client: ProofClient }
}

/** The hidden names to time, at most so many, each with one that is alike and absent from all views. */
export function timedNames(
  hidden: readonly Uint8Array[],
  isKnown: (name: Uint8Array) => boolean,
  below: (limit: number) => number,
): { hidden: Uint8Array; absent: Uint8Array }[] {
  return hidden.slice(0, MOST_NAMES).flatMap((name) => {
    for (let tries = 0; tries < 100; tries++) {
      const absent = name.map((octet, at) => (at > 0 && at <= name[0]! ? 0x61 + below(26) : octet))
      if (!isKnown(absent)) return [{ hidden: name, absent }]
    }
    // A label of one letter may have no free neighbour.
    return []
  })
}

const MOST_NAMES = 256

/**
 * In this process. A name may happen to share a slot of an index with another and take longer for it; so each time is
 * taken on both sides, and what is compared is by how much the whole takes longer than the twin.
 */
export async function timeInProcess(
  names: readonly { readonly hidden: Uint8Array; readonly absent: Uint8Array }[],
  sides: TimedSides,
  samples: number,
  random: () => number,
): Promise<TimedRun[]> {
  const runs: TimedRun[] = []
  for (const transport of ['udp', 'stream'] as const) {
    const stopwatch = stopwatchOfBoth(sides, transport, random)
    for (const state of ['warm', 'cold'] as const) {
      const pair = pairsOf(names, state)
      runs.push({ ...(await compareTimes(pair, samples, stopwatch, random)), state, transport, place: 'process' })
    }
  }
  return runs
}

/** Round trips to the running server. */
export async function timeOverSockets(
  names: readonly { readonly hidden: Uint8Array; readonly absent: Uint8Array }[],
  client: SocketClient,
  samples: { readonly udp: number; readonly stream: number },
  random: () => number,
): Promise<TimedRun[]> {
  const runs: TimedRun[] = []
  for (const transport of ['udp', 'stream'] as const) {
    const stopwatch: Stopwatch = async (question) => {
      // A single address may ask for so many absent names a second, over UDP; over TCP for any number.
      if (transport === 'udp') await new Promise((resolve) => setTimeout(resolve, 25))
      const begin = performance.now()
      const answer = await client.once(transport, question)
      const taken = (performance.now() - begin) * 1000
      return answer === undefined || (answer[2]! & 0x02) !== 0 ? undefined : taken
    }
    for (const state of ['warm', 'cold'] as const) {
      const pair = pairsOf(names, state)
      const result = await compareTimes(pair, samples[transport], stopwatch, random)
      runs.push({ ...result, state, transport, place: 'sockets' })
    }
  }
  return runs
}

/** Keeps this process to one processor, where `taskset` is there; gives back how to undo it. */
export function pinProcess(): (() => void) | undefined {
  const last = availableParallelism() - 1
  const set = (processors: string): void => {
    execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', processors, String(process.pid)], {
      stdio: 'ignore',
    })
  }
  try {
    set(String(last))
  } catch {
    return undefined
  }
  return () => set(`0-${last}`)
}

function pairsOf(
  names: readonly { readonly hidden: Uint8Array; readonly absent: Uint8Array }[],
  state: TimedRun['state'],
): (index: number) => TimedPair {
  if (state === 'warm') {
    const pairs = names.map(({ hidden, absent }) => ({ hidden: questionOf(hidden), absent: questionOf(absent) }))
    return (index) => pairs[index % pairs.length]!
  }
  let asked = 0
  const child = (parent: Uint8Array): Uint8Array => {
    const label = (asked++).toString(36).padStart(7, 'q')
    return parent.length + 8 > 255 ? parent : Uint8Array.from([7, ...Buffer.from(label), ...parent])
  }
  return (index) => {
    const { hidden, absent } = names[index % names.length]!
    return { hidden: questionOf(child(hidden)), absent: questionOf(child(absent)) }
  }
}

function questionOf(name: Uint8Array): Uint8Array {
  return buildQuery({ id: 0x5e11, name, type: Type.A, edns: { do: true } })
}

const SLOTS = 1024
/** Which names meet in a row of a table of signatures is chance; so there are several, and they take turns. */
const TABLES = 16

/** By how much the whole takes longer than the twin. Both questions of a pair meet the same tables. */
function stopwatchOfBoth(sides: TimedSides, transport: ProofQuestion['transport'], random: () => number): Stopwatch {
  const watches = Array.from({ length: TABLES }, () => {
    const seed = Math.floor(random() * 2 ** 31)
    return [stopwatchOf(sides.whole, transport, seed), stopwatchOf(sides.twin, transport, seed)] as const
  })
  let asked = 0
  return (question) => {
    const [whole, twin] = watches[(asked++ >> 1) % TABLES]!
    // Who comes first finds other things in the caches than who comes second.
    const isTwinFirst = random() < 0.5
    const early = isTwinFirst ? twin(question) : whole(question)
    const late = isTwinFirst ? whole(question) : twin(question)
    return isTwinFirst ? late - early : early - late
  }
}

/** Microseconds that `respond` takes; with a table of signatures, as a worker has one for each view. */
function stopwatchOf(
  { context, client }: TimedSides['whole'],
  transport: ProofQuestion['transport'],
  seed: number,
): (question: Uint8Array) => number {
  const timed: AnswerContext = {
    ...context,
    signatureTablesByView: new Map(),
    tools: { openSignatureTable: () => openSignatureTable(new SharedArrayBuffer(signatureTableOctets(SLOTS)), seed) },
  }
  adoptGeneration(timed, context.generation)
  timed.unixSeconds = Math.floor(Date.now() / 1000)
  const capacity = transport === 'udp' ? 1280 : 0xffff
  const exchange = {
    ...{ octets: new Uint8Array(capacity), start: 0, length: 0, capacity, source: client.from, sourceStart: 0 },
    ...{ listener: client.listener, transport: transport === 'udp' ? Transport.Udp : Transport.Stream },
  }
  return (question) => {
    exchange.octets.set(question)
    exchange.length = question.length
    const begin = performance.now()
    respond(timed, exchange)
    return (performance.now() - begin) * 1000
  }
}
