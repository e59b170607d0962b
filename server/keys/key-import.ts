/*
 * Keys of other programs on their way into a running server. dnsctl has read and sealed them; here nothing of that is
 * believed: each is opened, held against its DNSKEY, and made to sign, before the zone gets it.
 */
import { z } from 'zod'
import { checkImport, ImportRefusal, withImported } from '../../keys/import-plan.ts'
import type { StoredKey, StoredKeySet } from '../../keys/key-store.ts'
import { checkKey } from '../../keys/make-key.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import type { RolloverKey } from '../../keys/rollover/key-state.ts'
import { openPrivateKey } from '../../keys/sealed-private-key.ts'
import type { Sealing } from '../../keys/sealing.ts'
import { problemOfKey, rolloverKeyForm } from '../../keys/stored-key-form.ts'
import { CommandError } from '../control/server.ts'
import type { RunningServer } from '../running-server.ts'
import { StartError } from '../state/state-folder.ts'
import { nameOf } from './change-summary.ts'
import { type Arguments, readZone } from './rollover-arguments.ts'
import type { KeyWish } from './zone-rollover.ts'

/** Keys that are to come in, and ids of those that retire. */
export interface ImportedKeys {
  readonly incoming: readonly StoredKey[]
  readonly retiring: readonly string[]
}

const octets = z.base64().max(16_384)
const form = z.object({
  keys: z.array(rolloverKeyForm.extend({ dnskey: octets, sealed: octets.optional() })).min(1),
  retiring: z.array(z.string()),
})

/** A key as it travels. */
export function keyToWire({ dnskey, sealed, backedUp: _, ...key }: StoredKey): object {
  return { ...key, dnskey: toText(dnskey), ...(sealed && { sealed: toText(sealed) }) }
}

/** What a client sent, opened and checked; rejects with a `CommandError`. */
export async function readImport({ vault }: Pick<RunningServer, 'vault'>, args: Arguments): Promise<ImportedKeys> {
  const zone = readZone(args)
  const parsed = form.safeParse(args)
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!
    throw new CommandError('bad-request', `key-import takes keys and retiring; at ${path.join('.')}: ${message}`)
  }
  const sealing = await openVault(vault)
  const { keys, retiring } = parsed.data
  return { incoming: keys.map((key) => readKey(zone, key, sealing)), retiring }
}

/** What the zone's keys become. Throws a `CommandError` where they must not. */
export function importWish(
  { incoming, retiring }: ImportedKeys,
  zone: string,
  before: StoredKeySet,
  nowSeconds: number,
): KeyWish {
  const isKnown = (id: string) => before.keys.some((key) => key.id === id)
  const refused = [...retiring].find((id) => !isKnown(id))
  if (refused !== undefined)
    throw new CommandError('refused', 'the keys of the zone have changed meanwhile', 'Try again.')
  for (const key of incoming) {
    const known = before.keys.find(({ id }) => id === key.id)
    if (known !== undefined && Buffer.compare(known.dnskey, key.dnskey) !== 0) {
      throw new CommandError('bad-request', `key ${key.keyTag} has the id of another`)
    }
  }
  try {
    checkImport(
      before,
      incoming.filter(({ id }) => !isKnown(id)),
    )
  } catch (error) {
    if (!(error instanceof ImportRefusal)) throw error
    throw new CommandError('refused', error.message, error.next)
  }
  return {
    by: 'operator',
    lead: `imported ${incoming.map(nameOf).join(', ')}`,
    edit: (set) => {
      const current = incoming.map((key) => completed(set, key))
      return withImported(zone, set, { incoming: current, retiring }, nowSeconds)
    },
  }
}

/** A key that the zone has already gets its private key, and stays what it has become meanwhile. */
function completed({ keys }: StoredKeySet, incoming: StoredKey): StoredKey {
  const known = keys.find(({ id }) => id === incoming.id)
  if (known === undefined) return incoming
  const { isForeign: _, ...own } = known
  return { ...own, sealed: incoming.sealed }
}

async function openVault(vault: RunningServer['vault']): Promise<Sealing> {
  try {
    return await vault.open()
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    throw new CommandError('refused', error.message, error.hint)
  }
}

function readKey(
  zone: string,
  { dnskey: text, sealed: sealedText, ...fields }: z.infer<typeof form>['keys'][number],
  sealing: Sealing,
): StoredKey {
  // JSON has no undefined: what is missing is missing.
  const key = JSON.parse(JSON.stringify(fields)) as RolloverKey
  const dnskey = new Uint8Array(Buffer.from(text, 'base64'))
  const sealed = sealedText === undefined ? undefined : new Uint8Array(Buffer.from(sealedText, 'base64'))
  const problem = problemOfKey(key, dnskey)
  if (problem !== undefined) throw new CommandError('bad-request', `key ${key.keyTag} cannot be taken: ${problem}`)
  if (sealed === undefined && key.isForeign !== true) {
    throw new CommandError('bad-request', `key ${key.keyTag} has no private key`)
  }
  if (sealed !== undefined) checkSealed(zone, { ...key, dnskey, sealed }, sealing)
  return { ...key, dnskey, sealed }
}

function checkSealed(zone: string, key: StoredKey, sealing: Sealing): void {
  const { algorithm, keyTag, dnskey } = key
  try {
    const privateKey = openPrivateKey(sealing, zone, key)
    if (privateKey === undefined) throw new Error('it is sealed for another store, or not its private key')
    const material = { algorithm, keyTag, dnskey, privateKey }
    checkKey(material, openSigningKey(material))
  } catch {
    throw new CommandError('refused', `the private key of key ${keyTag} does not open, or does not sign for its DNSKEY`)
  }
}

function toText(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64')
}
