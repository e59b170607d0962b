import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type CommandReply, sendCommand } from '../../server/control/client.ts'
import type { ReloadReport, StatusReport } from '../../server/control/protocol.ts'
import { portOf, runVeild, type VeildProcess } from './veild-process.ts'

/** Texts of the master files of one zone. */
export interface ZoneTexts {
  readonly base: string
  /** Laid over it for insiders. */
  readonly overlay?: string
}

/** By apex, presentation format without trailing dot, LDH labels only. */
export type Zones = Readonly<Record<string, ZoneTexts>>

/** A veild of two workers that takes 127.0.0.2 for an insider and everyone else for a stranger. */
export interface TwoViews {
  readonly veild: VeildProcess
  readonly port: number
  readonly folder: string
  /** Replaces the master files of these zones, each at once. */
  write(zones: Zones): void
  /** Replaces the configuration; zones that were not written before need their files. */
  configure(zones: Zones, settings?: string): void
  reload(): Promise<CommandReply<'reload'>>
  /** As `reload`, where anything but a reload that took everything over fails the test. */
  mustReload(): Promise<ReloadReport>
  status(): Promise<StatusReport>
}

export const STRANGER = '127.0.0.1'
export const INSIDER = '127.0.0.2'

/** Lines for `settings`: answers are counted for the limit, but given all the same. */
export const COUNTING_LIMITER = 'rate-limit: { log-only: true }'
export const NO_LIMITER = 'rate-limit: { enabled: false }'

/**
 * Starts it in a folder of its own below the temporary one, and waits until it is ready. `settings` are further lines of
 * its configuration. The process ends with `endAll`, the folder goes with `removeFolders`.
 */
export async function startTwoViews(
  zones: Zones,
  settings = NO_LIMITER,
  environment: NodeJS.ProcessEnv = {},
): Promise<TwoViews> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-views-'))
  folders.add(folder)
  mkdirSync(join(folder, 'zones'))
  // Readable for the account that a root veild becomes.
  chmodSync(folder, 0o755)
  const write = (changed: Zones): void => {
    for (const [apex, { base, overlay }] of Object.entries(changed)) {
      replaceFile(join(folder, 'zones', `${apex}.zone`), base)
      if (overlay !== undefined) replaceFile(join(folder, 'zones', `${apex}.internal.zone`), overlay)
    }
  }
  const configure = (served: Zones, lines = settings): void => {
    replaceFile(join(folder, 'veil.yaml'), configurationText(served, lines))
  }
  write(zones)
  configure(zones)
  const veild = runVeild(['--config', join(folder, 'veil.yaml')], environment)
  const port = portOf(await veild.logged('ready'))
  const control = join(folder, 'state', 'control.sock')
  const reload = () => sendCommand(control, 'reload', {})
  return {
    ...{ veild, port, folder, write, configure, reload },
    mustReload: async () => {
      const reply = await reload()
      if (reply.ok && (reply.result.outcome === 'reloaded' || reply.result.outcome === 'unchanged')) return reply.result
      throw new Error(`reload failed: ${JSON.stringify(reply)}`)
    },
    status: async () => {
      const reply = await sendCommand(control, 'status', {})
      if (reply.ok) return reply.result
      throw new Error(`no status: ${JSON.stringify(reply.error)}`)
    },
  }
}

const folders = new Set<string>()

/** Removes the folders of all servers that were started; to be called when these have ended. */
export function removeFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders.clear()
}

/** Waits for a condition that may take a question to find out, within a bound. */
export async function waitUntil(condition: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = performance.now() + WAIT_MS
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await delay(5)
  }
}

/** Log lines that say that something went wrong. */
export function complaintsOf(veild: VeildProcess): Record<string, unknown>[] {
  return veild.log().filter(({ level }) => level === 'error' || level === 'fatal')
}

const WAIT_MS = 20_000

function configurationText(zones: Zones, settings: string): string {
  const entries = Object.entries(zones).map(([apex, { overlay }]) => {
    const overlays = overlay === undefined ? '' : `, overlays: { internal: zones/${apex}.internal.zone }`
    return `  ${apex}: { file: zones/${apex}.zone, dnssec: off${overlays} }`
  })
  return `listen: ["127.0.0.1@0"]
state: state
workers: 2
tcp: { total: 2h }   # clients that watch a long test keep their connection
views:
  internal: { clients: [${INSIDER}] }
  public: {}
${settings}
zones:
${entries.join('\n')}
`
}

/** At once, so that nobody reads half of it. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
