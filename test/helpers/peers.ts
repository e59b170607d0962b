import { createSocket } from 'node:dgram'
import { accessSync, constants, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Daemon, startDaemon } from './daemon.ts'

/** A zone that a server shall answer for. */
export interface ServedZone {
  /** Presentation format without trailing dot, the root as `.`; LDH labels only. */
  readonly apex: string
  /** Absolute path of its master file. */
  readonly path: string
}

export interface PeerOptions {
  readonly zones: readonly ServedZone[]
  /** CPU to pin the server to, with one worker; undefined: anywhere, as installed. */
  readonly core?: number
  /** Listens at ::1 as well. */
  readonly hasIpv6?: true
}

interface PeerKind {
  readonly command: string
  /** Debian's package of it. */
  readonly package: string
  configuration(port: number, folder: string, options: PeerOptions): string
  arguments(folder: string, options: PeerOptions): string[]
}

export type PeerName = 'NSD' | 'Knot' | 'BIND' | 'PowerDNS'

/** PowerDNS takes no other name. */
const CONFIGURATION = 'pdns.conf'
const SYSTEM_PATHS = '/usr/sbin:/sbin:/usr/local/sbin'

/** The package to install where a peer is missing; undefined: it is there. */
export function missingPeerPackage(name: PeerName): string | undefined {
  const folders = `${process.env.PATH ?? ''}${delimiter}${SYSTEM_PATHS}`.split(delimiter)
  const found = folders.some((folder) => isExecutable(join(folder, KINDS[name].command)))
  return found ? undefined : KINDS[name].package
}

/**
 * Starts a real server on 127.0.0.1 with a configuration of its own in a temporary folder: authoritative only, no rate
 * limit, minimal responses where the server knows them, no control channel. Resolves when it answers every zone's SOA.
 */
export function startPeer(name: PeerName, options: PeerOptions): Promise<Daemon> {
  const kind = KINDS[name]
  return startDaemon({
    name,
    command: kind.command,
    prepare: (port, folder) => writeFileSync(join(folder, CONFIGURATION), kind.configuration(port, folder, options)),
    arguments: (_port, folder) => kind.arguments(folder, options),
    environment: { PATH: `${process.env.PATH ?? ''}${delimiter}${SYSTEM_PATHS}` },
    ready: zonesAnswer(options.zones),
    ...(options.core === undefined ? {} : { core: options.core }),
  })
}

/** A test of readiness: true once each zone's SOA has come back as an authoritative answer. */
export function zonesAnswer(zones: readonly ServedZone[]): (port: number) => Promise<boolean> {
  const pending = new Set(zones.map((zone) => zone.apex))
  return async (port) => {
    for (const apex of pending) {
      if (!(await answersSoa(port, apex))) return false
      pending.delete(apex)
    }
    return true
  }
}

const KINDS: Readonly<Record<PeerName, PeerKind>> = {
  NSD: {
    command: 'nsd',
    package: 'nsd',
    configuration: (port, folder, { zones, hasIpv6 }) =>
      [
        'server:',
        `  ip-address: 127.0.0.1@${port}`,
        ...(hasIpv6 ? [`  ip-address: ::1@${port}`] : []),
        '  server-count: 1',
        '  username: ""',
        `  zonesdir: "${folder}"`,
        '  database: ""',
        `  pidfile: "${folder}/nsd.pid"`,
        `  xfrdfile: "${folder}/xfrd.state"`,
        `  zonelistfile: "${folder}/zone.list"`,
        '  rrl-ratelimit: 0',
        '  rrl-whitelist-ratelimit: 0',
        '  minimal-responses: yes',
        '  tcp-count: 100',
        'remote-control:',
        '  control-enable: no',
        ...zones.flatMap((zone) => ['zone:', `  name: "${zone.apex}"`, `  zonefile: "${zone.path}"`]),
      ].join('\n'),
    arguments: (folder) => ['-d', '-c', join(folder, CONFIGURATION)],
  },
  Knot: {
    command: 'knotd',
    package: 'knot',
    configuration: (port, folder, { zones, core, hasIpv6 }) =>
      [
        'server:',
        `    rundir: "${folder}"`,
        `    listen: [${['127.0.0.1', ...(hasIpv6 ? ['::1'] : [])].map((address) => `${address}@${port}`).join(', ')}]`,
        ...(core === undefined ? [] : ['    udp-workers: 1', '    tcp-workers: 1', '    background-workers: 1']),
        'log:',
        '  - target: stderr',
        '    any: warning',
        'database:',
        `    storage: "${folder}"`,
        'template:',
        '  - id: default',
        '    semantic-checks: soft',
        '    journal-content: none',
        '    zonefile-sync: -1',
        'zone:',
        ...zones.flatMap((zone) => [`  - domain: "${zone.apex}"`, `    file: "${zone.path}"`]),
      ].join('\n'),
    arguments: (folder) => ['-c', join(folder, CONFIGURATION)],
  },
  BIND: {
    command: 'named',
    package: 'bind9',
    configuration: (port, folder, { zones, hasIpv6 }) =>
      [
        'options {',
        `  directory "${folder}"; pid-file "${folder}/named.pid"; session-keyfile "${folder}/session.key";`,
        `  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 port ${port} { ${hasIpv6 ? '::1' : 'none'}; };`,
        '  recursion no; minimal-responses yes; notify no; dnssec-validation no; empty-zones-enable no;',
        '  zone-statistics none; max-cache-size 10m;',
        '};',
        'controls { };',
        ...zones.map((zone) => `zone "${zone.apex}" { type primary; file "${zone.path}"; check-names ignore; };`),
      ].join('\n'),
    arguments: (folder, { core }) => [
      '-g',
      '-c',
      join(folder, CONFIGURATION),
      ...(core === undefined ? [] : ['-n', '1']),
    ],
  },
  PowerDNS: {
    command: 'pdns_server',
    package: 'pdns-server',
    configuration: (port, folder, { zones, core }) => {
      const list = zones.map((zone) => `zone "${zone.apex}" { type master; file "${zone.path}"; };`).join('\n')
      writeFileSync(join(folder, 'zones.conf'), list)
      return powerDnsLines(port, folder, core !== undefined).join('\n')
    },
    arguments: (folder) => [`--config-dir=${folder}`],
  },
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** One question over UDP; false when nothing came within 300 ms, or no authoritative answer did. */
function answersSoa(port: number, apex: string): Promise<boolean> {
  const socket = createSocket('udp4')
  return new Promise<boolean>((resolve) => {
    const finish = (answered: boolean) => {
      clearTimeout(timer)
      socket.close()
      resolve(answered)
    }
    const timer = setTimeout(finish, 300, false)
    socket.once('error', () => finish(false))
    socket.once('message', (answer) => finish(answer.length > 12 && (answer[3]! & 0x0f) === 0 && answer[7]! > 0))
    socket.connect(port, '127.0.0.1', () => socket.send(soaQuery(apex)))
  })
}

function soaQuery(apex: string): Uint8Array {
  const labels = apex.split('.').filter((label) => label !== '')
  const name = Buffer.concat([
    ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.of(0),
  ])
  return Buffer.concat([Buffer.from([0x56, 0x4c, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]), name, Buffer.from([0, 6, 0, 1])])
}

/** PowerDNS over the zones of `zones.conf` in `folder`; `isPinned`: with one thread of each kind, for one core. */
export function powerDnsLines(port: number, folder: string, isPinned: boolean): string[] {
  return [
    'launch=bind',
    `bind-config=${folder}/zones.conf`,
    'local-address=127.0.0.1',
    `local-port=${port}`,
    `socket-dir=${folder}`,
    'daemon=no',
    'guardian=no',
    'security-poll-suffix=',
    'disable-syslog=yes',
    'loglevel=3',
    ...(isPinned ? ['receiver-threads=1', 'distributor-threads=1'] : []),
  ]
}
