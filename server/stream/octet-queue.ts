/** Octets that a client has sent and that are not answered yet: from `start` to `end` of `octets`. */
export interface OctetQueue {
  octets: Buffer
  start: number
  end: number
}

const NOTHING = Buffer.alloc(0)

/** An empty queue, which has no memory yet. */
export function createOctetQueue(): OctetQueue {
  return { octets: NOTHING, start: 0, end: 0 }
}

/**
 * Puts a chunk behind what waits; an empty queue takes the chunk over as it is. Space doubles as it grows, so a client
 * that sends its octets one by one costs no more than another.
 */
export function append(queue: OctetQueue, chunk: Buffer): void {
  const waiting = queue.end - queue.start
  if (waiting === 0) {
    queue.octets = chunk
    queue.start = 0
    queue.end = chunk.length
    return
  }
  if (queue.octets.length - queue.end < chunk.length) {
    const larger = Buffer.allocUnsafeSlow(2 * (waiting + chunk.length))
    queue.octets.copy(larger, 0, queue.start, queue.end)
    queue.octets = larger
    queue.start = 0
    queue.end = waiting
  }
  chunk.copy(queue.octets, queue.end)
  queue.end += chunk.length
}

/** Drops the first `count` octets; an empty queue keeps no memory. */
export function consume(queue: OctetQueue, count: number): void {
  queue.start += count
  if (queue.start < queue.end) return
  queue.octets = NOTHING
  queue.start = 0
  queue.end = 0
}
