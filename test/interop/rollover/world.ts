import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sendCommand } from '../../../server/control/client.ts'
import { CONTROL_SOCKET, type ControlCommands } from '../../../server/control/protocol.ts'
import type { RolloverReport } from '../../../server/keys/rollover-protocol.ts'
import { type Run, runDnsctl } from '../../dnsctl/run.ts'
import { type Daemon, freePort, startDaemon } from '../../helpers/daemon.ts'
import { until } from '../../helpers/until.ts'
import { isReadyLine, VEILD } from '../../helpers/veild.ts'
import { type Asker, startAsking } from './asker.ts'
import { type Registrar, startRegistrar } from './registrar.ts'
import { startUnbound } from './unbound.ts'

/** The parent, which nobody rolls, and the child, whose keys are rolled. */
export const PARENT = 'lab.'
export const CHILD = 'child.lab.'

/** For a roll whose steps wait for seconds. */
const PATIENCE_MS = 60_000

/** Seconds: of every record, and so of what caches keep. */
const TTL = 1

/** What is said of the child's signing besides times. */
export interface ChildSigning {
  readonly algorithm: number
  readonly isCombined: boolean
}

/**
 * A parent and a child of Veil's on loopback, a registrar who carries the child's CDS over to the parent, and an Unbound
 * that trusts the parent and is asked without pause.
 */
export interface World {
  readonly asker: Asker
  /** Runs dnsctl beside the child. */
  readonly dnsctl: (...argv: readonly string[]) => Promise<Run>
  /** Signs the child otherwise from the next reload on, which this is. */
  readonly sign: (signing: ChildSigning) => Promise<void>
  readonly report: () => Promise<RolloverReport>
  /** Waits until nothing is left to be done with the child's keys. */
  readonly settled: (what: string, isSo?: (report: RolloverReport) => boolean) => Promise<RolloverReport>
  readonly registrar: Registrar
  readonly stop: () => Promise<void>
}

/** Starts everything; resolves once the child is secure, as Unbound sees it. */
export async function openWorld(first: ChildSigning): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'veil-rollover-'))
  const closing: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const stop = async () => {
    for (const close of closing.reverse()) await close()
  }
  try {
    const ports = { parent: await freePort(), child: await freePort() }
    const parent = await startVeil(join(folder, 'parent'), ports.parent, parentFiles(ports))
    closing.push(() => parent.stop())
    const child = await startVeil(join(folder, 'child'), ports.child, childFiles(ports, first))
    closing.push(() => child.stop())
    const at = (name: string) => join(folder, name)
    const ask = commandsOf(at('child'))
    const registrar = startRegistrar({
      ...{ zone: CHILD, port: ports.child, parentFile: join(at('parent'), 'lab.zone') },
      zoneWith: (ds, serial) => parentZone(ds, serial),
      reload: async () => {
        await commandsOf(at('parent'))('reload', {})
      },
    })
    closing.push(() => registrar.stop())
    const anchors = await runDnsctl(at('parent'), ['key', 'ds', PARENT, '--form', 'ds'])
    const unbound = await startUnbound(anchors.stdout.trim().split('\n'), [
      { zone: PARENT, port: ports.parent },
      { zone: CHILD, port: ports.child },
    ])
    closing.push(() => unbound.stop())
    const report = async () => (await ask('rollovers', { zone: CHILD }))[0]!
    const asker = await startAsking(unbound.port, CHILD)
    closing.push(() => asker.stop())
    const world: World = {
      ...{ asker, registrar, stop, report },
      dnsctl: (...argv) => runDnsctl(at('child'), argv),
      sign: async (signing) => {
        writeFileSync(join(at('child'), 'veil.yaml'), childFiles(ports, signing)['veil.yaml']!)
        await ask('reload', {})
      },
      settled: async (what, isSo = () => true) => {
        const deadline = Date.now() + PATIENCE_MS
        for (;;) {
          const now = await report()
          if (isAtRest(now) && isSo(now)) return now
          if (Date.now() > deadline) throw new Error(`${what}: not in time\n${await explained(at('child'))}`)
          await delay(100)
        }
      },
    }
    await world.settled('the first keys everywhere')
    await until('Unbound finds the child secure', () => asker.last()?.secure === true)
    return world
  } catch (problem) {
    await stop()
    throw problem
  }
}

/** What the server says of it, for who reads that a test failed. */
async function explained(folder: string): Promise<string> {
  const { stdout } = await runDnsctl(folder, ['key', 'explain', CHILD])
  return stdout
}

function isAtRest({ waits, transitions, changes, keys }: RolloverReport): boolean {
  const isQuiet = waits.length === 0 && transitions.length === 0 && changes.length === 0
  return isQuiet && keys.every(({ duty }) => duty !== 'retired')
}

function commandsOf(folder: string) {
  return async <Name extends keyof ControlCommands>(name: Name, args: ControlCommands[Name]['arguments']) => {
    const reply = await sendCommand(join(folder, 'state', CONTROL_SOCKET), name, args)
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message} ${reply.error.hint}`)
    return reply.result
  }
}

function startVeil(folder: string, port: number, files: Readonly<Record<string, string>>): Promise<Daemon> {
  mkdirSync(join(folder, 'state'), { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return startDaemon({
    name: 'Veil',
    command: process.execPath,
    arguments: () => [VEILD, '--config', join(folder, 'veil.yaml')],
    ready: async (_port, output) => output.includes(`127.0.0.1@${port}`) && output.split('\n').some(isReadyLine),
  })
}

interface Ports {
  readonly parent: number
  readonly child: number
}

function parentFiles({ parent }: Ports): Record<string, string> {
  return {
    'veil.yaml': configuration(parent, PARENT, [`max-ttl: ${TTL}s`, 'parent: { check: false }']),
    'lab.zone': parentZone([], 1),
  }
}

function childFiles({ parent, child }: Ports, { algorithm, isCombined }: ChildSigning): Record<string, string> {
  const standby = isCombined ? '[]' : '[zsk]'
  const keys = `publish-safety: 1s, retire-safety: 1s, standby: ${standby}, combined: ${isCombined}`
  const above = `servers: ["127.0.0.1@${parent}"], interval: 1s, ds-ttl: ${TTL}s`
  const signing = [`algorithm: ${algorithm}`, `max-ttl: ${TTL}s`, `keys: { ${keys} }`, `parent: { ${above} }`]
  return {
    'veil.yaml': configuration(child, CHILD, signing),
    'child.lab.zone': [
      `$TTL ${TTL}`,
      `@ SOA ns hostmaster 1 3600 900 604800 ${TTL}`,
      '@ NS ns',
      'ns A 127.0.0.1',
      'www A 192.0.2.80',
      'mail AAAA 2001:db8::25',
      '',
    ].join('\n'),
  }
}

function configuration(port: number, zone: string, signing: readonly string[]): string {
  const name = zone.slice(0, -1)
  return [
    `listen: ["127.0.0.1@${port}"]`,
    'state: state',
    'workers: 1',
    'rate-limit: { enabled: false }',
    'guard: { detection: false }',
    `zones:\n  ${name}:\n    file: ${name}.zone\n    dnssec: { ${signing.join(', ')} }`,
    '',
  ].join('\n')
}

function parentZone(ds: readonly string[], serial: number): string {
  return [
    `$TTL ${TTL}`,
    `@ SOA ns hostmaster ${serial} 3600 900 604800 ${TTL}`,
    '@ NS ns',
    'ns A 127.0.0.1',
    'child NS ns.child',
    'ns.child A 127.0.0.1',
    ...ds.map((rdata) => `child DS ${rdata}`),
    '',
  ].join('\n')
}
