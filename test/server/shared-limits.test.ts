import { expect, it } from 'vitest'
import { Class, Rcode } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import { createArenaPool } from '../../server/arena-pool.ts'
import { closeSockets, openSockets } from '../../server/sockets.ts'
import { compileViewSelection } from '../../server/view-selection.ts'
import { startWorkers } from '../../server/workers/worker-pool.ts'
import { LIMITS } from '../helpers/stream-echo.ts'
import { connectUdp } from '../helpers/udp-client.ts'

const WORKERS = 4
const ERRORS_A_SECOND = 20

it('a client gets one budget from all workers together, whatever ports it asks from', async () => {
  const listen = [{ address: '127.0.0.1', port: 0, family: 4 }] as const
  const sockets = await openSockets(listen, { workers: WORKERS, udp: 'batched' })
  const views = [{ name: 'public', clients: undefined, listen: undefined }]
  const rateLimit = { ...DEFAULT_RATE_LIMITS, enabled: true, cookies: true, slip: 0 }
  const pool = await startWorkers({
    sockets,
    settings: { rateLimit, streams: LIMITS },
    arenas: createArenaPool(),
    descriptor: {
      epoch: 1,
      labelSeed: 1,
      views: [{ name: 'public', images: [] }],
      selection: compileViewSelection(views, 1),
      keySets: [],
      identity: {},
    },
    entries: { udp: new URL('../../dist/server/workers/worker.js', import.meta.url), stream: undefined },
    onDeath: () => {},
  })
  const port = sockets.listeners[0]!.bound.port
  const clients = await Promise.all(Array.from({ length: 40 }, () => connectUdp({ port, timeoutMs: 500 })))
  const query = buildQuery({ id: 1, name: nameFromText('example.com.'), type: 1, class: Class.In })
  const begun = performance.now()
  const answers = await Promise.all(clients.flatMap((client) => Array.from({ length: 10 }, () => client.ask(query))))
  const seconds = (performance.now() - begun) / 1000
  const refused = answers.filter((answer) => answer !== undefined && readMessage(answer)?.rcode === Rcode.Refused)
  expect(refused.length).toBeGreaterThanOrEqual(ERRORS_A_SECOND)
  // A burst of one and a half seconds, half as much again before the client has a row of its own, and what time brings;
  // and where all workers count at one moment on a busy machine, some of it is lost.
  expect(refused.length).toBeLessThanOrEqual(ERRORS_A_SECOND * (2.25 + seconds) + answers.length / 10)
  expect(ERRORS_A_SECOND * (2.25 + seconds)).toBeLessThan(ERRORS_A_SECOND * 1.5 * WORKERS)
  for (const client of clients) client.close()
  await pool.stop()
  closeSockets(sockets)
})
