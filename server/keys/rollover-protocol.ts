import type { HistoryEntry } from '../../keys/key-history.ts'
import type { KeyRole } from '../../keys/key-role.ts'
import type { HoldCause } from '../../keys/rollover/believed-time.ts'
import type { RolloverKey, Transition } from '../../keys/rollover/key-state.ts'
import type { RolloverPolicy } from '../../keys/rollover/policy.ts'
import type { KeyChange, Wait } from '../../keys/rollover/step.ts'
import type { SupplyReport } from './bundle-protocol.ts'

/** The rollover of one zone as the control channel shows it: all that `dnsctl key` tells comes from it. */
export interface RolloverReport {
  /** Canonical text. */
  readonly zone: string
  /** Grows with each change of what is published of the keys, or of what signs. */
  readonly epoch: number
  readonly goal: 'secure' | 'insecure'
  readonly isPaused: boolean
  readonly policy: RolloverPolicy
  /** Seconds. */
  readonly times: { readonly maxTtl: number; readonly validity: number; readonly keyTtl: number }
  readonly keys: readonly ReportedKey[]
  /** What is being done or would be with `dnsctl key step`, and what the rest waits for. */
  readonly transitions: readonly Transition[]
  readonly waits: readonly Wait[]
  /** What policy asks for now besides. */
  readonly changes: readonly KeyChange[]
  /** What the policy will begin by itself, and when, Unix seconds. */
  readonly upcoming: readonly { readonly at: number; readonly change: KeyChange }[]
  readonly parent: ParentReport
  /** How long the signatures of offline keys last; undefined: none is offline. */
  readonly supply?: SupplyReport
  /** That no step is taken because of the clock; undefined: it is trusted. */
  readonly clock?: ClockReport
  /** Sentences: a step that failed its check, a supply that runs low, a history that does not hold. */
  readonly alarms: readonly string[]
}

/** The time that rollovers go by. */
export interface ClockReport {
  /** Unix seconds: what the clock shows, and what is assured. */
  readonly wallSeconds: number
  readonly believedSeconds: number
  /** Undefined: steps are taken. */
  readonly hold?: {
    readonly cause: HoldCause
    /** Unix seconds, believed: when it began. */
    readonly since: number
    /** By how much the clock was ahead of what is believed then; less than 0: behind. */
    readonly aheadSeconds: number
    /** By itself, if the clock goes on as it is; undefined: it shows what cannot be. */
    readonly endsInSeconds?: number
  }
}

export interface ReportedKey extends RolloverKey {
  /** Of the IANA registry. */
  readonly mnemonic: string
  /** Whether the private key is here; else it is offline, or belongs to another signer (RFC 8901). */
  readonly isPrivate: boolean
  /** Unix seconds: when its private key was last written to a backup. */
  readonly backedUp?: number
}

/** What is known of the DS RRset at the parent. */
export interface ParentReport {
  /** `off`: nobody looks; then `dnsctl key ds --submitted` and `--withdrawn` say what the parent has. */
  readonly mode: 'check' | 'off'
  /** Canonical text of the parent's name. */
  readonly parent?: string
  /** Unix seconds: the last look, and the next. */
  readonly checkedAt?: number
  readonly nextCheckAt?: number
  readonly servers: readonly ParentServer[]
  /** Whether the answers were validated; `insecure`: the chain of trust says that the parent is not signed. */
  readonly trust?: 'secure' | 'insecure' | 'unchecked'
  /** Where the parent has the DS of each key of ours that can have one. */
  readonly keys?: readonly ParentKey[]
  /** Why a look found nothing that can be relied on, or why nobody looks, and what to do about it; without a full stop. */
  readonly problem?: string
  /** Who has held a roll up for more than a day, and the next command; sentences without their full stops. */
  readonly alarms?: readonly string[]
  /** The last NOTIFY(CDS) that was sent (RFC 9859). */
  readonly notified?: ParentNotification
}

/** `unknown`: not every address of every server has answered, and whoever did not may have it or not. */
export interface ParentKey {
  readonly id: string
  readonly keyTag: number
  readonly verdict: 'everywhere' | 'nowhere' | 'partly' | 'unknown'
}

/** Where the parent wants to hear of new CDS records, and what became of telling it. */
export interface ParentNotification {
  /** Unix seconds. */
  readonly at: number
  /** Of the DSYNC record; `none`: there is none, and the parent finds CDS by itself or not at all. */
  readonly target: string
  readonly outcome: 'acknowledged' | 'silent' | 'refused' | 'none'
}

/** One address of one of the parent's servers. */
export interface ParentServer {
  /** Empty where the configuration gives the address. */
  readonly name: string
  readonly address: string
  /** Where it is not 53. */
  readonly port?: number
  /** Who alone names it, where not all do: the parent's own NS records, the delegation above it, or the glue of that. */
  readonly listing?: 'apex' | 'delegation' | 'glue'
  readonly outcome: 'answered' | 'silent' | 'refused' | 'bogus' | 'nonsense'
  /** Why it is not `answered`; one sentence without its full stop. */
  readonly reason?: string
  /** Unix seconds: since when it says nothing that counts, or has not what other addresses have that is waited for. */
  readonly since?: number
  /** Seconds. */
  readonly ttl?: number
  /** In presentation format, RDATA alone; those of no key of ours included. */
  readonly ds: readonly string[]
  /** Key tags of ours among them; and whether there are others. */
  readonly keyTags: readonly number[]
  readonly foreign: number
  /** RDATA of those others that have tag and algorithm of a key of ours, and a digest that is not that key's. */
  readonly misfits?: readonly string[]
  /** Key tags of ours of which it says what the parent was seen to have signed the contrary of later: that is no news. */
  readonly outdated?: readonly number[]
}

/** Which key of a zone a command is about. */
export interface KeySelector {
  readonly zone: string
  readonly role?: KeyRole
  readonly algorithm?: number
  readonly keyTag?: number
}

/** Commands of the control channel about rollovers, by name; with `isDryRun` nothing is changed, and the report is of what would be. */
export interface RolloverCommands {
  rollovers: { arguments: { readonly zone?: string }; result: readonly RolloverReport[] }
  'key-history': { arguments: { readonly zone: string }; result: readonly HistoryEntry[] }
  'key-roll': { arguments: KeySelector & DryRun; result: RolloverReport }
  'key-step': { arguments: { readonly zone: string } & DryRun; result: RolloverReport }
  'key-pause': { arguments: { readonly zone: string } & DryRun; result: RolloverReport }
  'key-resume': { arguments: { readonly zone: string } & DryRun; result: RolloverReport }
  /** Goes back as far as caches allow: new keys retire, those they were to replace stay. */
  'key-cancel': { arguments: KeySelector & DryRun; result: RolloverReport }
  'key-ds-said': {
    arguments: { readonly zone: string; readonly keyTag: number; readonly says: 'submitted' | 'withdrawn' } & DryRun
    result: RolloverReport
  }
  'key-check-parent': { arguments: { readonly zone: string }; result: RolloverReport }
  'key-standby': { arguments: KeySelector & DryRun; result: RolloverReport }
  /** `continuity`: no validator rejects anything; `security`: the key is out at once, for the price that the report tells. */
  'key-emergency': {
    arguments: KeySelector & { readonly keyTag: number; readonly manner: 'continuity' | 'security' } & DryRun
    result: RolloverReport & EmergencyPrice
  }
  /** Keys as `keyToWire` of key-import.ts has them, sealed for the store; ids of keys that retire. */
  'key-import': {
    arguments: {
      readonly zone: string
      readonly keys: readonly object[]
      readonly retiring: readonly string[]
    } & DryRun
    result: RolloverReport
  }
  clock: { arguments: Readonly<Record<string, never>>; result: ClockReport }
  /** Somebody says that the clock is right: `shift`, seconds, is what waits were moved by. */
  'clock-confirm': { arguments: Readonly<Record<string, never>>; result: ClockReport & { readonly shift: number } }
  'dnssec-disable': { arguments: { readonly zone: string } & DryRun; result: RolloverReport }
  'dnssec-enable': { arguments: { readonly zone: string } & DryRun; result: RolloverReport }
}

/** What giving up a key costs, seconds at most; where the parent has a part in it, once it has acted. */
export interface EmergencyPrice {
  /** For how long validators may reject answers. */
  readonly bogusSeconds: number
  /** For how long whoever has the key can forge answers. */
  readonly forgeableSeconds: number
  readonly needsParent: boolean
}

interface DryRun {
  readonly isDryRun: boolean
}
