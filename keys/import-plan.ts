/*
 * What becomes of a zone's key set when keys of another program come in: decided here, before anything is stored.
 */
import type { KeyObject } from 'node:crypto'
import { keyTagOf } from '../dns/key-tag.ts'
import { algorithmOf } from './algorithms.ts'
import { revokedKeyTagOf } from './dnskey.ts'
import type { ForeignKey } from './formats/assemble-keys.ts'
import { type ImportCircumstances, importedStates, type StateSource } from './formats/imported-states.ts'
import { isKeySigning, isZoneSigning } from './key-role.ts'
import type { StoredKey, StoredKeySet } from './key-store.ts'
import { checkKey } from './make-key.ts'
import { openSigningKey } from './open-signing-key.ts'
import type { RolloverKey } from './rollover/key-state.ts'

/** What is to come in, and where to. */
export interface ImportRequest {
  readonly existing: StoredKeySet | undefined
  readonly keys: readonly ForeignKey[]
  readonly circumstances: ImportCircumstances
  /** Whether the keys that the zone has of the same algorithms retire: its own, or those of other signers for theirs. */
  readonly isReplacing: boolean
  /** Gives ids that no key of the zone ever had. */
  readonly newId: () => string
}

/** A key that comes in. */
export interface IncomingKey extends RolloverKey {
  readonly dnskey: Uint8Array
  /** Undefined: it stays with another signer. */
  readonly privateKey: KeyObject | undefined
}

/** What becomes of each key that was given. */
export type ImportOutcome = { readonly given: ForeignKey } & (
  | { readonly kind: 'new'; readonly key: IncomingKey; readonly source: StateSource }
  /** The zone has the public key already; now the private one comes to it. */
  | { readonly kind: 'completed'; readonly key: IncomingKey }
  | { readonly kind: 'present' }
  /** It has no work to do here any more, or not yet. */
  | { readonly kind: 'unused'; readonly why: string }
)

export interface ImportPlan {
  readonly outcomes: readonly ImportOutcome[]
  /** Keys that come in, and those of the zone that they complete. */
  readonly incoming: readonly IncomingKey[]
  /** Ids of keys that the zone has, and that retire. */
  readonly retiring: readonly string[]
}

/** Why keys cannot come in, and what to do about it. */
export class ImportRefusal extends Error {
  override readonly name = 'ImportRefusal'
  readonly next: string

  constructor(message: string, next: string) {
    super(message)
    this.next = next
  }
}

/** Plans an import; throws an `ImportRefusal`, and then nothing of it may be done. */
export function planImport(request: ImportRequest): ImportPlan {
  const outcomes = request.keys.map((given) => outcomeOf(given, request))
  const added = outcomes.flatMap((outcome) => (outcome.kind === 'new' ? [outcome.key] : []))
  const incoming = outcomes.flatMap((outcome) => ('key' in outcome ? [outcome.key] : []))
  for (const { privateKey, ...key } of incoming) {
    if (privateKey !== undefined) checkPair({ ...key, privateKey })
  }
  const before = request.existing?.keys ?? []
  const isReplaced = (key: RolloverKey) => key.duty !== 'retired' && added.some((other) => areOfOneSigner(key, other))
  const retiring = request.isReplacing ? before.filter(isReplaced).map(({ id }) => id) : []
  const linked = linkSuccessors(added, outcomes, retire(before, retiring, request.circumstances.now))
  checkImport(request.existing, linked)
  const byId = new Map(linked.map((key) => [key.id, key]))
  return {
    outcomes: outcomes.map((each) => (each.kind === 'new' ? { ...each, key: byId.get(each.key.id)! } : each)),
    incoming: incoming.map((key) => byId.get(key.id) ?? key),
    retiring,
  }
}

/** Throws an `ImportRefusal` where the zone's key set must not get these keys. */
export function checkImport(
  existing: StoredKeySet | undefined,
  added: readonly Pick<IncomingKey, keyof RolloverKey | 'dnskey'>[],
): void {
  const before = existing?.keys ?? []
  const known = [...before, ...(existing?.reserve ?? [])]
  for (const [index, { dnskey, keyTag }] of added.entries()) {
    const tags = tagsOf(dnskey)
    const other = [...known, ...added.slice(0, index)].find((each) =>
      tagsOf(each.dnskey).some((tag) => tags.includes(tag)),
    )
    if (other === undefined) continue
    const message = `key ${keyTag} has the key tag of another, ${other.keyTag}, as it is or revoked`
    throw new ImportRefusal(
      message,
      'Validators tell keys by their tags. Roll one of both where it is in use now, then bring the new one.',
    )
  }
  for (const algorithm of new Set(added.map((key) => key.algorithm))) checkAlgorithm(algorithm, [...before, ...added])
}

/** The key set with what comes in; its private keys sealed. */
export function withImported(
  zone: string,
  existing: StoredKeySet | undefined,
  { incoming, retiring }: { readonly incoming: readonly StoredKey[]; readonly retiring: readonly string[] },
  now: number,
): StoredKeySet {
  const { epoch, ...rest } = existing ?? { epoch: 0, goal: 'secure' as const, isPaused: false, keys: [] }
  const incomingIds = new Set(incoming.map(({ id }) => id))
  const kept = rest.keys.filter(({ id }) => !incomingIds.has(id))
  return { ...rest, zone, epoch: epoch + 1, keys: [...retire(kept, retiring, now), ...incoming] }
}

function retire(keys: readonly StoredKey[], ids: readonly string[], now: number): StoredKey[] {
  return keys.map((key) => (ids.includes(key.id) ? { ...key, duty: 'retired', dutySince: now } : key))
}

function outcomeOf(given: ForeignKey, { existing, circumstances, newId }: ImportRequest): ImportOutcome {
  const { role, algorithm, keyTag, dnskey, privateKey, times, state } = given
  const known = existing?.keys.find((key) => Buffer.compare(key.dnskey, dnskey) === 0)
  if (known !== undefined) {
    if (known.sealed !== undefined || privateKey === undefined) return { given, kind: 'present' }
    const { isForeign: _, ...own } = known
    return { given, kind: 'completed', key: { ...own, privateKey } }
  }
  const states = importedStates(given, circumstances)
  if ('unused' in states) return { given, kind: 'unused', why: states.unused }
  const { now } = circumstances
  const created = Math.min(now, times.created ?? state?.generated ?? times.publish ?? now)
  const { source, duty, records } = states
  const key: IncomingKey = {
    ...{ id: newId(), role, algorithm, keyTag, created, duty, dutySince: now, records, dnskey, privateKey },
    ...(privateKey === undefined && { isForeign: true }),
  }
  return { given, kind: 'new', key, source }
}

function checkPair(key: IncomingKey & { readonly privateKey: KeyObject }): void {
  try {
    checkKey(key, openSigningKey(key))
  } catch {
    const message = `key ${key.keyTag} makes signatures that do not hold under its DNSKEY`
    throw new ImportRefusal(message, 'Its files are damaged: fetch them again from where they were made.')
  }
}

/**
 * Which key each one replaces: the one that BIND names; else the one of its kind that is on its way out, or, where the key
 * is not in use yet, the one that is. Where it could be several it is none.
 */
function linkSuccessors(
  added: readonly IncomingKey[],
  outcomes: readonly ImportOutcome[],
  before: readonly RolloverKey[],
): IncomingKey[] {
  const own = [...before, ...added].filter(({ isForeign }) => isForeign !== true)
  return added.map((key) => {
    if (key.duty !== 'active' || key.isForeign) return key
    const ofKind = own.filter(
      ({ id, role, algorithm }) => id !== key.id && role === key.role && algorithm === key.algorithm,
    )
    const named = outcomes.find((outcome) => outcome.kind === 'new' && outcome.key === key)!.given.state?.predecessor
    const predecessor =
      named === undefined ? likelyPredecessor(key, ofKind) : ofKind.find(({ keyTag }) => keyTag === named)
    return predecessor === undefined ? key : { ...key, replaces: predecessor.id }
  })
}

function likelyPredecessor(key: RolloverKey, ofKind: readonly RolloverKey[]): RolloverKey | undefined {
  const isSought = isInUse(key)
    ? ({ duty }: RolloverKey) => duty === 'retired'
    : (other: RolloverKey) => other.duty === 'retired' || isInUse(other)
  const isRival = (other: RolloverKey) => other.duty === 'active' && isInUse(other) === isInUse(key)
  const found = ofKind.filter(isSought)
  return found.length === 1 && !ofKind.some(isRival) ? found[0] : undefined
}

/** Whether both are of one algorithm, and of this signer or of others. */
function areOfOneSigner(a: RolloverKey, b: RolloverKey): boolean {
  return a.algorithm === b.algorithm && (a.isForeign === true) === (b.isForeign === true)
}

/** Whether the key signs the zone, or its DS may be at the parent. */
function isInUse({ role, records: { zrrsig, ds } }: RolloverKey): boolean {
  return (isZoneSigning(role) && isOut(zrrsig?.state)) || (isKeySigning(role) && isOut(ds?.state))
}

/** Whoever has one kind of key of an algorithm needs the other: a signature that is missing makes the zone bogus. */
function checkAlgorithm(algorithm: number, keys: readonly RolloverKey[]): void {
  const ofAlgorithm = keys.filter((key) => key.algorithm === algorithm && !key.isForeign)
  if (ofAlgorithm.length === 0) {
    throw new ImportRefusal(
      `all keys of algorithm ${algorithm} among these are another signer’s, and the zone has none of its own`,
      'All signers of a zone use the same algorithms (RFC 8901 §4): let veild sign with it first, by `algorithm:` in the configuration.',
    )
  }
  const { mnemonic } = algorithmOf(algorithm)
  if (!ofAlgorithm.some(({ role, records }) => isZoneSigning(role) && isOut(records.zrrsig?.state))) {
    throw new ImportRefusal(
      `there is no key of algorithm ${algorithm} (${mnemonic}) among these that signs the zone’s data`,
      'Give the ZSK too. If one key signs everything, as with PowerDNS: `--role csk`. Caches that hold the other server’s key set would reject what a new key signs.',
    )
  }
  if (!ofAlgorithm.some(({ role, records }) => isKeySigning(role) && isOut(records.krrsig?.state))) {
    throw new ImportRefusal(
      `there is no key of algorithm ${algorithm} (${mnemonic}) among these that signs the key set`,
      'Give the KSK too: the parent’s DS names it, and without its signature the whole zone is rejected.',
    )
  }
}

function isOut(state: string | undefined): boolean {
  return state === 'rumoured' || state === 'omnipresent'
}

function tagsOf(dnskey: Uint8Array): number[] {
  return [keyTagOf(dnskey), revokedKeyTagOf(dnskey)]
}
