import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Daemon, type DaemonOptions, startDaemon } from '../test/helpers/daemon.ts'
import { type PeerName, powerDnsLines, zonesAnswer } from '../test/helpers/peers.ts'
import { VEILD } from '../test/helpers/veild.ts'
import { type Contestant, packageVersion, versionOf } from './contestants.ts'

/** A server that signs a zone as it answers, and where it runs. */
export interface SignerOptions {
  readonly apex: string
  readonly zonePath: string
  readonly core: number
}

const SYSTEM_PATHS = '/usr/sbin:/sbin:/usr/local/sbin'

/**
 * Veil as shipped, signing with this algorithm. Nothing limits it: what a name costs that nobody asked for before could
 * not be measured within a budget that keeps others from asking for many.
 */
export async function startVeil(
  { apex, zonePath, core }: SignerOptions,
  { name, algorithm, denial = 'compact' }: { name: string; algorithm: number; denial?: string },
): Promise<Contestant> {
  const configuration = (port: number, state: string): string =>
    [
      `listen: ["127.0.0.1@${port}"]`,
      `state: ${state}`,
      'workers: 1',
      'rate-limit: { enabled: false }',
      'views: { internal: { clients: [10.0.0.0/8] }, public: {} }',
      `zones: { ${apex}: { file: ${zonePath}, dnssec: { algorithm: ${algorithm}, denial: ${denial} } } }`,
      '',
    ].join('\n')
  const daemon = await startOn(core, apex, zonePath, {
    name,
    command: process.execPath,
    prepare: (port, state) => writeFileSync(join(state, 'veil.yaml'), configuration(port, state)),
    arguments: (_port, state) => [VEILD, '--config', join(state, 'veil.yaml')],
  })
  return { name, version: `${packageVersion()}, Node ${process.version}`, daemon }
}

/** Knot DNS with its module that signs each answer. */
export async function startKnot(
  { apex, zonePath, core }: SignerOptions,
  { name, algorithm }: { name: string; algorithm: string },
): Promise<Contestant> {
  const configuration = (port: number, folder: string): string =>
    [
      'server:',
      `    rundir: "${folder}"`,
      `    listen: 127.0.0.1@${port}`,
      '    udp-workers: 1',
      '    tcp-workers: 1',
      '    background-workers: 1',
      'database:',
      `    storage: "${folder}"`,
      'policy:',
      '  - id: signing',
      `    algorithm: ${algorithm}`,
      'mod-onlinesign:',
      '  - id: online',
      '    policy: signing',
      'zone:',
      `  - domain: "${apex}"`,
      `    file: "${zonePath}"`,
      '    journal-content: none',
      '    zonefile-sync: -1',
      '    module: mod-onlinesign/online',
    ].join('\n')
  const daemon = await startOn(core, apex, zonePath, {
    name,
    command: 'knotd',
    prepare: (port, folder) => writeFileSync(join(folder, 'knot.conf'), configuration(port, folder)),
    arguments: (_port, folder) => ['-c', join(folder, 'knot.conf')],
  })
  return { name, version: versionOf('Knot'), daemon }
}

/** PowerDNS, signing as it answers, with narrow NSEC3. */
export async function startPowerDns(
  { apex, zonePath, core }: SignerOptions,
  { name, algorithm }: { name: string; algorithm: string },
): Promise<Contestant> {
  const prepare = (port: number, folder: string): void => {
    writeFileSync(join(folder, 'zones.conf'), `zone "${apex}" { type master; file "${zonePath}"; };`)
    const lines = [...powerDnsLines(port, folder, true), `bind-dnssec-db=${folder}/dnssec.sqlite3`]
    writeFileSync(join(folder, 'pdns.conf'), lines.join('\n'))
    const pdnsutil = (...args: string[]): void => {
      execFileSync('pdnsutil', [`--config-dir=${folder}`, ...args], { stdio: 'pipe' })
    }
    pdnsutil('create-bind-db', join(folder, 'dnssec.sqlite3'))
    pdnsutil('add-zone-key', apex, 'ksk', 'active', algorithm)
    pdnsutil('add-zone-key', apex, 'zsk', 'active', algorithm)
    pdnsutil('set-nsec3', apex, '1 0 0 -', 'narrow')
  }
  const daemon = await startOn(core, apex, zonePath, {
    name,
    command: 'pdns_server',
    prepare,
    arguments: (_port, folder) => [`--config-dir=${folder}`],
  })
  return { name, version: versionOf('PowerDNS'), daemon }
}

/** Signs the zone by BIND's tool with algorithm 13, and returns the path of the signed file. */
export function presign(folder: string, apex: string, zonePath: string): string {
  const keys = join(folder, 'keys')
  mkdirSync(keys, { recursive: true })
  const path = `${zonePath}.signed`
  for (const flags of [[], ['-f', 'KSK']]) {
    execFileSync('dnssec-keygen', ['-q', '-K', keys, '-a', 'ECDSAP256SHA256', ...flags, apex], { stdio: 'pipe' })
  }
  execFileSync('dnssec-signzone', ['-q', '-S', '-K', keys, '-d', folder, '-o', apex, '-f', path, zonePath], {
    stdio: 'pipe',
  })
  return path
}

/** The peer's version, for a contestant that serves the presigned zone. */
export function presignedVersion(name: PeerName): string {
  return `${versionOf(name)}, presigned`
}

function startOn(
  core: number,
  apex: string,
  zonePath: string,
  options: Pick<DaemonOptions, 'name' | 'command' | 'prepare' | 'arguments'>,
): Promise<Daemon> {
  return startDaemon({
    ...options,
    environment: { PATH: `${process.env.PATH ?? ''}:${SYSTEM_PATHS}` },
    ready: zonesAnswer([{ apex, path: zonePath }]),
    core,
    startSeconds: 60,
  })
}
