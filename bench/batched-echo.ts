import { createArenaPool } from '../server/arena-pool.ts'
import { openSockets } from '../server/sockets.ts'
import { startWorkers, type WorkerPoolOptions } from '../server/workers/worker-pool.ts'

/**
 * `node dist/bench/batched-echo.js PORT [ADDRESS]`: one UDP worker of Veil that looks nothing up, on 127.0.0.1. Beside
 * bench/echo.c it shows what the batch loop itself costs.
 */
const [port, address = '127.0.0.1'] = process.argv.slice(2)
const sockets = await openSockets([{ address, port: Number(port), family: address.includes(':') ? 6 : 4 }], {
  workers: 1,
  udp: 'batched',
})
await startWorkers({
  sockets,
  // The echo knows neither limits nor streams.
  settings: { rateLimit: { enabled: false } } as WorkerPoolOptions['settings'],
  arenas: createArenaPool(),
  descriptor: {
    epoch: 1,
    labelSeed: 1,
    views: [],
    selection: { words: new Int32Array(), roots: new Int32Array() },
    keySets: [],
    identity: {},
  },
  entries: { udp: new URL('./echo-worker.js', import.meta.url), stream: undefined },
  onDeath: ({ error }) => console.error(error),
})
console.log('ready')
