import {
  DEFAULT_GUARD,
  DEFAULT_RATE_LIMIT,
  DEFAULT_SEALING,
  DEFAULT_STREAMS,
  NO_IDENTITY,
} from '../../server/configuration/defaults.ts'
import type { Configuration, DecoyConfiguration, DnssecConfiguration } from '../../server/configuration/types.ts'
import { TWO_VIEWS } from '../helpers/answering.ts'
import type { Random } from '../helpers/random.ts'
import { wireName } from '../helpers/zone.ts'
import type { Disk } from './server.ts'

/** The simulated operator's zone: public names that carry a version, and internal ones that must not be seen. */
export const ZONE = 'example.com.'
export const PUBLIC_HOSTS = ['www', 'mail', 'ns1', 'a.deep.ent', 'x.wild', 'y.wild', 'alias']
export const HIDDEN_HOSTS = ['db.staging', 'jenkins', 'vpn', 'a.wild', 'secret.deep.ent']
export const HIDDEN_MARK = 'hidden-from-strangers'

const BASE_PATH = '/zones/example.com.zone'
const OVERLAY_PATH = '/zones/example.com.internal.zone'

/** Decoys like two of the public hosts, in both views. */
export const DECOYS: DecoyConfiguration = {
  of: ['www', 'mail'].map((host) => wireName(`${host}.${ZONE}`)),
  ...{ addresses: [], ttl: undefined, isSelective: false, depth: 3, when: 'always' },
}

/** A configuration with two views; `overlaid` says whether the internal one has a file of its own. */
export function configurationOf(
  overlaid: boolean,
  dnssec: DnssecConfiguration = { kind: 'off' },
  decoys?: DecoyConfiguration,
): Configuration {
  return {
    listen: [{ address: '192.0.2.53', port: 53, family: 4 }],
    user: undefined,
    state: '/state',
    workers: 3,
    udp: 'batched',
    views: TWO_VIEWS,
    zones: [
      {
        name: ZONE,
        apex: wireName(ZONE),
        file: BASE_PATH,
        overlays: overlaid ? { internal: OVERLAY_PATH } : {},
        hide: {},
        views: undefined,
        dnssec,
        ...(decoys && { decoys: { internal: decoys, public: decoys } }),
      },
    ],
    rateLimit: DEFAULT_RATE_LIMIT,
    streams: DEFAULT_STREAMS,
    guard: DEFAULT_GUARD,
    leaks: {},
    identity: NO_IDENTITY,
    sealing: DEFAULT_SEALING,
  }
}

/**
 * Files of version `version`: every public address is 192.0.<version>.x, and every TTL and preference follows, so an
 * answer that mixes two versions shows. `secrets` seeds what the overlay holds.
 */
export function diskOf(version: number, secrets: Random): Disk {
  const base = [
    '$TTL 300',
    `@ SOA ns1 hostmaster ${version + 1} 7200 3600 1209600 ${version + 1}`,
    '@ NS ns1',
    `@ MX ${version} mail`,
    ...['ns1', 'mail', 'www', 'a.deep.ent', '*.wild'].map((name, at) => `${name} A 192.0.${version}.${at + 1}`),
    'alias CNAME www',
  ]
  const overlay = HIDDEN_HOSTS.filter(() => secrets.chance(0.7)).flatMap((name) => [
    `${name} A 10.0.${secrets.below(256)}.${secrets.below(256)}`,
    `${name} TXT "${HIDDEN_MARK}"`,
  ])
  return new Map([
    [BASE_PATH, `${base.join('\n')}\n`],
    [OVERLAY_PATH, `$TTL 60\n${overlay.join('\n')}\n`],
  ])
}

/** The version that an address of the public zone tells; undefined for others. */
export function versionOf(rdata: Uint8Array): number | undefined {
  return rdata.length === 4 && rdata[0] === 192 && rdata[1] === 0 ? rdata[2] : undefined
}
