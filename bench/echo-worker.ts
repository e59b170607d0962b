import { workerData } from 'node:worker_threads'
import type { Exchange } from '../server/answer/exchange.ts'
import { openStatistics } from '../server/statistics.ts'
import { serveBatches } from '../server/udp/batch-loop.ts'
import type { Clock } from '../server/workers/answering.ts'
import { closeChannel, openChannel, receiveGeneration, type WorkerSeat } from '../server/workers/worker-channel.ts'

/** Entry script of a UDP worker that turns each question into an answer by one bit, as bench/echo.c does. */
const channel = openChannel(workerData as WorkerSeat)
channel.epoch = receiveGeneration(channel)?.epoch ?? 0
serveBatches(channel, {
  context: { now: 0, unixSeconds: 0, mayDefer: false, isPressed: false },
  respond: echo,
  respondDeferred: echo,
  open: () => {},
  statistics: openStatistics(),
})
closeChannel(channel)

function echo(_: Clock, { octets, start, length }: Exchange): number {
  octets[start + 2]! |= 0x80
  return length
}
