import { availableParallelism, homedir } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_RATE_LIMITS } from '../../guard/rate-limiter.ts'
import type { BanConfiguration } from './ban-types.ts'
import type { DetectionSettings } from './detection-types.ts'
import type { Configuration } from './types.ts'

/** Where state lives when nobody says: /var/lib/veil for root, otherwise the user's state folder (XDG). */
export function defaultStateFolder(environment: NodeJS.ProcessEnv, isRoot: boolean): string {
  if (isRoot) return '/var/lib/veil'
  return join(environment.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'veil')
}

/** One worker for each processor that this process might use when it started. */
export const DEFAULT_WORKERS: number = Math.min(256, availableParallelism())

/** Batched system calls are Linux's; see server/udp. */
export const DEFAULT_UDP: Configuration['udp'] = process.platform === 'linux' ? 'batched' : 'dgram'

/** Limits of TCP where the configuration gives none: docs/limits.md says why these. */
export const DEFAULT_STREAMS: Configuration['streams'] = {
  connections: 1000,
  connectionsPerClient: 20,
  idleSeconds: 10,
  totalSeconds: 300,
  writeBufferOctets: 256 * 1024,
}

/** Nothing is told to strangers unless the operator says so. */
export const NO_IDENTITY: Configuration['identity'] = {
  mask: undefined,
  version: undefined,
  hostname: undefined,
  nsid: undefined,
}

/** Limits of UDP where the configuration gives none. */
export const DEFAULT_RATE_LIMIT: Configuration['rateLimit'] = { enabled: true, cookies: true, ...DEFAULT_RATE_LIMITS }

/**
 * Bans where the configuration says nothing. None is automatic: that a detector is right about a network is for a person to
 * see first, and who enumerates is starved in any case.
 */
export const DEFAULT_BAN: BanConfiguration = {
  automatic: false,
  seconds: 3600,
  ipv6Length: 128,
  crawlers: [],
  withoutLookup: false,
  nftables: undefined,
}

/** Enumeration is looked for, and starved. */
export const DEFAULT_DETECTION: DetectionSettings = { detection: true, response: 'auto' }

/** The key file in the state folder opens the store: it starts without a person. */
export const DEFAULT_SEALING: Configuration['sealing'] = {
  unlock: 'key-file',
  keyFile: undefined,
  credential: 'veil-key',
}

/** The guard where the configuration says nothing. */
export const DEFAULT_GUARD: Configuration['guard'] = {
  ...DEFAULT_DETECTION,
  neverBan: [],
  ban: DEFAULT_BAN,
  notify: [],
}
