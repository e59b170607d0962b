import type { AddressPrefix } from '../../guard/prefix-trie.ts'
import type { RateLimitOptions } from '../../guard/rate-limiter.ts'
import type { RolloverPolicy } from '../../keys/rollover/policy.ts'
import type { SignaturePolicy } from '../../keys/signature-policy.ts'
import type { TrustAnchor } from '../../keys/validation/key-set.ts'
import type { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import type { HideRule } from '../../zones/hide.ts'
import type { LeakLevels } from '../../zones/leaks/rule.ts'
import type { MaskName } from '../answer/masks.ts'
import type { DecoySettings } from '../decoys.ts'
import type { GeneratedRange } from '../generated-names.ts'
import type { BanSettings } from './ban-types.ts'
import type { DetectionSettings, ZoneGuard } from './detection-types.ts'

/** A validated configuration: what `veil.yaml` or the command line asks for, paths absolute, defaults filled in. */
export interface Configuration {
  readonly listen: readonly ListenAddress[]
  /** Account to run as when started as root. */
  readonly user: string | undefined
  /** Folder of everything that outlives the process: store, secret, control socket. */
  readonly state: string
  /** UDP workers; the streams have one of their own. */
  readonly workers: number
  /** Which road the datagrams take: batched system calls, or node:dgram where those cannot be had. */
  readonly udp: 'batched' | 'dgram'
  readonly views: readonly ViewConfiguration[]
  readonly zones: readonly ZoneConfiguration[]
  readonly rateLimit: RateLimitConfiguration
  readonly streams: StreamLimits
  readonly guard: BanSettings & DetectionSettings
  /** Levels of the rules of the leak lint, where they are not those of zones/leaks/rules.ts. */
  readonly leaks: LeakLevels
  readonly identity: Identity
  readonly sealing: SealingSettings
}

/** What opens the store's secrets when the server starts. */
export interface SealingSettings {
  readonly unlock: 'key-file' | 'credential' | 'passphrase'
  /** Undefined: `key` in the state folder. */
  readonly keyFile: string | undefined
  /** Name of a file in the folder of credentials. */
  readonly credential: string
}

/** Where the server answers, over UDP and TCP. */
export interface ListenAddress {
  /** Textual IP address, without zone index. */
  readonly address: string
  readonly port: number
  readonly family: 4 | 6
}

/** A view and who gets it. */
export interface ViewConfiguration {
  readonly name: string
  /** Client prefixes; undefined means every client. */
  readonly clients: readonly AddressPrefix[] | undefined
  /** Indexes into `Configuration.listen` at which the view is served; undefined means all of them. */
  readonly listen: readonly number[] | undefined
}

/** A zone: where its records stand, and what of them each view gets. */
export interface ZoneConfiguration {
  /** Canonical text, lower case with a trailing dot: the zone's name in messages and in the store. */
  readonly name: string
  /** The same name on the wire, lower-cased. */
  readonly apex: Uint8Array
  /** Master file that holds what everyone may see. */
  readonly file: string
  /** Master files laid over it, by view name. */
  readonly overlays: Readonly<Record<string, string>>
  /** What a view does not get of the base file, by view name. */
  readonly hide: Readonly<Record<string, readonly HideRule[]>>
  /** Views that have the zone at all; undefined means every view. */
  readonly views: readonly string[] | undefined
  readonly dnssec: DnssecConfiguration
  /** How absent names are answered as if they were there, by view name. */
  readonly decoys?: Readonly<Record<string, DecoyConfiguration>>
  /** What is done about who enumerates it, by view name. */
  readonly guard?: Readonly<Record<string, ZoneGuard>>
  /** Names for whole ranges of addresses, by view name. */
  readonly generate?: Readonly<Record<string, readonly GeneratedRange[]>>
}

/** Without a TTL it is the most common one of what the view has. */
export type DecoyConfiguration = Omit<DecoySettings, 'ttl'> & { readonly ttl: number | undefined }

/** Whether a zone is signed, and how. */
export type DnssecConfiguration =
  | { readonly kind: 'off' }
  /** The file brings DNSKEY and RRSIG records, which are served as they are. */
  | { readonly kind: 'presigned' }
  | SigningConfiguration

/** A zone that is signed here. */
export interface SigningConfiguration {
  readonly kind: 'signed'
  /** DNSSEC algorithm numbers, ascending, each once; the zone has a KSK and a ZSK of each. */
  readonly algorithms: readonly number[]
  readonly denial: DenialMode
  readonly wildcards: WildcardStyle
  readonly policy: SignaturePolicy
  /** CDS and CDNSKEY at the apex: those of the KSKs, the delete records of RFC 8078 §4, or none. */
  readonly cds: 'publish' | 'delete' | 'off'
  /** Whether zones served here that hold one of its name servers carry its RFC 9615 signalling records. */
  readonly bootstrap: boolean
  readonly parent: ParentConfiguration
  /** How keys are rolled. */
  readonly keys: RolloverPolicy
  /** Where the file brings DNSKEY and RRSIG at its apex, the zone is served as one that is presigned. */
  readonly unlessPresigned?: true
}

/** How the DS at a zone's parent is looked for. */
export interface ParentConfiguration {
  /** Undefined: nothing was said, see server/parent/may-look.ts. */
  readonly check: boolean | undefined
  /** All addresses of all servers of the parent; undefined: to be found. */
  readonly servers: readonly ListenAddress[] | undefined
  /** Who says where the parent's servers are. */
  readonly resolver: 'system' | 'roots' | readonly ListenAddress[]
  /** Address families over which the parent's servers are asked. */
  readonly families: readonly (4 | 6)[]
  /** None: what the servers say is believed. Undefined: nothing was said, see server/parent/may-look.ts. */
  readonly trustAnchors: readonly TrustAnchor[] | undefined
  /** Seconds: between two looks while a roll waits for the parent, at most. */
  readonly interval: number
  /** Seconds: the TTL of the parent's DS, unless its servers give a larger one. */
  readonly dsTtl: number
  /** Whether the parent is told of new CDS records (RFC 9859). */
  readonly notify: boolean
}

/** What clients may ask, and how they prove their addresses. */
export interface RateLimitConfiguration extends RateLimitOptions {
  readonly enabled: boolean
  /** DNS cookies (RFC 7873) are given out and heeded. */
  readonly cookies: boolean
}

/** What one client, and all together, may take of TCP. */
export interface StreamLimits {
  readonly connections: number
  readonly connectionsPerClient: number
  readonly idleSeconds: number
  /** A connection is closed after so long, however busy. */
  readonly totalSeconds: number
  /** Octets of answers that may wait for one slow reader before reading stops. */
  readonly writeBufferOctets: number
}

/** What CHAOS and NSID questions learn; undefined: nothing. */
export interface Identity {
  /** The server of another make that is imitated where nothing is configured. */
  readonly mask: MaskName | undefined
  readonly version: string | undefined
  readonly hostname: string | undefined
  readonly nsid: Uint8Array | undefined
}
