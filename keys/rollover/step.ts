/*
 * What a rollover can say: which records may take a step now, and what each other one waits for.
 */
import type { KeyRole } from '../key-role.ts'
import type { KeyDuty, KeyRecord, RecordState, RolloverKey, Transition } from './key-state.ts'
import type { RolloverPolicy } from './policy.ts'

/** All that decides about steps: nothing else does. */
export interface RolloverSituation {
  readonly keys: readonly RolloverKey[]
  readonly policy: RolloverPolicy
  /** DNSSEC algorithm numbers that the zone is to be signed with: there are keys of each, and those of others retire. */
  readonly algorithms: readonly number[]
  /**
   * Seconds: no RRset of the zone has a larger TTL, negative answers included; how long signatures hold; TTL of DNSKEY.
   * Of TTLs that were lowered, those that caches may still go by.
   */
  readonly maxTtl: number
  readonly validity: number
  readonly keyTtl: number
  /** `insecure`: the zone is to become unsigned, which begins with the removal of its DS. */
  readonly goal: 'secure' | 'insecure'
  /** Whether somebody has paused the rollover. */
  readonly isPaused: boolean
  /** Whether the clock is not to be trusted (believed-time.ts): nothing is begun and no step taken. Undefined: it is. */
  readonly isClockHeld?: true
  /**
   * Where a key that signs the key set is offline: whether its signatures are at hand for all that would be served with
   * the keys in these states. A step to what is not signed waits. Undefined: every such key is here.
   */
  readonly isSigned?: (keys: readonly RolloverKey[]) => boolean
  /**
   * Where the policy asks for a backup of a key before the parent names it: whether there is one. Until then its DS
   * waits. Undefined: the policy only reminds of it.
   */
  readonly isBackedUp?: (key: RolloverKey) => boolean
  /** Unix seconds, as they are believed (believed-time.ts). */
  readonly now: number
}

/** Steps that may be taken now, all of them together, and what the others wait for. Both empty: nothing is to be done. */
export interface RolloverStep {
  readonly transitions: readonly Transition[]
  readonly waits: readonly Wait[]
}

/** The rules of the zone as a whole, of keys/rollover/rules.ts. */
export type RuleName = 'R1' | 'R2' | 'R3'

/** A step that is to be taken and may not be yet, and why. */
export type Wait = Transition & { readonly reason: WaitReason }

export type WaitReason =
  /** Caches may hold what was served before, until then: `since` + `ttl` + `safety`. Unix seconds and seconds. */
  | {
      readonly kind: 'time'
      readonly until: number
      readonly since: number
      readonly ttl: number
      readonly safety: number
    }
  /** The rule holds now and would not any more; `others` are the keys whose steps it waits for. */
  | { readonly kind: 'rule'; readonly rule: RuleName; readonly others: readonly string[] }
  /** Another record of the same key comes first. */
  | { readonly kind: 'order'; readonly record: KeyRecord; readonly needs: RecordState }
  /** It takes over from its predecessor once it has all it needs to, and the predecessor retires at that moment. */
  | { readonly kind: 'predecessor'; readonly key: string }
  /** The zone is to become insecure, and validators may have the DS of these keys. */
  | { readonly kind: 'still-secure'; readonly others: readonly string[] }
  /** Not all workers have acknowledged that they serve the last step. */
  | { readonly kind: 'served' }
  /** The parent has, or has not, the DS at all addresses of all its servers; what was seen last is the caller's to add. */
  | { readonly kind: 'parent'; readonly expects: 'present' | 'absent' }
  | { readonly kind: 'paused' }
  /** The clock was set, or cannot be right: `dnsctl key clock`. */
  | { readonly kind: 'clock' }
  /** An offline key has not signed what the step leads to: `dnsctl key bundle request`. */
  | { readonly kind: 'bundle' }
  /** No backup holds the key, and once the parent names it, its loss is the zone's: `dnsctl key backup`. */
  | { readonly kind: 'backup' }
  /** The policy is manual: `dnsctl key step` takes it. */
  | { readonly kind: 'manual' }

/** What policy and age ask for besides steps of records. */
export type KeyChange =
  | {
      readonly kind: 'make'
      readonly role: KeyRole
      readonly algorithm: number
      readonly duty: KeyDuty
      /** The key that it replaces, where it does. */
      readonly replaces: string | undefined
    }
  /** The key gets another duty: a standby takes over, a predecessor retires once its successor has all it needs to. */
  | {
      readonly kind: 'duty'
      readonly key: string
      readonly duty: KeyDuty
      readonly replaces?: string
      readonly isCompromised?: true
    }
  /** Nothing of the key is anywhere any more. */
  | { readonly kind: 'remove'; readonly key: string }
