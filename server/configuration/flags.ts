import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { canonicalName, nameToText } from '../../dns/name.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import { formatListen, readListen } from '../address.ts'
import {
  DEFAULT_GUARD,
  DEFAULT_RATE_LIMIT,
  DEFAULT_SEALING,
  DEFAULT_STREAMS,
  DEFAULT_UDP,
  DEFAULT_WORKERS,
  NO_IDENTITY,
} from './defaults.ts'
import { DEFAULT_DNSSEC } from './dnssec.ts'
import { readName } from './names.ts'
import type { ConfigurationReading } from './read.ts'
import type { Configuration, DnssecConfiguration, ListenAddress, ZoneConfiguration } from './types.ts'

/** What `veild` may be told on its command line; all but those of zones also change what a configuration file says. */
export interface Flags {
  readonly listen: readonly string[]
  /** Each `NAME=FILE`. */
  readonly zone: readonly string[]
  /** Folder in which each `NAME.zone` is the zone NAME, `root.zone` the root. */
  readonly zones?: string
  readonly state?: string
  readonly user?: string
  readonly workers?: number
  readonly rateLimit: boolean
  readonly dnssec: boolean
  /** Zones that bring DNSKEY and RRSIG at their apex are served as they are. */
  readonly presigned?: boolean
}

/** A configuration from flags alone: one view, `public`, for everybody. The folder of zones is read anew each time. */
export function configureFromFlags(flags: Flags, defaultState: string): ConfigurationReading {
  const problems: FileProblem[] = []
  const listen = readListenFlags(flags, problems)
  const zones = [
    ...flags.zone.flatMap((text) => readZoneFlag(text, problems)),
    ...readZoneFolder(flags.zones, problems),
  ]
  if (listen.length === 0 && problems.length === 0) {
    problems.push(
      problem('--listen', 'no address to listen at', 'at least one', 'For example: --listen 127.0.0.1@5300'),
    )
  }
  if (zones.length === 0 && problems.length === 0) {
    const remedy = 'For example: --zone example.com=example.com.zone, or --zones DIR, or --config veil.yaml'
    problems.push(problem('--zone', 'no zone to serve', 'at least one', remedy))
  }
  problems.push(
    ...repeated(
      zones.map((zone) => zone.name),
      '--zone',
    ),
  )
  if (problems.length > 0) return { outcome: 'refused', problems, source: '' }
  const configuration: Configuration = {
    listen,
    user: undefined,
    state: defaultState,
    workers: DEFAULT_WORKERS,
    udp: DEFAULT_UDP,
    views: [{ name: 'public', clients: undefined, listen: undefined }],
    zones,
    rateLimit: DEFAULT_RATE_LIMIT,
    streams: DEFAULT_STREAMS,
    guard: DEFAULT_GUARD,
    leaks: {},
    identity: NO_IDENTITY,
    sealing: DEFAULT_SEALING,
  }
  return { outcome: 'accepted', configuration: overridden(configuration, listen, flags), warnings: [] }
}

/**
 * A configuration that was read, with what the command line says about it; the command line wins. Other addresses are
 * refused where views are bound to those of the file.
 */
export function overrideByFlags(
  reading: Extract<ConfigurationReading, { outcome: 'accepted' }>,
  flags: Flags,
): ConfigurationReading {
  const problems: FileProblem[] = []
  const listen = readListenFlags(flags, problems)
  const { configuration } = reading
  const bound = configuration.views.find((view) => view.listen !== undefined)
  if (listen.length > 0 && bound !== undefined) {
    const found = `other addresses than the configuration's, where the view "${bound.name}" is bound to some of those`
    problems.push(problem('--listen', found, 'no --listen', 'Change `listen` in the configuration.'))
  }
  if (problems.length > 0) return { outcome: 'refused', problems, source: '' }
  return { ...reading, configuration: overridden(configuration, listen, flags) }
}

function overridden(configuration: Configuration, listen: readonly ListenAddress[], flags: Flags): Configuration {
  return {
    ...configuration,
    listen: listen.length > 0 ? listen : configuration.listen,
    state: flags.state === undefined ? configuration.state : resolve(flags.state),
    user: flags.user ?? configuration.user,
    workers: flags.workers ?? configuration.workers,
    zones: configuration.zones.map((zone) => ({ ...zone, dnssec: overriddenDnssec(zone.dnssec, flags) })),
    rateLimit: flags.rateLimit ? configuration.rateLimit : { ...configuration.rateLimit, enabled: false },
  }
}

function overriddenDnssec(dnssec: DnssecConfiguration, flags: Flags): DnssecConfiguration {
  if (!flags.dnssec) return { kind: 'off' }
  return flags.presigned === true && dnssec.kind === 'signed' ? { ...dnssec, unlessPresigned: true } : dnssec
}

function readListenFlags(flags: Flags, problems: FileProblem[]): ListenAddress[] {
  const listen = flags.listen.flatMap((text) => readListenFlag(text, problems))
  problems.push(...repeated(listen.map(formatListen), '--listen'))
  return listen
}

function readListenFlag(text: string, problems: FileProblem[]): ListenAddress[] {
  const reading = readListen(text)
  if (reading.outcome === 'read') return [reading.value]
  problems.push(problem('--listen', reading.reason, 'an address and a port', 'For example: --listen 127.0.0.1@5300'))
  return []
}

function readZoneFlag(text: string, problems: FileProblem[]): ZoneConfiguration[] {
  const equals = text.indexOf('=')
  const name = equals < 0 ? undefined : readName(text.slice(0, equals))
  if (name?.outcome === 'read' && equals < text.length - 1) return [plainZone(name.value, text.slice(equals + 1))]
  const found = name?.outcome === 'unreadable' ? name.reason : JSON.stringify(text)
  const remedy = 'For example: --zone example.com=example.com.zone'
  problems.push(problem('--zone', found, 'a zone and its master file', remedy))
  return []
}

function readZoneFolder(folder: string | undefined, problems: FileProblem[]): ZoneConfiguration[] {
  if (folder === undefined) return []
  const files = listFolder(folder)
  if (files === undefined) {
    problems.push(
      problem('--zones', `no folder ${JSON.stringify(folder)} that can be read`, 'a folder of zone files', ''),
    )
    return []
  }
  return files.flatMap((file) => {
    const stem = file.slice(0, -'.zone'.length)
    const name = readName(stem === 'root' ? '.' : stem)
    if (name.outcome === 'read') return [plainZone(name.value, join(folder, file))]
    problems.push(problem(join(folder, file), name.reason, 'a file called after its zone', 'Rename it.'))
    return []
  })
}

function listFolder(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.zone') && file !== '.zone')
      .sort()
  } catch {
    return undefined
  }
}

function plainZone(name: Uint8Array, file: string): ZoneConfiguration {
  const apex = canonicalName(name)
  return {
    name: nameToText(apex),
    apex,
    file: resolve(file),
    overlays: {},
    hide: {},
    views: undefined,
    dnssec: DEFAULT_DNSSEC,
  }
}

function repeated(keys: readonly string[], flag: string): FileProblem[] {
  const twice = new Set(keys.filter((key, index) => keys.indexOf(key) !== index))
  return [...twice].map((key) => problem(flag, `${key} twice`, 'each once', 'Remove one of the two.'))
}

function problem(place: string, found: string, expected: string, remedy: string): FileProblem {
  return { severity: 'error', file: place, line: 0, column: 0, found, expected, remedy }
}
