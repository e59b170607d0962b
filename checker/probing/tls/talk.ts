import type { Socket } from 'node:net'

/** The first words of a protocol, over a connection that stands: bounded in octets and time, and never an exception. */
export interface Talk {
  readonly say: (octets: string | Uint8Array) => void
  /** The next line without its end, Latin-1; undefined: it did not come. */
  readonly line: () => Promise<string | undefined>
  /** The next octets, just so many; undefined: they did not come. */
  readonly octets: (count: number) => Promise<Buffer | undefined>
  /** Takes its hands off the connection; false: more has come than was asked for, which a handshake would take for its own. */
  readonly release: () => boolean
}

const MOST_OCTETS = 64 * 1024
const LONGEST_LINE = 4096
/** Of one look for a line or octets: lines that never stop coming do not keep anybody. */
const MOST_LINES = 200

/** Begins to talk; nothing comes any more after so many milliseconds in all. */
export function beginTalk(socket: Socket, patienceMs: number): Talk {
  const incoming = collect(socket, patienceMs)
  let lines = 0
  const take = (end: number): Buffer => {
    const taken = incoming.pending.subarray(0, end)
    incoming.pending = incoming.pending.subarray(end)
    return taken
  }
  return {
    say: (octets) => void (incoming.isOver || socket.write(octets)),
    line: async () => {
      if (++lines > MOST_LINES) return undefined
      for (;;) {
        const end = incoming.pending.indexOf(0x0a)
        if (end >= 0)
          return take(end + 1)
            .toString('latin1')
            .trimEnd()
        if (incoming.pending.length > LONGEST_LINE || !(await incoming.more())) return undefined
      }
    },
    octets: async (count) => {
      if (count > MOST_OCTETS) return undefined
      while (incoming.pending.length < count) if (!(await incoming.more())) return undefined
      return take(count)
    },
    release: () => {
      incoming.stop()
      return incoming.pending.length === 0
    },
  }
}

interface Incoming {
  pending: Buffer
  isOver: boolean
  /** Waits for more; false: none comes any more. */
  readonly more: () => Promise<boolean>
  readonly stop: () => void
}

function collect(socket: Socket, patienceMs: number): Incoming {
  let wake: (() => void) | undefined
  let total = 0
  const end = (): void => {
    incoming.isOver = true
    wake?.()
  }
  const onData = (data: Buffer): void => {
    total += data.length
    incoming.pending = Buffer.concat([incoming.pending, data])
    if (total > MOST_OCTETS) end()
    wake?.()
  }
  const timer = setTimeout(end, patienceMs)
  const incoming: Incoming = {
    pending: Buffer.alloc(0),
    isOver: false,
    more: async () => {
      if (incoming.isOver) return false
      const before = total
      await new Promise<void>((resolve) => {
        wake = resolve
      })
      wake = undefined
      return total > before && !(incoming.isOver && total > MOST_OCTETS)
    },
    stop: () => {
      clearTimeout(timer)
      incoming.isOver = true
      socket.off('data', onData).off('end', end).off('close', end)
      socket.pause()
    },
  }
  socket.on('data', onData).on('end', end).on('close', end)
  return incoming
}
