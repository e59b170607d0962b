// A stream worker as the real one, but messages with the planted id end it. Threads run what `npm run build` made.
import { workerData } from 'node:worker_threads'
import { serveStreams } from '../../dist/server/stream/server.js'
import { take } from '../../dist/server/workers/answering.js'
import { createWorkerAnswering } from '../../dist/server/workers/worker-answering.js'
import { acknowledge, closeChannel, openChannel, watchChannel } from '../../dist/server/workers/worker-channel.js'

const PLANTED = 0xdead

const channel = openChannel(workerData)
const real = createWorkerAnswering(channel)
const answering = {
  ...real,
  respond: (context, exchange) => {
    const id = (exchange.octets[exchange.start] << 8) | exchange.octets[exchange.start + 1]
    if (id === PLANTED) throw new Error('planted')
    return real.respond(context, exchange)
  },
}
const stopped = new Promise((resolve) => {
  watchChannel(channel, { publish: (descriptor) => take(channel, answering, descriptor), stop: resolve })
})
const server = await serveStreams(channel.seat.sockets, answering, channel.seat.settings.streams)
acknowledge(channel, channel.epoch)
await stopped
await server.stop()
closeChannel(channel)
