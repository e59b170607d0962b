import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Type } from '../../dns/constants.ts'
import { buildQuery, readMessage } from '../../dns/message.ts'
import { ROOT } from '../../dns/name.ts'
import { type Daemon, startDaemon } from './daemon.ts'
import { connectUdp } from './udp-client.ts'
import { UNBOUND_TELLS_WHY, unboundBasics } from './unbound-settings.ts'

export const RESOLVER_NAMES = ['Unbound', 'Knot Resolver', 'PowerDNS Recursor'] as const
export type ResolverName = (typeof RESOLVER_NAMES)[number]

/** What a resolver is told of the world, and how it is to ask. */
export interface ResolverOptions {
  /** Address at whose port 53 the root zone is served. */
  readonly rootServer: string
  /** Name of the root's server, as in the root zone; absolute. */
  readonly rootServerName: string
  /** DS records of the root, presentation format without owner: `12345 13 2 0123…`. */
  readonly anchors: readonly string[]
  /** False: pass on what servers say, unchecked, for validators that stand behind. */
  readonly validate?: boolean
  /** Octets of UDP payload that it offers to servers. */
  readonly udpSize?: number
  readonly tcpOnly?: boolean
  /** Spells the letters of its questions in random case. */
  readonly randomCase?: boolean
  /** Never asks for the whole name where it does not know that the ancestor exists (RFC 9156), without falling back. */
  readonly strictMinimisation?: boolean
}

interface ResolverKind {
  readonly command: string
  /** Debian's package of it. */
  readonly package: string
  readonly file: string
  configuration(port: number, folder: string, options: ResolverOptions): string
  arguments(folder: string): string[]
  /** Which of the optional settings it has a switch for. */
  readonly settings: readonly (keyof ResolverOptions)[]
}

const SYSTEM_PATHS = '/usr/sbin:/sbin:/usr/local/sbin'
const DEFAULT_UDP_SIZE = 1232

/** The package to install where a resolver is missing; undefined: it is there. */
export function missingResolverPackage(name: ResolverName): string | undefined {
  return missingCommandPackage(RESOLVERS[name].command, RESOLVERS[name].package)
}

/** The package when none of the folders for commands holds this one. */
export function missingCommandPackage(command: string, debianPackage: string): string | undefined {
  const folders = `${process.env.PATH ?? ''}${delimiter}${SYSTEM_PATHS}`.split(delimiter)
  return folders.some((folder) => isExecutable(join(folder, command))) ? undefined : debianPackage
}

/** Whether a resolver can be told to behave so. */
export function resolverKnows(name: ResolverName, setting: keyof ResolverOptions): boolean {
  return RESOLVERS[name].settings.includes(setting)
}

/**
 * Starts a validating resolver on 127.0.0.1 that iterates from the given root, with a configuration of its own in a
 * temporary folder and no control channel. Resolves when it answers a question about the root.
 */
export function startResolver(name: ResolverName, options: ResolverOptions): Promise<Daemon> {
  const kind = RESOLVERS[name]
  return startDaemon({
    name: name.replace(' ', '-'),
    command: kind.command,
    prepare: (port, folder) => writeFileSync(join(folder, kind.file), kind.configuration(port, folder, options)),
    arguments: (_port, folder) => kind.arguments(folder),
    environment: { PATH: `${process.env.PATH ?? ''}${delimiter}${SYSTEM_PATHS}` },
    ready: answersRootSoa,
  })
}

const RESOLVERS: Readonly<Record<ResolverName, ResolverKind>> = {
  Unbound: {
    command: 'unbound',
    package: 'unbound',
    file: 'unbound.conf',
    settings: ['validate', 'udpSize', 'tcpOnly', 'randomCase', 'strictMinimisation'],
    configuration: (port, folder, options) =>
      [
        'server:',
        ...unboundBasics(`127.0.0.1@${port}`, folder),
        ...UNBOUND_TELLS_WHY,
        '  outgoing-range: 256',
        `  module-config: "${options.validate === false ? '' : 'validator '}iterator"`,
        ...options.anchors.map((anchor) => `  trust-anchor: ". IN DS ${anchor}"`),
        '  qname-minimisation: yes',
        `  qname-minimisation-strict: ${options.strictMinimisation === true ? 'yes' : 'no'}`,
        '  aggressive-nsec: yes',
        `  use-caps-for-id: ${options.randomCase === true ? 'yes' : 'no'}`,
        `  tcp-upstream: ${options.tcpOnly === true ? 'yes' : 'no'}`,
        `  edns-buffer-size: ${options.udpSize ?? DEFAULT_UDP_SIZE}`,
        '  max-udp-size: 4096',
        '  ede: yes',
        'remote-control:',
        '  control-enable: no',
        'stub-zone:',
        '  name: "."',
        `  stub-addr: ${options.rootServer}`,
        '  stub-prime: no',
      ].join('\n'),
    arguments: (folder) => ['-d', '-c', join(folder, 'unbound.conf')],
  },
  'Knot Resolver': {
    command: 'kresd',
    package: 'knot-resolver',
    file: 'kresd.conf',
    settings: ['udpSize', 'tcpOnly'],
    configuration: (port, folder, options) => {
      mkdirSync(join(folder, 'cache'))
      const { rootServerName, rootServer, tcpOnly, udpSize = DEFAULT_UDP_SIZE } = options
      return [
        `net.listen('127.0.0.1', ${port}, { kind = 'dns' })`,
        'net.ipv6 = false',
        `cache.open(50 * MB, 'lmdb://${folder}/cache')`,
        // Priming would drop the root's address: those of loopback are not taken from answers about the root.
        ...['priming', 'ta_update', 'ta_signal_query', 'detect_time_skew'].map((name) => `modules.unload('${name}')`),
        "modules.load('hints'); modules.load('policy')",
        "trust_anchors.remove('.')",
        `hints.root({ ['${rootServerName}'] = { '${rootServer}' } })`,
        ...options.anchors.map((anchor) => `trust_anchors.add('. IN DS ${anchor}')`),
        'option("ALLOW_LOCAL", true)',
        ...(tcpOnly === true ? ['option("TCP", true)'] : []),
        `net.bufsize(4096, ${udpSize})`,
        "log_groups({ 'valdtr' })",
      ].join('\n')
    },
    arguments: (folder) => ['-n', '-c', join(folder, 'kresd.conf'), folder],
  },
  'PowerDNS Recursor': {
    command: 'pdns_recursor',
    package: 'pdns-recursor',
    file: 'recursor.conf',
    settings: ['udpSize'],
    configuration: (port, folder, options) => {
      writeHints(folder, options)
      const anchors = options.anchors.map((anchor) => `addTA(".", "${anchor}")`)
      writeFileSync(join(folder, 'anchors.lua'), ['clearTA(".")', ...anchors].join('\n'))
      return [
        'local-address=127.0.0.1',
        `local-port=${port}`,
        `socket-dir=${folder}`,
        `hint-file=${folder}/hints`,
        `lua-config-file=${folder}/anchors.lua`,
        'dont-query=',
        'dnssec=validate',
        'dnssec-log-bogus=yes',
        'extended-resolution-errors=yes',
        'daemon=no',
        'disable-syslog=yes',
        'threads=1',
        'export-etc-hosts=no',
        'serve-rfc1918=no',
        'security-poll-suffix=',
        'loglevel=6',
        'quiet=yes',
        `edns-outgoing-bufsize=${options.udpSize ?? DEFAULT_UDP_SIZE}`,
        'udp-truncation-threshold=4096',
        'webserver=no',
      ].join('\n')
    },
    arguments: (folder) => [`--config-dir=${folder}`],
  },
}

function writeHints(folder: string, { rootServerName, rootServer }: ResolverOptions): void {
  writeFileSync(
    join(folder, 'hints'),
    `. 3600000 IN NS ${rootServerName}\n${rootServerName} 3600000 IN A ${rootServer}\n`,
  )
}

async function answersRootSoa(port: number): Promise<boolean> {
  const client = await connectUdp({ port, timeoutMs: 1000 })
  try {
    const answer = await client.ask(buildQuery({ id: 1, name: ROOT, type: Type.SOA, rd: true }))
    const message = answer && readMessage(answer)
    return message?.rcode === 0 && message.answer.length > 0
  } finally {
    client.close()
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
