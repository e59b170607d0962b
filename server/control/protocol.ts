import type { Incident } from '../../guard/incident.ts'
import type { FileProblem } from '../../zones/file-problem.ts'
import type {
  BanAddReport,
  BanAddText,
  BanExplanation,
  BanListing,
  BanRemoveReport,
  BanStatus,
} from '../guard/ban-reports.ts'
import type { GuardMemory } from '../guard/guard-memory.ts'
import type { IncidentStatus, TopReport } from '../guard/watch-reports.ts'
import type { BundleCommands } from '../keys/bundle-protocol.ts'
import type { KeyListing } from '../keys/key-listing.ts'
import type { NotedExport } from '../keys/noted-exports.ts'
import type { RolloverCommands } from '../keys/rollover-protocol.ts'
import type { SlotListing, WantedSlot } from '../keys/slot-changes.ts'
import type { AskedImages, AskText } from '../proving/ask-images.ts'
import type { RunningImages } from '../proving/running-images.ts'
import type { ViewTest } from '../view-test.ts'
import type { ViewTestText } from '../view-test-question.ts'

/**
 * The control channel: a unix socket in the state folder on which client and server exchange lines of JSON, one
 * request and one reply each, in order, as many as the client likes. Whoever may open the socket may do everything.
 *
 *     {"command":"view-test","arguments":{"name":"db.staging.example.com","type":"A","from":"198.51.100.7"}}
 *     {"ok":true,"result":{…}}            {"ok":false,"error":{"code":"…","message":"…","hint":"…"}}
 *
 * A secret, such as a passphrase, never stands in a line, for text cannot be wiped: its octets follow the line, which
 * says how many there are.
 *
 *     {"command":"unlock","arguments":{},"secretOctets":28}
 *     correct horse battery staple
 */
export interface ControlRequest {
  readonly command: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** Octets of the secret behind the line; absent: there is none. */
  readonly secretOctets?: number
}

export type ControlReply =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error: ControlError }

/** Why a command was not carried out. */
export interface ControlError {
  readonly code: ControlErrorCode
  readonly message: string
  /** What to do about it; may be empty. */
  readonly hint: string
}

/** `unreachable`, `denied`, `timeout` and `broken` arise at the client, the others come from the server. */
export type ControlErrorCode =
  | 'unreachable'
  | 'denied'
  | 'timeout'
  | 'broken'
  | 'unknown-command'
  | 'bad-request'
  | 'refused'
  | 'failed'

/** Octets of a secret; a client that says more is cut off. */
export const MAX_SECRET_OCTETS = 1024

/** Octets of one request, its newline included; a client that sends more is cut off. The largest has thousands of signatures. */
export const MAX_REQUEST_OCTETS = 2 * 1024 * 1024

/** Name of the socket in the state folder. */
export const CONTROL_SOCKET = 'control.sock'

/** Commands by name with what they take and give. */
export interface ControlCommands extends RolloverCommands, BundleCommands {
  status: { arguments: Empty; result: StatusReport }
  zones: { arguments: Empty; result: readonly ZoneReport[] }
  views: { arguments: Empty; result: readonly ViewReport[] }
  keys: { arguments: Empty; result: readonly ZoneKeys[] }
  'key-backed-up': { arguments: BackedUpKeys; result: { readonly zone: string } }
  'key-exported': { arguments: { readonly zone: string } & NotedExport; result: { readonly zone: string } }
  'view-test': { arguments: ViewTestText; result: ViewTest }
  bans: { arguments: Empty; result: BanListing }
  incidents: { arguments: Empty; result: readonly Incident[] }
  incident: { arguments: { readonly id: string }; result: Incident }
  top: { arguments: Empty; result: TopReport }
  'ban-add': { arguments: BanAddText; result: BanAddReport }
  'ban-remove': { arguments: { readonly prefix: string }; result: BanRemoveReport }
  'ban-explain': { arguments: { readonly address: string }; result: BanExplanation }
  overlook: { arguments: { readonly from: string; readonly seconds: number }; result: { readonly until: string } }
  images: { arguments: Empty; result: RunningImages }
  ask: { arguments: AskText; result: AskedImages }
  reload: { arguments: Empty; result: ReloadReport }
  lock: { arguments: Empty; result: SealingStatus }
  /** With the passphrase as its secret, or without one where the key file or credential is there. */
  unlock: { arguments: Empty; result: { readonly sealing: SealingStatus; readonly report: ReloadReport } }
  /** The passphrase, or the 32 octets of the key, is its secret. */
  'slot-add': { arguments: WantedSlot; result: SlotListing }
  /** Somebody has unsealed a zone file: from then on a plain one may lie there. */
  'zone-unsealed': {
    arguments: { readonly zone: string; readonly path: string }
    result: { readonly wasSealed: boolean }
  }
  'slot-remove': {
    arguments: { readonly id: number }
    result: { readonly slot: SlotListing; readonly isRenewed: boolean }
  }
  stop: { arguments: Empty; result: { readonly pid: number } }
}

/** Keys of a zone that were written to a backup. */
export interface BackedUpKeys {
  /** Canonical text. */
  readonly zone: string
  readonly ids: readonly string[]
  /** Unix seconds. */
  readonly at: number
}

export type Empty = Readonly<Record<string, never>>

export interface StatusReport {
  readonly version: string
  readonly pid: number
  readonly node: string
  /** ISO 8601. */
  readonly startedAt: string
  readonly uptimeSeconds: number
  /** Path of the configuration file; undefined when the command line is the configuration. */
  readonly configuration?: string
  readonly state: string
  readonly listen: readonly string[]
  readonly udp: 'batched' | 'dgram'
  readonly epoch: number
  /** The oldest epoch that some worker may still answer from. */
  readonly acknowledgedEpoch: number
  readonly workers: readonly WorkerReport[]
  readonly zones: { readonly served: number; readonly failed: readonly FailedZone[] }
  readonly dnssec: DnssecStatus
  readonly sealing: SealingStatus
  readonly views: readonly string[]
  readonly queries: QueryCounters
  readonly bans: BanStatus
  readonly memory: { readonly residentOctets: number; readonly imageOctets: number }
  /** Memory of the guard, which never grows. */
  readonly guardOctets?: GuardMemory
  readonly lastReload?: ReloadReport
  /** Those that go on. */
  readonly incidents?: readonly IncidentStatus[]
}

/** How the zones that are served are signed. */
export interface DnssecStatus {
  readonly signed: number
  readonly presigned: number
  readonly off: number
  /** Algorithm numbers in use. */
  readonly algorithms: readonly number[]
  /** What keeps answers from being believed: a clock that is odd, keys that sign wrongly. Sentences. */
  readonly alarms: readonly string[]
}

/** Whether the store's secrets are open, and what opens them. */
export interface SealingStatus {
  /** `unused`: nothing has needed them. */
  readonly state: 'unused' | 'open' | 'locked'
  /** The slot that it was opened by. */
  readonly slot?: SlotListing
  /** Why it is locked, and what to do about it. */
  readonly reason?: string
  readonly hint?: string
  readonly slots: readonly SlotListing[]
  /** What the configuration opens it by. */
  readonly unlock: 'key-file' | 'credential' | 'passphrase'
  /** What about the last start was not as expected. Sentences. */
  readonly alarms: readonly string[]
}

export interface WorkerReport {
  readonly kind: 'udp' | 'stream'
  readonly index: number
  /** Messages since the start, of all workers that were on this seat. */
  readonly received: number
  readonly deaths: number
  /** Why the last one died, where one did. */
  readonly lastDeath?: string
}

export interface FailedZone {
  readonly zone: string
  /** The zone is still served as it was before. */
  readonly kept: boolean
  readonly problems: readonly FileProblem[]
}

/** Sums over all workers since the start. */
export interface QueryCounters {
  readonly received: number
  readonly receivedStream: number
  readonly silent: number
  readonly verdicts: Readonly<Record<string, number>>
  readonly rcodes: Readonly<Record<string, number>>
  /** Made for answers; those that were found in a table are not among them. */
  readonly signaturesMade: number
  readonly truncated: number
  readonly limited: { readonly truncated: number; readonly dropped: number; readonly refused: number }
  /** Questions with a DNS cookie, and those whose cookie proved the client's address. */
  readonly cookies: { readonly received: number; readonly valid: number }
  readonly guard: {
    /** Messages of who is banned, which got no answer. */
    readonly banned: number
    /** Questions for absent names that counted against a tenth of the budget. */
    readonly starved: number
    /** Answers that a zone's reaction withheld. */
    readonly reacted: number
    /** Questions that the watch was told of, and those that there was no room for. */
    readonly told: number
    readonly lost: number
  }
  readonly sendFailed: number
  readonly receiveTruncated: number
  /** Streams: opened, closed to make room for another client's, failed by reset or for want of descriptors. */
  readonly connections: { readonly opened: number; readonly pushedOut: number; readonly failed: number }
}

/** The keys of one zone. */
export interface ZoneKeys {
  readonly zone: string
  /** The zone is signed with them; false: it is not configured to be any more. Undefined: nobody said. */
  readonly signed?: boolean
  /** The zone is signed elsewhere: not with these keys, and the parent's DS is none of theirs. */
  readonly presigned?: true
  readonly keys: readonly KeyListing[]
}

export interface ZoneReport {
  readonly zone: string
  readonly file: string
  readonly dnssec: 'off' | 'presigned' | 'signed'
  /** How it is signed, where it is signed here. */
  readonly signing?: SigningReport
  /** One for each view that has the zone. */
  readonly views: readonly ZoneViewReport[]
  /** What was wrong at the last try to load it; the zone is then served as before, or not at all. */
  readonly problems: readonly FileProblem[]
}

export interface SigningReport {
  /** Numbers; of the keys that sign, where a server runs. */
  readonly algorithms: readonly number[]
  readonly denial: string
  readonly wildcards: string
}

export interface ZoneViewReport {
  readonly view: string
  readonly serial: number
  readonly records: number
  /** ISO 8601. */
  readonly loadedAt: string
  readonly overlay?: string
  /** SHA-256 of the projection, SOA serial aside, in hexadecimal. */
  readonly digest?: string
}

export interface ViewReport {
  readonly view: string
  /** Prefixes; undefined: everybody that no other view takes. */
  readonly clients?: readonly string[]
  /** Addresses; undefined: all. */
  readonly listen?: readonly string[]
  readonly zones: number
}

export interface ReloadReport {
  readonly outcome: 'reloaded' | 'unchanged' | 'incomplete' | 'refused'
  /** ISO 8601, when it ended. */
  readonly at: string
  readonly milliseconds: number
  readonly epoch: number
  /** Zones whose content changed, for any view, or how they are signed; new and removed ones too. */
  readonly changed: readonly string[]
  /** Settings that were changed and took effect, such as `guard` and `decoys of example.com.`. */
  readonly settings: readonly string[]
  /** Zones with an error, which stay as they were. */
  readonly failed: readonly FailedZone[]
  /** Problems of the configuration; with an error among them nothing took effect. */
  readonly problems: readonly FileProblem[]
  /** Settings that were changed but only take effect at a restart: why the reload was refused. */
  readonly needRestart: readonly string[]
  readonly notes: readonly SigningNote[]
}

/** What changed of how zones are signed, and what to do about the parent's DS record. */
export interface SigningNote {
  /** Validators may reject the zone's answers for it. */
  readonly isRisky: boolean
  readonly text: string
}
