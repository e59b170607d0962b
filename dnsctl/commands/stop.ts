import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Failure } from '../../console/failure.ts'
import { sendCommand } from '../../server/control/client.ts'
import { command } from '../command.ts'
import { ExitCode } from '../exit-code.ts'
import { findSocket } from '../place.ts'
import { askServer } from '../running-server.ts'

/** A stop takes two seconds at most; what outlives this is stuck. */
const PATIENCE_MS = 10_000
const STEP_MS = 50

export const stopCommand = command({
  name: 'stop',
  summary: 'stop the running server',
  description: [
    'veild takes no more questions, finishes those in flight and ends within two seconds; dnsctl waits for that.',
    'A service manager that restarts it (systemd: Restart=always) will do so; stop it there instead.',
  ],
  arguments: {},
  options: {},
  examples: [{ line: 'stop', summary: 'stop the server of ./veil.yaml' }],
  async run(context) {
    const { pid } = await askServer(context, 'stop', {})
    const socket = await findSocket(context)
    const deadline = performance.now() + PATIENCE_MS
    while (isRunning(pid) || (await answers(socket))) {
      if (performance.now() > deadline) throw stuck(pid)
      await setTimeout(STEP_MS)
    }
    return { exitCode: ExitCode.Done, data: { pid }, print: () => [`veild (process ${pid}) has stopped.`] }
  },
})

function stuck(pid: number): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `veild (process ${pid}) has not ended after ${PATIENCE_MS / 1000} seconds`,
    next: `look at veild's log; \`kill -9 ${pid}\` ends it at once`,
  })
}

async function answers(socket: string): Promise<boolean> {
  const reply = await sendCommand(socket, 'status', {}, PATIENCE_MS)
  return reply.ok
}

/** Whether there is such a process. One of another user counts; one that has ended and waits for its parent does not. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
