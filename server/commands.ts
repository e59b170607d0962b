import { readFileSync } from 'node:fs'
import { typeFromText } from '../dns/rr/registry.ts'
import { isMappedIPv4 } from '../guard/prefix-trie.ts'
import { formatListen, type Reading, readAddress, readListen } from './address.ts'
import { readName } from './configuration/names.ts'
import type { ReloadReport } from './control/protocol.ts'
import { CommandError, type ControlHandlers } from './control/server.ts'
import { openGeneration } from './open-generation.ts'
import { projectViews } from './project-views.ts'
import { reportStatus, reportViews, reportZones } from './reports.ts'
import type { RunningServer } from './running-server.ts'
import { testView, type ViewTestQuestion } from './view-test.ts'

/** What the control channel may ask of a running server. `stop` is called after the reply is on its way. */
export function createCommands(
  server: RunningServer,
  reloads: { readonly run: () => Promise<ReloadReport>; readonly last: () => ReloadReport | undefined },
  stop: () => void,
): ControlHandlers {
  return {
    status: () => reportStatus(server, reloads.last()),
    zones: () => reportZones(server),
    views: () => reportViews(server),
    'view-test': (args) => runViewTest(server, args),
    reload: () => reloads.run(),
    stop: () => {
      setImmediate(stop)
      return { pid: process.pid }
    },
  }
}

/** Asks the images that are being served; the places of records come from the files as they are now. */
function runViewTest(server: RunningServer, args: Readonly<Record<string, unknown>>): unknown {
  const { configuration, descriptor, arenas } = server
  const subject = {
    configuration,
    generation: openGeneration(descriptor, (id) => arenas.memory(id), 0),
    projection: (zone: Parameters<typeof projectViews>[0], view: string) =>
      projectViews(zone, [view], readFileSync).projections.get(view),
  }
  return testView(subject, readQuestion(server, args))
}

function readQuestion(server: RunningServer, args: Readonly<Record<string, unknown>>): ViewTestQuestion {
  const name = argument(args, 'name', (text) => readName(text))
  const from = argument(args, 'from', readAddress)
  const type = argument(args, 'type', (text) => {
    const value = typeFromText(text)
    return value === undefined
      ? { outcome: 'unreadable', reason: `${JSON.stringify(text)} is no RR type` }
      : { outcome: 'read', value }
  })
  return { name, type, from, listener: args.at === undefined ? listenerFor(server, from) : listenerAt(server, args) }
}

function argument<Value>(
  args: Readonly<Record<string, unknown>>,
  key: string,
  read: (text: string) => Reading<Value>,
): Value {
  const text = args[key]
  if (typeof text !== 'string') throw new CommandError('bad-request', `the argument "${key}" is missing`)
  const reading = read(text)
  if (reading.outcome === 'read') return reading.value
  throw new CommandError('bad-request', reading.reason)
}

function listenerAt(server: RunningServer, args: Readonly<Record<string, unknown>>): number {
  const wanted = formatListen(argument(args, 'at', readListen))
  const listeners = server.sockets.listeners.map(({ bound }) => formatListen(bound))
  const index = listeners.indexOf(wanted)
  if (index < 0)
    throw new CommandError('refused', `veild does not listen at ${wanted}`, `It does at ${listeners.join(', ')}.`)
  return index
}

/** The first listener that a client with such an address can reach. */
function listenerFor(server: RunningServer, from: Uint8Array): number {
  const family = isMappedIPv4(from, 0) ? 4 : 6
  return Math.max(
    0,
    server.configuration.listen.findIndex((listen) => listen.family === family),
  )
}
