import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Daemon, startDaemon } from '../test/helpers/daemon.ts'
import { missingPeerPackage, type PeerName, startPeer, zonesAnswer } from '../test/helpers/peers.ts'
import { isVeildBuilt, VEILD } from '../test/helpers/veild.ts'
import { projectRoot } from './project-root.ts'
import { APEX } from './workload.ts'

/** A server in the race, running and pinned to its core. */
export interface Contestant {
  readonly name: string
  readonly version: string
  readonly daemon: Daemon
}

export interface RaceOptions {
  readonly folder: string
  readonly zonePath: string
  readonly core: number
  /** Names to start; undefined: everything that is installed. */
  readonly only: readonly string[] | undefined
}

const PEERS: readonly PeerName[] = ['NSD', 'Knot', 'BIND', 'PowerDNS']

/** Starts the echo, Veil and the installed peers, each with one worker on the same core. Says what is missing. */
export async function startContestants(options: RaceOptions): Promise<Contestant[]> {
  const contestants: Contestant[] = []
  const wanted = (name: string) => options.only === undefined || options.only.includes(name)
  try {
    if (wanted('echo')) await addEcho(contestants, options)
    if (wanted('Veil')) await addVeil(contestants, options)
    for (const name of PEERS) {
      if (!wanted(name)) continue
      const lacking = missingPeerPackage(name)
      if (lacking !== undefined) console.error(`${name} is not installed (Debian package ${lacking}): left out`)
      else contestants.push({ name, version: versionOf(name), daemon: await startPeer(name, peerOptions(options)) })
    }
  } catch (problem) {
    await stopContestants(contestants)
    throw problem
  }
  return contestants
}

export async function stopContestants(contestants: readonly Contestant[]): Promise<void> {
  await Promise.all(contestants.map(({ daemon }) => daemon.stop()))
}

function peerOptions({ zonePath, core }: RaceOptions) {
  return { zones: [{ apex: APEX, path: zonePath }], core }
}

async function addEcho(contestants: Contestant[], { folder, core }: RaceOptions): Promise<void> {
  const program = join(folder, 'echo')
  try {
    execFileSync('cc', ['-O2', '-o', program, join(projectRoot(), 'bench/echo.c')], { stdio: 'pipe' })
  } catch {
    console.error('no C compiler: the bare echo is left out')
    return
  }
  const daemon = await startDaemon({
    name: 'echo',
    command: program,
    arguments: (port) => [String(port)],
    ready: async (_port, output) => output.includes('ready'),
    core,
  })
  contestants.push({ name: 'echo', version: 'bench/echo.c', daemon })
}

/** Two views and the rate limiter at work, as shipped, but with budgets that a benchmark does not exhaust. */
async function addVeil(contestants: Contestant[], { zonePath, core, folder }: RaceOptions): Promise<void> {
  if (!isVeildBuilt()) {
    console.error('Veil is not built (npm run build): left out')
    return
  }
  const overlay = join(folder, 'internal.zone')
  writeFileSync(overlay, 'staging 3600 A 10.9.9.9\n')
  const daemon = await startDaemon({
    name: 'Veil',
    command: process.execPath,
    prepare: (port, state) => writeFileSync(join(state, 'veil.yaml'), configuration(port, state, zonePath, overlay)),
    arguments: (_port, state) => [VEILD, '--config', join(state, 'veil.yaml')],
    ready: zonesAnswer([{ apex: APEX, path: zonePath }]),
    core,
  })
  contestants.push({ name: 'Veil', version: `${packageVersion()}, Node ${process.version}`, daemon })
}

function configuration(port: number, state: string, zonePath: string, overlay: string): string {
  return [
    `listen: ["127.0.0.1@${port}"]`,
    `state: ${state}`,
    'workers: 1',
    'rate-limit: { answers-per-second: { found: 1000000, absent: 1000000, error: 1000000 } }',
    'views:',
    '  internal: { clients: [10.0.0.0/8, 127.0.0.2/32, "fd00::/8"] }',
    '  public: {}',
    'zones:',
    `  ${APEX}: { file: ${zonePath}, overlays: { internal: ${overlay} }, dnssec: off }`,
    '',
  ].join('\n')
}

/** What the peer says of itself. */
export function versionOf(name: PeerName): string {
  const [command, flag] = {
    NSD: ['nsd', '-v'],
    Knot: ['knotd', '-V'],
    BIND: ['named', '-v'],
    PowerDNS: ['pdns_server', '--version'],
  }[name]
  const output = execFileSync('sh', ['-c', `PATH="$PATH:/usr/sbin" ${command} ${flag} 2>&1 || true`], {
    encoding: 'utf8',
  })
  return /\d+\.\d+[.\w-]*/.exec(output.replace(/^\w{3} \d+ [\d:]+ /, ''))?.[0] ?? 'unknown version'
}

export function packageVersion(): string {
  return JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')).version
}
