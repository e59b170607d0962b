import { dirname, resolve } from 'node:path'
import type { FileProblem } from '../../zones/file-problem.ts'
import { resolveBans } from './bans.ts'
import { DEFAULT_DETECTION, DEFAULT_SEALING, DEFAULT_STREAMS, DEFAULT_UDP, DEFAULT_WORKERS } from './defaults.ts'
import type { DetectionSettings } from './detection-types.ts'
import type { ConfigurationDocument } from './document.ts'
import { resolveLeaks } from './leaks.ts'
import { parseDuration, parseSize } from './quantities.ts'
import { resolveRateLimit } from './rate-limit.ts'
import { createReport, type Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { Configuration, Identity, SealingSettings, StreamLimits } from './types.ts'
import { resolveListen, resolveViews } from './views.ts'
import { resolveZones } from './zones.ts'

/** Gives the entries their meaning, fills in defaults, and checks what only shows when they are seen together. */
export function resolveConfiguration(
  raw: RawConfiguration,
  document: ConfigurationDocument,
  defaultState: string,
): { configuration: Configuration; problems: readonly FileProblem[] } {
  const report = createReport(document)
  const listen = resolveListen(raw, report)
  const views = resolveViews(raw, listen, report)
  const configuration = {
    listen,
    user: raw.user,
    state: raw.state === undefined ? defaultState : resolve(dirname(document.file), raw.state),
    workers: raw.workers ?? DEFAULT_WORKERS,
    udp: raw.udp ?? DEFAULT_UDP,
    views,
    zones: resolveZones(raw, document.file, views, report),
    rateLimit: resolveRateLimit(raw['rate-limit'], report),
    streams: resolveStreams(raw.tcp),
    guard: { ...resolveDetection(raw.guard), ...resolveBans(raw.guard, document.file, report) },
    leaks: resolveLeaks(raw.leaks, views, listen, report),
    identity: resolveIdentity(raw.identity, report),
    sealing: resolveSealing(raw.sealing, document.file),
  }
  return { configuration, problems: report.problems }
}

function resolveDetection({ detection, response }: NonNullable<RawConfiguration['guard']> = {}): DetectionSettings {
  return { detection: detection ?? DEFAULT_DETECTION.detection, response: response ?? DEFAULT_DETECTION.response }
}

function resolveStreams(raw: RawConfiguration['tcp'] = {}): StreamLimits {
  const either = (value: string | number | undefined, parse: typeof parseSize, otherwise: number) =>
    value === undefined ? otherwise : parse(value)!
  return {
    connections: raw.connections ?? DEFAULT_STREAMS.connections,
    connectionsPerClient: raw['connections-per-client'] ?? DEFAULT_STREAMS.connectionsPerClient,
    idleSeconds: either(raw.idle, parseDuration, DEFAULT_STREAMS.idleSeconds),
    totalSeconds: either(raw.total, parseDuration, DEFAULT_STREAMS.totalSeconds),
    writeBufferOctets: either(raw['write-buffer'], parseSize, DEFAULT_STREAMS.writeBufferOctets),
  }
}

function resolveSealing(raw: RawConfiguration['sealing'] = {}, file: string): SealingSettings {
  return {
    unlock: raw.unlock ?? DEFAULT_SEALING.unlock,
    keyFile: raw['key-file'] === undefined ? undefined : resolve(dirname(file), raw['key-file']),
    credential: raw.credential ?? DEFAULT_SEALING.credential,
  }
}

/** Texts are one TXT string each (RFC 1035 §3.3), so at most 255 octets. */
function resolveIdentity(raw: RawConfiguration['identity'] = {}, report: Report): Identity {
  for (const key of ['version', 'hostname', 'nsid'] as const) {
    const octets = Buffer.byteLength(raw[key] ?? '')
    if (octets <= 255) continue
    report.at(['identity', key], { found: `${octets} octets`, expected: 'at most 255 octets', remedy: 'Shorten it.' })
  }
  return {
    mask: raw.mask,
    version: raw.version,
    hostname: raw.hostname,
    nsid: raw.nsid === undefined ? undefined : readNsid(raw.nsid),
  }
}

function readNsid(text: string): Uint8Array {
  return new Uint8Array(/^0x(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text))
}
