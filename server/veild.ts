#!/usr/bin/env node
import { join } from 'node:path'
import type { Logger } from 'pino'
import { formatProblem } from '../zones/file-problem.ts'
import { type Invocation, parseCommandLine } from './command-line.ts'
import { type CommandParts, createCommands } from './commands.ts'
import { showConfigurationProblem } from './configuration/problems.ts'
import type { ConfigurationReading } from './configuration/read.ts'
import type { Configuration } from './configuration/types.ts'
import { CONTROL_SOCKET, type ReloadReport } from './control/protocol.ts'
import { CommandError, type ControlServer, serveControl } from './control/server.ts'
import { watchQuestions } from './guard/watch-server.ts'
import { coalesce } from './in-turn.ts'
import { watchSupplies } from './keys/bundle-watch.ts'
import { renewKeySets } from './keys/key-timer.ts'
import { lookAgain, rollKeys } from './keys/rollover-timer.ts'
import { noteEvent } from './locking.ts'
import { createLog } from './log.ts'
import { watchServerParents } from './parent/server-parents.ts'
import { reload } from './reload.ts'
import { type RunningServer, stopServer } from './running-server.ts'
import { watchSignatures } from './signature-watch.ts'
import { readyFacts, startServer } from './start.ts'
import { clearStaleSocket, StartError } from './state/state-folder.ts'
import { readVersion } from './version.ts'

const STOP_MILLISECONDS = 1900
/** A terminal's Ctrl-C reaches npm, its scripts and us, and some of them pass it on: that is one wish, not two. */
const SAME_SIGNAL_MILLISECONDS = 200

/** Everything that is written is for this account alone, from the first moment. */
process.umask(0o077)
const invocation = parseCommandLine(process.argv.slice(2), process.stdout.isTTY === true)
const log = createLog(invocation.log)
process.on('uncaughtException', (error) => {
  log.fatal({ err: error }, 'veild cannot go on')
  process.exit(1)
})
// Without a listener Node.js would open its debugger to every account of this machine.
process.on('SIGUSR1', () => log.warn('SIGUSR1 means nothing to veild'))
await run(invocation, log)

async function run(invocation: Invocation, log: Logger): Promise<void> {
  const end = handleEnd(log)
  const hangups = handleHangups()
  const configuration = acceptConfiguration(invocation.readConfiguration(), log)
  log.info({ version: readVersion(), node: process.version, configuration: invocation.config }, 'starting')
  try {
    const server = await startServer(invocation, configuration, log)
    renewKeySets(server)
    rollKeys(server)
    watchSignatures(server)
    watchSupplies(server)
    server.rollovers.parentWatch = watchServerParents(server)
    const watch = watchQuestions(server)
    const reloads = createReloads(server)
    const control = await openControl(server, { watch, reloads, stop: end.ask })
    hangups.connect(() => void reloads.run().catch(() => {}))
    end.connect(async () => {
      await watch.stop()
      noteEvent(server, 'stop')
      await stopServer(server, control)
    })
    const facts = readyFacts(server)
    tellLocked(server)
    log.info(facts, 'ready')
    process.send?.({ event: 'ready', listen: facts.listen })
    process.channel?.unref()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    process.stderr.write(`veild: ${error.message}\n${error.hint === '' ? '' : `${error.hint}\n`}`)
    process.exit(1)
  }
}

/** A server that serves nothing says so where nobody overlooks it. */
function tellLocked({ vault, log }: RunningServer): void {
  const state = vault.state()
  if (state.kind !== 'locked') return
  log.error({ reason: state.reason, hint: state.hint }, 'LOCKED: every question gets SERVFAIL until dnsctl unlock')
}

/** The configuration where it may take effect; otherwise says why not, and ends. */
function acceptConfiguration(reading: ConfigurationReading, log: Logger): Configuration {
  if (reading.outcome === 'accepted') {
    for (const problem of reading.warnings) log.warn({ problem }, formatProblem(problem))
    return reading.configuration
  }
  for (const problem of reading.problems) {
    process.stderr.write(`${showConfigurationProblem(problem, reading.source)}\n`)
  }
  const count = reading.problems.length
  process.stderr.write(`veild: ${count === 1 ? 'a problem' : `${count} problems`} in the configuration; not started\n`)
  process.exit(2)
}

interface Reloads {
  readonly run: () => Promise<ReloadReport>
  readonly last: () => ReloadReport | undefined
}

function createReloads(server: RunningServer): Reloads {
  let last: ReloadReport | undefined
  const run = coalesce(async () => {
    if (server.vault.state().kind === 'locked') {
      server.log.warn('reload refused: veild is locked')
      throw new CommandError(
        'refused',
        'the server is locked, and nothing can be loaded',
        'dnsctl unlock reads everything anew.',
      )
    }
    try {
      last = await server.inTurn(() => reload(server))
      lookAgain(server)
      await server.bans.follow()
      server.rollovers.parentWatch?.follow()
      return last
    } catch (error) {
      // A full disk, for one: the server goes on as it was.
      server.log.error({ err: error }, 'reload failed, nothing was changed')
      throw new CommandError('failed', `the reload failed: ${(error as Error).message}`, 'Nothing was changed.')
    }
  })
  return { run, last: () => last }
}

async function openControl(server: RunningServer, parts: CommandParts): Promise<ControlServer> {
  const { state } = server.configuration
  await clearStaleSocket(state)
  return serveControl(join(state, CONTROL_SOCKET), createCommands(server, parts), (error, command) => {
    server.log.error({ err: error, command }, 'a command failed')
  })
}

/** SIGHUP asks for a reload; one that comes while the server starts waits for it. */
function handleHangups(): { connect(run: () => void): void } {
  let run: (() => void) | undefined
  let isWaiting = false
  process.on('SIGHUP', () => {
    if (run === undefined) isWaiting = true
    else run()
  })
  return {
    connect: (reload) => {
      run = reload
      if (isWaiting) reload()
    },
  }
}

/**
 * SIGTERM, SIGINT and the command `stop` end the server: what is in flight is finished, within two seconds. Asked a
 * second time it ends at once.
 */
function handleEnd(log: Logger): { ask(): void; connect(stop: () => Promise<void>): void } {
  let stop = async (): Promise<void> => {}
  let askedAt: number | undefined
  const ask = (signal?: NodeJS.Signals): void => {
    if (askedAt !== undefined) {
      if (performance.now() - askedAt < SAME_SIGNAL_MILLISECONDS) return
      log.warn('asked to end a second time: ending at once')
      process.exit(1)
    }
    askedAt = performance.now()
    log.info({ signal }, 'stopping')
    const force = setTimeout(() => {
      log.warn('not everything was finished in time')
      process.exit(0)
    }, STOP_MILLISECONDS)
    void stop().then(() => {
      clearTimeout(force)
      log.info('stopped')
      process.exit(0)
    })
  }
  process.on('SIGTERM', ask)
  process.on('SIGINT', ask)
  return {
    ask: () => ask(),
    connect: (stopServer) => {
      stop = stopServer
    },
  }
}
