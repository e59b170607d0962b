import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect } from 'vitest'
import { observationLine, readObservationLines } from '../../../checker/observations/observation-lines.ts'
import { openGate } from '../../../checker/probing/gate.ts'
import type { RunWords } from '../../../checker/probing/run-words.ts'
import type { RunnerMeans } from '../../../checker/probing/runner.ts'
import { RUNNERS } from '../../../checker/probing/runners.ts'
import { openSentLog } from '../../../checker/probing/sent-log.ts'
import { folderWith } from '../../dnsctl/run.ts'
import { NOON } from '../run.ts'
import { targetWith } from './target-with.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Has the server listen on loopback until the test ends, and gives its port. */
export async function portOf(server: Server, address = '127.0.0.1'): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  return (server.address() as { port: number }).port
}

/** A port of loopback on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** A server that takes whatever comes, and says nothing. */
export const sink = (): Server => createServer((socket) => socket.on('error', () => undefined).resume())

export interface Trial {
  readonly runWords?: RunWords
  /** Ports of the target, and where its server really listens. */
  readonly listening?: Readonly<Record<number, number>>
  readonly innerNames?: string
  readonly target: Parameters<typeof targetWith>[0]
}

/** Runs a probe against servers of a test; what it found has to survive the file that it is written to. */
export async function tryProbe(kind: string, trial: Trial) {
  const runner = RUNNERS.find(({ probe }) => probe.name === kind)!
  const target = targetWith(trial.target)
  expect(runner.lacks(target)).toBeUndefined()
  const log = openSentLog(join(folderWith(), 'sent.jsonl'), NOON)
  const gate = openGate(target, { probe: kind, log, now: () => NOON, lookUp: async () => ['127.0.0.1'] })
  const means: RunnerMeans = {
    gate: {
      ...gate,
      connect: (place, what) => gate.connect({ ...place, port: trial.listening?.[place.port] ?? place.port }, what),
    },
    readText: () => trial.innerNames ?? '',
    runWords: trial.runWords ?? (async () => ({ outcome: 'failed', why: 'it is not installed' })),
    nonce: () => 'a1b2c3',
    wait: async () => undefined,
  }
  const observations = await runner.run(means)
  expect(readObservationLines(observations.map(observationLine).join(''), NOON).observations).toEqual(observations)
  return { observations, sent: log.countSince(target.name, 0) }
}
