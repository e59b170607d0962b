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
  /** Whether the keys that the zone has of the same algorithms retire. */
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
  const linked = linkSuccessors(added, outcomes, before)
  checkImport(request.existing, linked)
  const byId = new Map(linked.map((key) => [key.id, key]))
  const algorithms = new Set(added.map(({ algorithm }) => algorithm))
  const isRetiring = ({ algorithm, duty }: StoredKey) =>
    request.isReplacing && algorithms.has(algorithm) && duty !== 'retired'
  return {
    outcomes: outcomes.map((each) => (each.kind === 'new' ? { ...each, key: byId.get(each.key.id)! } : each)),
    incoming: incoming.map((key) => byId.get(key.id) ?? key),
    retiring: before.filter(isRetiring).map(({ id }) => id),
  }
}

/** Throws an `ImportRefusal` where the zone's key set must not get these keys. */
export function checkImport(
  existing: StoredKeySet | undefined,
  added: readonly Pick<IncomingKey, keyof RolloverKey | 'dnskey'>[],
): void {
  const before = existing?.keys ?? []
  for (const [index, { dnskey, keyTag }] of added.entries()) {
    const tags = tagsOf(dnskey)
    const other = [...before, ...added.slice(0, index)].find((each) =>
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
  const kept = rest.keys
    .filter(({ id }) => !incomingIds.has(id))
    .map((key) => (retiring.includes(key.id) ? { ...key, duty: 'retired' as const, dutySince: now } : key))
  return { ...rest, zone, epoch: epoch + 1, keys: [...kept, ...incoming] }
}

function outcomeOf(given: ForeignKey, { existing, circumstances, newId }: ImportRequest): ImportOutcome {
  const { role, algorithm, keyTag, dnskey, privateKey, times, state } = given
  const known = existing?.keys.find((key) => Buffer.compare(key.dnskey, dnskey) === 0)
  if (known !== undefined) {
    if (known.sealed !== undefined || privateKey === undefined) return { given, kind: 'present' }
    return { given, kind: 'completed', key: { ...known, privateKey } }
  }
  if (privateKey === undefined && isKeySigning(role)) refuseForeignKsk(given)
  const states = importedStates(given, circumstances)
  if ('unused' in states) return { given, kind: 'unused', why: states.unused }
  const { now } = circumstances
  const created = Math.min(now, times.created ?? state?.generated ?? times.publish ?? now)
  const { source, duty, records } = states
  const key = { id: newId(), role, algorithm, keyTag, created, duty, dutySince: now, records, dnskey, privateKey }
  return { given, kind: 'new', key, source }
}

function refuseForeignKsk({ role, keyTag }: ForeignKey): never {
  throw new ImportRefusal(
    `key ${keyTag} is a ${role} without its private key, and the key set could not be signed with it here`,
    'Give its private key too. Another signer’s KSK stays with it: import its ZSK alone, and give the parent the DS of both (RFC 8901 §2.1.2). A KSK that is to stay offline comes with `dnsctl key bundle`.',
  )
}

function checkPair(key: IncomingKey & { readonly privateKey: KeyObject }): void {
  try {
    checkKey(key, openSigningKey(key))
  } catch {
    const message = `key ${key.keyTag} makes signatures that do not hold under its DNSKEY`
    throw new ImportRefusal(message, 'Its files are damaged: fetch them again from where they were made.')
  }
}

/** BIND names the predecessor; elsewhere it is the one key of the same kind that is on its way out. */
function linkSuccessors(
  added: readonly IncomingKey[],
  outcomes: readonly ImportOutcome[],
  before: readonly StoredKey[],
): IncomingKey[] {
  const all = [...before, ...added]
  return added.map((key) => {
    if (key.duty !== 'active') return key
    const given = outcomes.find((outcome) => outcome.kind === 'new' && outcome.key === key)!.given
    const isOfKind = (other: RolloverKey) =>
      other.id !== key.id && other.role === key.role && other.algorithm === key.algorithm
    const named = given.state?.predecessor
    const candidates = all.filter(
      (other) => isOfKind(other) && (named === undefined ? other.duty === 'retired' : other.keyTag === named),
    )
    const isAlone = added.filter((other) => isOfKind(other) && other.duty === 'active').length === 0
    return candidates.length === 1 && (named !== undefined || isAlone) ? { ...key, replaces: candidates[0]!.id } : key
  })
}

/** Whoever has one kind of key of an algorithm needs the other: a signature that is missing makes the zone bogus. */
function checkAlgorithm(algorithm: number, keys: readonly RolloverKey[]): void {
  const ofAlgorithm = keys.filter((key) => key.algorithm === algorithm && key.duty !== 'standby')
  if (ofAlgorithm.length === 0) return
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
