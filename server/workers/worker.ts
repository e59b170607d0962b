import { workerData } from 'node:worker_threads'
import { serveBatches } from '../udp/batch-loop.ts'
import { serveDgram } from '../udp/dgram.ts'
import { createWorkerAnswering } from './worker-answering.ts'
import { closeChannel, openChannel, type WorkerSeat } from './worker-channel.ts'

/** Entry script of a UDP worker's thread. */
const channel = openChannel(workerData as WorkerSeat)
const answering = createWorkerAnswering(channel)
if (channel.seat.settings.udp === 'dgram') await serveDgram(channel, answering)
else serveBatches(channel, answering)
closeChannel(channel)
