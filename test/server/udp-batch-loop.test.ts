import { MessageChannel } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress } from '../../server/address.ts'
import type { Exchange } from '../../server/answer/exchange.ts'
import { Counter, openStatistics } from '../../server/statistics.ts'
import { BATCH_SLOTS, serveBatches } from '../../server/udp/batch-loop.ts'
import { Errno } from '../../server/udp/linux.ts'
import type { Answering } from '../../server/workers/answering.ts'
import { createControlWords, openChannel, storeStop, type WorkerSeat } from '../../server/workers/worker-channel.ts'
import { type Datagram, type Faults, type SimulatedKernel, simulateKernel } from '../helpers/simulated-kernel.ts'

const V4_SOCKET = 4
const V6_SOCKET = 6

interface Run {
  readonly kernel: SimulatedKernel
  /** What `respond` was shown. */
  readonly seen: { readonly listener: number; readonly source: string; readonly length: number }[]
  readonly count: (counter: number) => number
}

/** Runs the batch loop on one IPv4 and one IPv6 socket until all waiting datagrams are gone. */
function run(
  waiting: { readonly v4?: readonly Datagram[]; readonly v6?: readonly Datagram[] },
  faults: Omit<Faults, 'onIdle'> = {},
  respond: (exchange: Exchange, stop: () => void) => number = echo,
  queue: Datagram[] = [],
): Run {
  const control = createControlWords(1)
  const stop = (): void => storeStop(control)
  const kernel = simulateKernel({ ...faults, onIdle: stop })
  queue.push(...(waiting.v4 ?? []))
  kernel.waiting.set(V4_SOCKET, queue)
  kernel.waiting.set(V6_SOCKET, [...(waiting.v6 ?? [])])
  const { port1, port2 } = new MessageChannel()
  const seat = {
    ...{ index: 0, kind: 'udp', control: control.memory, port: port2, wake: 9 },
    sockets: [
      { listener: 0, descriptor: V4_SOCKET, address: { address: '192.0.2.1', port: 53, family: 4 } },
      { listener: 1, descriptor: V6_SOCKET, address: { address: '2001:db8::1', port: 53, family: 6 } },
    ],
  } as unknown as WorkerSeat
  const statistics = openStatistics()
  const seen: Run['seen'] = []
  const answering: Answering = {
    ...{ context: { now: 0, unixSeconds: 0, mayDefer: false, isPressed: false }, open: () => {}, statistics },
    respond: (_, exchange) => {
      const { listener, source, sourceStart, length } = exchange
      seen.push({ listener, source: formatAddress(source, sourceStart), length })
      return respond(exchange, stop)
    },
    respondDeferred: (_, exchange) => echo(exchange),
  }
  try {
    serveBatches(openChannel(seat), answering, kernel.calls)
  } finally {
    port1.close()
  }
  return { kernel, seen, count: (counter) => statistics[counter]! }
}

/** Answers with the question, its second octet raised, and says nothing to those that begin with 0xff. */
function echo({ octets, start, length }: Exchange): number {
  if (octets[start] === 0xff) return 0
  octets[start + 1]!++
  return length
}

function v4(
  payload: readonly number[],
  address = '198.51.100.7',
  port = 4242,
  control: Uint8Array = new Uint8Array(),
): Datagram {
  const name = new Uint8Array(16)
  name.set([2, 0, port >> 8, port & 255, ...parseAddress(address)!.subarray(12)])
  return { payload: Uint8Array.from(payload), name, control }
}

function v6(
  payload: readonly number[],
  address = '2001:db8::7',
  port = 4242,
  control: Uint8Array = new Uint8Array(),
): Datagram {
  const name = new Uint8Array(28)
  name.set([10, 0, port >> 8, port & 255, 0, 0, 0, 0, ...parseAddress(address)!])
  return { payload: Uint8Array.from(payload), name, control }
}

function payloads(kernel: SimulatedKernel): number[][] {
  return kernel.sent.map(({ payload }) => [...payload])
}

describe('the batch loop', () => {
  it('answers each datagram where it came from, and shows respond the source v4-mapped', () => {
    const { kernel, seen } = run({ v4: [v4([1, 1], '198.51.100.7', 1000)], v6: [v6([2, 1, 9], '2001:db8::9', 2000)] })
    expect(seen).toEqual([
      { listener: 0, source: '198.51.100.7', length: 2 },
      { listener: 1, source: '2001:db8::9', length: 3 },
    ])
    expect(kernel.sent.map(({ descriptor, payload }) => [descriptor, ...payload])).toEqual([
      [V4_SOCKET, 1, 2],
      [V6_SOCKET, 2, 2, 9],
    ])
    expect([...kernel.sent[0]!.name.subarray(0, 8)]).toEqual([2, 0, 1000 >> 8, 1000 & 255, 198, 51, 100, 7])
    expect(kernel.sent[1]!.name).toEqual(v6([], '2001:db8::9', 2000).name)
  })

  it('drains full batches without asking ppoll again', () => {
    const many = Array.from({ length: 3 * BATCH_SLOTS + 5 }, (_, at) => v4([at >> 8, 0, at & 255]))
    const { kernel } = run({ v4: many })
    expect(payloads(kernel)).toEqual(many.map(({ payload }) => [payload[0], 1, payload[2]]))
    expect(kernel.counts.get('recvmmsg')).toBe(4 + 2)
    expect(kernel.counts.get('sendmmsg')).toBe(4)
    expect(kernel.counts.get('ppoll')).toBe(2)
  })

  it('gives the second socket its turn while the first is flooded', () => {
    const flood = Array.from({ length: 20 * BATCH_SLOTS }, () => v4([1, 1]))
    const { kernel } = run({ v4: flood, v6: [v6([2, 1])] })
    const turn = kernel.sent.findIndex(({ descriptor }) => descriptor === V6_SOCKET)
    expect(turn).toBe(8 * BATCH_SLOTS)
    expect(kernel.sent).toHaveLength(flood.length + 1)
  })

  it('leaves out the silent ones and keeps the others in order', () => {
    const { kernel } = run({ v4: [v4([0xff]), v4([1, 1]), v4([0xff]), v4([0xff]), v4([2, 1, 5]), v4([0xff])] })
    expect(payloads(kernel)).toEqual([
      [1, 2],
      [2, 2, 5],
    ])
    expect(kernel.counts.get('sendmmsg')).toBe(1)
  })

  it('answers what takes time after everybody else, where it came from', () => {
    const takesTime = ({ octets, start }: Exchange): boolean => octets[start] === 7
    const slow = Array.from({ length: 20 }, (_, index) => v4([7, index], '198.51.100.9', 1000 + index))
    const queue = [v4([1, 1]), ...slow.slice(0, 10), v4([2, 1]), v4([0xff]), ...slow.slice(10), v4([3, 1])]
    const { kernel } = run({ v4: queue }, {}, (exchange) => (takesTime(exchange) ? -1 : echo(exchange)))
    expect(payloads(kernel).slice(0, 3)).toEqual([
      [1, 2],
      [2, 2],
      [3, 2],
    ])
    expect(payloads(kernel).slice(3)).toEqual(slow.map((_, index) => [7, index + 1]))
    expect(kernel.sent.slice(3).map(({ name }) => name.slice(0, 16))).toEqual(slow.map(({ name }) => name))
    // The others, and groups of those.
    expect(kernel.counts.get('sendmmsg')).toBe(4)
  })

  it('makes no system call to send nothing', () => {
    expect(run({ v4: [v4([0xff])] }).kernel.counts.get('sendmmsg')).toBeUndefined()
  })

  it('drops what was cut off, what has no port to answer to, and v4-mapped sources on IPv6', () => {
    const { kernel, seen, count } = run({
      v4: [v4(Array(1281).fill(1)), v4([1, 1], '198.51.100.7', 0), v4(Array(1280).fill(1))],
      v6: [v6([2, 1], '::ffff:10.0.0.1'), v6([2, 1], '2001:db8::7', 0), v6([3, 1])],
    })
    expect(seen.map(({ length }) => length)).toEqual([1280, 2])
    expect(kernel.sent).toHaveLength(2)
    expect(count(Counter.ReceiveTruncated)).toBe(1)
    expect(count(Counter.SendFailed)).toBe(3)
  })

  it('does not take the next datagram for the one before in the same slot', () => {
    const first = v4([7, 1, 1, 1, 1, 1, 1], '198.51.100.200', 9999)
    const { kernel, seen } = run({
      v4: [...Array.from({ length: BATCH_SLOTS }, () => first), v4([1, 1])],
      v6: [v6([2, 1])],
    })
    expect(seen.at(-2)).toEqual({ listener: 0, source: '198.51.100.7', length: 2 })
    expect(seen.at(-1)).toEqual({ listener: 1, source: '2001:db8::7', length: 2 })
    expect(kernel.sent.at(-1)?.name).toEqual(v6([]).name)
  })
})

describe('the end', () => {
  it('comes after what waits in the sockets was answered', () => {
    const many = Array.from({ length: 40 * BATCH_SLOTS }, () => v4([1, 1]))
    const stopAtOnce = (exchange: Exchange, stop: () => void): number => {
      stop()
      return echo(exchange)
    }
    const { kernel } = run({ v4: many, v6: [v6([1, 1])] }, {}, stopAtOnce)
    expect(kernel.sent).toHaveLength(many.length + 1)
  })

  it('comes although datagrams never end', () => {
    const endless = [v4([1, 1])]
    const refill = (): number => {
      while (endless.length < BATCH_SLOTS) endless.push(v4([1, 1]))
      return 0
    }
    let rounds = 0
    const { kernel } = run(
      {},
      {
        ppoll: () => {
          rounds++
          return refill()
        },
        recvmmsg: refill,
      },
      (exchange, stop) => {
        if (rounds === 3) stop()
        return echo(exchange)
      },
      endless,
    )
    expect(rounds).toBe(3)
    expect(kernel.sent.length).toBeLessThan(200 * BATCH_SLOTS)
  })
})

describe('PKTINFO', () => {
  const ipv4 = Uint8Array.of(
    28,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    8,
    0,
    0,
    0,
    3,
    0,
    0,
    0,
    192,
    0,
    2,
    1,
    192,
    0,
    2,
    1,
    0,
    0,
    0,
    0,
  )

  function ipv6(address: string): Uint8Array {
    const control = new Uint8Array(40)
    control.set([36, 0, 0, 0, 0, 0, 0, 0, 41, 0, 0, 0, 50, 0, 0, 0, ...parseAddress(address)!, 3])
    return control
  }

  it('lets an answer leave from the address asked, by whatever interface', () => {
    const { kernel } = run({ v4: [v4([1, 1], '198.51.100.7', 4242, ipv4)] })
    const expected = ipv4.slice()
    expected[16] = 0
    expect(kernel.sent[0]!.control).toEqual(expected)
  })

  it.each([
    ['2001:db8::1', 0],
    ['fe80::1', 3],
    ['febf::1', 3],
    ['fec0::1', 0],
  ])('keeps the interface for link-local addresses only: %s', (address, expected) => {
    const { kernel } = run({ v6: [v6([1, 1], '2001:db8::7', 4242, ipv6(address))] })
    expect(kernel.sent[0]!.control.subarray(0, 32)).toEqual(ipv6(address).subarray(0, 32))
    expect(kernel.sent[0]!.control[32]).toBe(expected)
  })

  it('does not send from a multicast address', () => {
    const { kernel } = run({ v6: [v6([1, 1], '2001:db8::7', 4242, ipv6('ff02::fb'))] })
    expect(kernel.sent[0]!.control).toHaveLength(0)
  })

  it('goes with its own answer when others are silent', () => {
    const silent = v6([0xff], '2001:db8::8', 4242, ipv6('2001:db8::aaaa'))
    const { kernel } = run({ v6: [silent, v6([1, 1], '2001:db8::7', 4242, ipv6('2001:db8::bbbb'))] })
    expect(formatAddress(kernel.sent[0]!.control, 16)).toBe('2001:db8::bbbb')
  })
})

describe('trouble with the kernel', () => {
  it('skips a message that cannot be sent and goes on with the rest', () => {
    const { kernel, count } = run(
      { v4: [v4([1, 1]), v4([2, 1]), v4([3, 1]), v4([4, 1])] },
      { sendmmsg: ({ payload }) => (payload[0] === 2 || payload[0] === 4 ? 1 : 0) },
    )
    expect(payloads(kernel)).toEqual([
      [1, 2],
      [3, 2],
    ])
    expect(count(Counter.SendFailed)).toBe(2)
  })

  it('ends even where sending is interrupted for ever', () => {
    const { kernel, count } = run({ v4: [v4([1, 1]), v4([2, 1])] }, { sendmmsg: () => Errno.EINTR })
    expect(kernel.sent).toHaveLength(0)
    expect(count(Counter.SendFailed)).toBe(2)
  })

  it('throws where a descriptor is none, for only a new worker can help', () => {
    expect(() => run({ v4: [v4([1, 1])] }, { recvmmsg: () => Errno.EBADF })).toThrow('recvmmsg: bad file descriptor')
    expect(() => run({}, { ppoll: () => Errno.EBADF })).toThrow('ppoll: bad file descriptor')
  })

  it('sends each answer exactly once or counts it, whatever fails in between', () => {
    const error = fc.constantFrom(0, 0, 0, Errno.EINTR, Errno.EAGAIN, 1, 22, 105)
    const faults = fc.record({
      polls: fc.array(fc.constantFrom(0, Errno.EINTR), { maxLength: 20 }),
      receives: fc.array(fc.constantFrom(0, 0, Errno.EINTR, Errno.EAGAIN, 12, 111), { maxLength: 20 }),
      sends: fc.array(error, { maxLength: 200 }),
      datagrams: fc.nat(200),
    })
    fc.assert(
      fc.property(faults, ({ polls, receives, sends, datagrams }) => {
        const waiting = Array.from({ length: datagrams }, (_, at) => v4([at, 0], `198.51.100.${at}`, 1 + at))
        const { kernel, count } = run(
          { v4: waiting },
          {
            ppoll: () => polls.shift() ?? 0,
            recvmmsg: () => receives.shift() ?? 0,
            sendmmsg: () => sends.shift() ?? 0,
          },
        )
        const answered = kernel.sent.map(({ payload, name }) => [payload[0], payload[1], name[7]])
        const unique = new Set(answered.map(String))
        expect(unique.size).toBe(answered.length)
        for (const [at, second, host] of answered) expect([second, host]).toEqual([1, at])
        expect(answered.length + count(Counter.SendFailed)).toBe(datagrams)
      }),
    )
  })
})
