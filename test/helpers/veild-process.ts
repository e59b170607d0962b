import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { buildQuery, type Message, readMessage } from '../../dns/message.ts'
import { nameFromText } from '../../dns/name.ts'
import { rdataToText } from '../../dns/rr/rdata.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import { connectUdp } from './udp-client.ts'
import { VEILD } from './veild.ts'

/** A veild under test: as `startVeild`, but one that may also be expected to fail, with its log as objects. */
export interface VeildProcess {
  readonly pid: number
  /** Lines of the log so far. */
  log(): Record<string, unknown>[]
  stdout(): string
  stderr(): string
  /** Waits for a line with this message behind the first `skip` lines. */
  logged(message: string, skip?: number): Promise<Record<string, unknown>>
  signal(signal: NodeJS.Signals): void
  /** Exit code, and milliseconds since the call. */
  ended(): Promise<{ code: number | null; milliseconds: number }>
}

/** A machine with many tests at a time takes seconds to start one server. */
const WAIT_MS = 60_000

/**
 * Runs veild with these arguments, started by the command `by` where one is given; every process is ended when the test
 * file is done, see `endAll`.
 */
export function runVeild(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  by: readonly string[] = [],
): VeildProcess {
  const [program, ...rest] = [...by, process.execPath, VEILD, ...args]
  const child = spawn(program!, rest, { env: { ...process.env, ...environment } })
  children.add(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const exit = once(child, 'close')
  const log = () =>
    output.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return {
    pid: child.pid!,
    log,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    logged: async (message, skip = 0) => {
      const deadline = Date.now() + WAIT_MS
      while (Date.now() < deadline && child.exitCode === null) {
        const line = log()
          .slice(skip)
          .find(({ msg }) => msg === message)
        if (line !== undefined) return line
        await delay(10)
      }
      throw new Error(`no line "${message}":\n${output.stdout}${output.stderr}`)
    },
    signal: (signal) => child.kill(signal),
    ended: async () => {
      const begin = performance.now()
      await exit
      return { code: child.exitCode, milliseconds: performance.now() - begin }
    },
  }
}

const children = new Set<ChildProcessWithoutNullStreams>()

/** Ends whatever a test has left behind. */
export async function endAll(): Promise<void> {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  children.clear()
}

/** The port of the first listener, from the line `ready`. */
export function portOf(ready: Record<string, unknown>): number {
  return Number((ready.listen as string[])[0]!.split('@')[1])
}

/** Asks by UDP from a loopback address of one's choice. */
export async function askFrom(client: string, port: number, name: string, type: string): Promise<Message> {
  const socket = await connectUdp({ port, from: client })
  const answer = await socket.ask(buildQuery({ id: 1, name: nameFromText(name), type: typeFromText(type)! }))
  socket.close()
  const message = answer && readMessage(answer)
  if (message === undefined) throw new Error(`no answer, or a malformed one, about ${name} ${type}`)
  return message
}

/** RDATA of the answer section, as text. */
export function answersOf(message: Message): string[] {
  return message.answer.map(({ type, rdata }) => rdataToText(type, rdata))
}
