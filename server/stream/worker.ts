import { workerData } from 'node:worker_threads'
import { take } from '../workers/answering.ts'
import { createWorkerAnswering } from '../workers/worker-answering.ts'
import { acknowledge, closeChannel, openChannel, type WorkerSeat, watchChannel } from '../workers/worker-channel.ts'
import { serveStreams } from './server.ts'

/** Entry script of the stream worker's thread. */
const channel = openChannel(workerData as WorkerSeat)
const answering = createWorkerAnswering(channel)
const stopped = new Promise<void>((resolve) => {
  watchChannel(channel, { publish: (descriptor) => take(channel, answering, descriptor), stop: resolve })
})
const server = await serveStreams(channel.seat.sockets, answering, channel.seat.settings.streams)
acknowledge(channel, channel.epoch)
await stopped
await server.stop()
closeChannel(channel)
