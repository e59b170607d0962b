import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Incident } from '../../guard/incident.ts'
import { sendCommand } from '../../server/control/client.ts'
import type { StatusReport } from '../../server/control/protocol.ts'
import type { BanListing } from '../../server/guard/ban-reports.ts'
import { type Daemon, startDaemon } from '../helpers/daemon.ts'
import { isReadyLine, VEILD } from '../helpers/veild.ts'
import { CALM_ZONES, OFFICE } from './world.ts'

/** A real veild that serves the calm zones, signed, with what ships. */
export interface RealServer {
  readonly daemon: Daemon
  readonly port: number
  readonly control: string
  status(): Promise<StatusReport>
  /** Incidents there are and were. */
  incidents(): Promise<readonly Incident[]>
  bans(): Promise<BanListing>
  stop(): Promise<void>
}

export interface RealServerOptions {
  readonly workers?: number
  /** CPU to pin it to. */
  readonly core?: number
  /** Further lines of its configuration. */
  readonly settings?: string
  /** Further entries of the office's zone. */
  readonly office?: string
}

export async function startRealServer(options: RealServerOptions = {}): Promise<RealServer> {
  const daemon = await startDaemon({
    name: 'Veil',
    command: process.execPath,
    prepare: (port, folder) => prepare(port, folder, options),
    arguments: (_port, folder) => [VEILD, '--config', join(folder, 'veil.yaml')],
    ready: async (_port, output) => output.split('\n').some(isReadyLine),
    ...(options.core === undefined ? {} : { core: options.core }),
  })
  const control = join(daemon.folder, 'state', 'control.sock')
  return {
    ...{ daemon, control, port: daemon.port, stop: daemon.stop },
    status: () => command(control, 'status'),
    incidents: () => command(control, 'incidents'),
    bans: () => command(control, 'bans'),
  }
}

async function command<Name extends 'status' | 'incidents' | 'bans'>(control: string, name: Name) {
  const reply = await sendCommand(control, name, {})
  if (!reply.ok) throw new Error(`no ${name}: ${JSON.stringify(reply.error)}`)
  return reply.result
}

function prepare(port: number, folder: string, { workers = 1, settings = '', office = '' }: RealServerOptions): void {
  mkdirSync(join(folder, 'state'), { mode: 0o700 })
  const zones = Object.entries(CALM_ZONES).map(([name, { base, overlays }]) => {
    writeFileSync(join(folder, `${name}zone`), base)
    if (overlays?.internal !== undefined) writeFileSync(join(folder, `${name}internal`), overlays.internal)
    const overlay = overlays?.internal === undefined ? '' : `, overlays: { internal: ${name}internal }`
    return `  ${name}: { file: ${name}zone${overlay}, dnssec: { algorithm: 15 }${name === OFFICE ? office : ''} }`
  })
  writeFileSync(
    join(folder, 'veil.yaml'),
    `listen: ["127.0.0.1@${port}"]
state: ${join(folder, 'state')}
workers: ${workers}
views:
  internal: { clients: [127.0.0.2] }
  public: {}
zones:
${zones.join('\n')}
${settings}
`,
  )
}
