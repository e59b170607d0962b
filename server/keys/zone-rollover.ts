/*
 * What becomes of the keys of one zone: the machine of keys/rollover decides, and here its decisions are applied to what is
 * stored. Nothing is written here.
 */
import type { BundleSupply } from '../../keys/bundle/bundle-supply.ts'
import type { HistoryDraft } from '../../keys/key-history.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { applyKeyChange, applyTransitions } from '../../keys/rollover/apply.ts'
import { keyChanges } from '../../keys/rollover/key-changes.ts'
import type { RolloverKey, Transition } from '../../keys/rollover/key-state.ts'
import { nextStep } from '../../keys/rollover/next-step.ts'
import type { RolloverPolicy } from '../../keys/rollover/policy.ts'
import { isServed } from '../../keys/rollover/record-states.ts'
import type { KeyChange, RolloverSituation } from '../../keys/rollover/step.ts'
import { ttlsOf } from '../../keys/rollover/timers.ts'
import { KEY_TTL } from '../configuration/keys.ts'
import type { SigningConfiguration } from '../configuration/types.ts'
import { signedSteps } from './bundle-coverage.ts'
import { summarizeChange } from './change-summary.ts'
import type { MakeKeyFor } from './key-making.ts'
import { rememberTtl } from './ttl-memory.ts'

/** A zone that is signed here, and what is stored of its keys. */
export interface RollingZone {
  /** Canonical text. */
  readonly zone: string
  readonly signing: SigningConfiguration
  /** Undefined: it has no keys yet. */
  readonly set: StoredKeySet | undefined
  /** What those keys have signed that are not here. */
  readonly supply: BundleSupply
}

/** Why the keys are looked at, and what is wanted besides what policy and time ask for. */
export interface KeyWish {
  readonly by: HistoryDraft['by']
  /** Leads the sentence in the history; undefined: nobody asked, it was time. */
  readonly lead?: string
  /** What is learnt or told: applied before the machine is asked. */
  readonly edit?: (set: StoredKeySet) => StoredKeySet
  readonly changes?: readonly KeyChange[]
  /** Steps against the rules, which somebody has agreed to or which nothing depends on: taken after the changes. */
  readonly force?: (situation: RolloverSituation) => readonly Transition[]
  /** Whether those may leave the parent's DS without a key here, as somebody has agreed to. */
  readonly breaksChain?: boolean
  /** Whether steps are taken that a manual policy holds back. */
  readonly isStep?: boolean
}

/** A key set as it is to become, not stored yet. */
export interface KeySetPlan {
  readonly zone: string
  readonly before: StoredKeySet | undefined
  readonly set: StoredKeySet
  /** Undefined: it was but noted who serves what. */
  readonly entry: HistoryDraft | undefined
  /** Whether answers change. Else nothing has to be published. */
  readonly isVisible: boolean
  /** Whether the parent's DS may lead to no key of it, with somebody's consent. */
  readonly breaksChain?: boolean
}

/** What a plan is made with. */
export interface PlanParts {
  /** Believed (keys/rollover/believed-time.ts), as all times of the rollover are. */
  readonly nowSeconds: number
  readonly make: MakeKeyFor
  /** Whether the clock is not to be trusted. First keys are made all the same. */
  readonly isClockHeld?: boolean
  /** No cache can have anything of the zone from before its first keys: what these sign, all have that have anything. */
  readonly isNew?: boolean
}

/** It was time, and nobody asked. */
export const BY_POLICY: KeyWish = { by: 'policy' }

/** Rounds of changes and steps that follow from each other at one moment; there are three or four at most. */
const MAX_ROUNDS = 16

/**
 * What is to become of the zone's keys now. Undefined: nothing. All steps of it are taken together; they take effect once
 * they are stored, and count once workers have acknowledged them.
 */
export async function planKeySet(
  rolling: RollingZone,
  wish: KeyWish,
  parts: PlanParts,
): Promise<KeySetPlan | undefined> {
  const { zone, set: before } = rolling
  const first = before ?? { zone, epoch: 0, goal: 'secure', isPaused: false, keys: [] }
  const { set, transitions, changes } = await workOut({ ...rolling, first }, wish, parts)
  if (set === before) return undefined
  const isVisible = before === undefined || visiblePart(before) !== visiblePart(set)
  const epoch = first.epoch + (isVisible ? 1 : 0)
  const isTold = isVisible || transitions.length > 0 || changes.length > 0 || wish.lead !== undefined
  const what = summarizeChange(wish.lead, { before: first, after: set, transitions, changes })
  return {
    ...{ zone, before, isVisible, ...(wish.breaksChain && { breaksChain: true }) },
    set: { ...set, epoch },
    entry: isTold ? { at: parts.nowSeconds, epoch, by: wish.by, what, transitions, changes } : undefined,
  }
}

/** What was done to a key set, in this order. */
interface Worked {
  readonly set: StoredKeySet
  readonly transitions: readonly Transition[]
  readonly changes: readonly KeyChange[]
}

/** Goes on from `first`, with what is wished for, until policy and time ask for nothing more. */
async function workOut(
  { signing, supply, set: before, first }: RollingZone & { readonly first: StoredKeySet },
  wish: KeyWish,
  { nowSeconds, make, isClockHeld = false, isNew = false }: PlanParts,
): Promise<Worked> {
  let set = rememberTtl(wish.edit?.(first) ?? first, signing.policy.maxTtl, nowSeconds)
  const transitions: Transition[] = []
  const changes: KeyChange[] = []
  const apply = async (wanted: readonly KeyChange[]): Promise<void> => {
    for (const change of wanted) {
      set = await changeSet(set, change, { nowSeconds, make })
      changes.push(change)
    }
  }
  // The first keys of a zone are nothing that anybody could be asked about.
  const isStep = wish.isStep === true || before === undefined
  const situation = (): RolloverSituation => ({
    ...situationOf(set, signing, nowSeconds, isStep),
    ...signedSteps({ set, signing, supply, nowSeconds }),
    ...(isClockHeld && before !== undefined && { isClockHeld }),
  })
  const take = (steps: readonly Transition[]): void => {
    const ttls = ttlsOf(situation())
    set = { ...set, keys: withStates(set.keys, applyTransitions(set.keys, steps, { now: nowSeconds, ttls })) }
    transitions.push(...steps)
  }
  await apply(wish.changes ?? [])
  if (wish.force !== undefined) take(wish.force(situation()))
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const wanted = keyChanges(situation())
    await apply(wanted)
    const step = nextStep(situation())
    if (wanted.length === 0 && step.transitions.length === 0) break
    take(step.transitions)
    if (isNew && before === undefined) take(spreadAtOnce(set.keys))
  }
  return { set, transitions, changes }
}

/** What is served of the first keys of a zone that nobody was answered about before. The parent has its own caches. */
function spreadAtOnce(keys: readonly StoredKey[]): Transition[] {
  return keys.flatMap((key) =>
    (['dnskey', 'krrsig', 'zrrsig'] as const).flatMap((record): Transition[] =>
      key.records[record]?.state === 'rumoured' ? [{ key: key.id, record, from: 'rumoured', to: 'omnipresent' }] : [],
    ),
  )
}

/** Text that is equal for key sets of which the same is published and which sign with the same keys. */
function visiblePart({ keys, goal }: StoredKeySet): string {
  const served = keys.map((key) => [key.id, SERVED_RECORDS.map((record) => isServed(key, record))])
  return JSON.stringify([goal, served.filter(([, records]) => (records as boolean[]).includes(true))])
}

const SERVED_RECORDS = ['dnskey', 'krrsig', 'zrrsig', 'ds'] as const

/** All that the machine decides by. `isStep`: a manual policy does not hold steps back. */
export function situationOf(
  set: StoredKeySet,
  signing: SigningConfiguration,
  nowSeconds: number,
  isStep = false,
): RolloverSituation {
  const { keys, algorithms } = signing
  const maxTtl = Math.max(signing.policy.maxTtl, set.largestTtl?.ttl ?? 0)
  const policy: RolloverPolicy = {
    ...keys,
    standbyZsk: keys.standbyZsk || isAskedFor(set, 'zsk'),
    standbyKsk: keys.standbyKsk || isAskedFor(set, 'ksk'),
    isManual: keys.isManual && !isStep,
  }
  return {
    keys: set.keys,
    policy,
    algorithms,
    maxTtl,
    validity: signing.policy.validity,
    keyTtl: Math.min(KEY_TTL, maxTtl),
    goal: set.goal,
    isPaused: set.isPaused || set.failure !== undefined,
    ...(policy.isBackupRequired && { isBackedUp: (key) => isBackedUp(set, key) }),
    now: nowSeconds,
  }
}

/** Whether a backup holds the private key, or the private key is somebody else's to keep. */
function isBackedUp({ keys }: StoredKeySet, { id }: RolloverKey): boolean {
  const key = keys.find((each) => each.id === id)
  return key !== undefined && (key.backedUp !== undefined || key.sealed === undefined)
}

function isAskedFor({ standbys }: StoredKeySet, kind: 'zsk' | 'ksk'): boolean {
  return standbys?.includes(kind) === true
}

/** Those of the stored keys that are among `states`, in these states. */
export function withStates(keys: readonly StoredKey[], states: readonly RolloverKey[]): StoredKey[] {
  const byId = new Map(states.map((state) => [state.id, state]))
  return keys.flatMap((key) => {
    const state = byId.get(key.id)
    return state === undefined ? [] : [{ ...key, ...state }]
  })
}

/** The set after a change; a ZSK that was made beforehand is taken before a new one is made. */
async function changeSet(
  set: StoredKeySet,
  change: KeyChange,
  { nowSeconds: now, make }: { readonly nowSeconds: number; readonly make: MakeKeyFor },
): Promise<StoredKeySet> {
  const { zone, keys, reserve = [] } = set
  if (change.kind !== 'make') return { ...set, keys: withStates(keys, applyKeyChange(keys, change, { now })) }
  const kept = change.role === 'zsk' ? reserve.find(({ algorithm }) => algorithm === change.algorithm) : undefined
  const made = kept ?? (await make(zone, change, [...keys, ...reserve]))
  const states = applyKeyChange(keys, change, { now, made })
  const { dnskey, sealed } = made
  const added: StoredKey = { ...states.find(({ id }) => id === made.id)!, dnskey, sealed }
  const rest = reserve.filter(({ id }) => id !== made.id)
  return { ...set, keys: [...withStates(keys, states), added], ...(set.reserve && { reserve: rest }) }
}
