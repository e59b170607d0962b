import { openSigningKey } from '../keys/open-signing-key.ts'
import { nsec3Hash } from '../zones/denial/nsec3-hash.ts'
import type { ReloadReport } from './control/protocol.ts'
import { CommandError, type ControlHandlers } from './control/server.ts'
import { banCommands } from './guard/ban-commands.ts'
import { measureGuard } from './guard/guard-memory.ts'
import { reportIncidents, watchCommands } from './guard/watch-commands.ts'
import type { ServerWatch } from './guard/watch-server.ts'
import { backupCommands } from './keys/backed-up.ts'
import { bundleCommands } from './keys/bundle-commands.ts'
import { clockCommands } from './keys/clock-commands.ts'
import { exportCommands } from './keys/noted-exports.ts'
import { rolloverCommands } from './keys/rollover-commands.ts'
import { projectViews } from './loading/project-views.ts'
import { sealMemory } from './loading/seal-memory.ts'
import { zoneFileReader } from './loading/zone-files.ts'
import { openGeneration } from './open-generation.ts'
import { createAsker } from './proving/ask-images.ts'
import { describeImages } from './proving/running-images.ts'
import { reportKeys, reportStatus, reportViews, reportZones } from './reports.ts'
import type { RunningServer } from './running-server.ts'
import { sealingCommands } from './sealing-commands.ts'
import { testView, type ViewTest } from './view-test.ts'
import { readViewTestQuestion, type ViewTestText } from './view-test-question.ts'

/** What commands need besides the server. */
export interface CommandParts {
  readonly watch: ServerWatch
  readonly reloads: { readonly run: () => Promise<ReloadReport>; readonly last: () => ReloadReport | undefined }
  /** Called after the reply is on its way. */
  readonly stop: () => void
}

/** What the control channel may ask of a running server. */
export function createCommands(server: RunningServer, { watch, reloads, stop }: CommandParts): ControlHandlers {
  return {
    status: () => ({
      ...reportStatus(server, reloads.last()),
      ...{ incidents: reportIncidents(watch), guardOctets: measureGuard(server, watch) },
    }),
    ...watchCommands(watch),
    zones: () => reportZones(server),
    views: () => reportViews(server),
    keys: () => reportKeys(server),
    ...backupCommands(server),
    ...exportCommands(server),
    'view-test': (args) => runViewTest(server, args),
    images: () => describeImages(server),
    ask: createAsker(server),
    ...banCommands(server),
    ...bundleCommands(server),
    ...sealingCommands(server),
    ...rolloverCommands(server),
    ...clockCommands(server),
    reload: () => reloads.run(),
    stop: () => {
      setImmediate(stop)
      return { pid: process.pid }
    },
  }
}

/** Asks the images that are being served; the places of records come from the files as they are now. */
function runViewTest(server: RunningServer, args: Readonly<Record<string, unknown>>): ViewTest {
  // Where the system chose the port, a client means the one that it chose.
  const listen = server.sockets.listeners.map(({ bound }) => bound)
  const configuration = { ...server.configuration, listen }
  const question = readViewTestQuestion(configuration, readText(args))
  if (question.outcome === 'unreadable') throw new CommandError('bad-request', question.reason)
  const { descriptor, arenas, vault } = server
  const readFile = zoneFileReader(() => vault.zoneFileKey(), sealMemory(server.store.seals.all()))
  return testView(
    {
      configuration,
      generation: openGeneration(descriptor, { arena: (id) => arenas.memory(id), openKey: openSigningKey, nsec3Hash }),
      projection: (zone, view) => projectViews(zone, [view], readFile).projections.get(view),
    },
    question.value,
  )
}

function readText({ name, type, from, at, dnssec }: Readonly<Record<string, unknown>>): ViewTestText {
  if (typeof name !== 'string' || typeof type !== 'string' || typeof from !== 'string') {
    throw new CommandError('bad-request', 'view-test takes name, type and from, each a text')
  }
  if (at !== undefined && typeof at !== 'string') throw new CommandError('bad-request', 'view-test takes at as a text')
  return { name, type, from, ...(at === undefined ? {} : { at }), dnssec: dnssec === true }
}
