/*
 * From a passphrase to the key of a slot: Argon2id (RFC 9106), whose cost the slot keeps, so that it can grow with the
 * machines of those who guess.
 */
import sodium from 'sodium-native'
import { type PassphraseDerivation, SEALING_KEY_OCTETS } from './sealing-slots.ts'

/** How dearly a guess is to be paid: libsodium's two strongest settings. */
export type PassphraseStrength = 'moderate' | 'sensitive'

const COSTS: Readonly<Record<PassphraseStrength, Omit<PassphraseDerivation, 'salt'>>> = {
  // 256 MiB and about 0.7 seconds of one core; 1 GiB and about 3 seconds.
  moderate: { operations: 3, memoryOctets: 2 ** 28 },
  sensitive: { operations: 4, memoryOctets: 2 ** 30 },
}
const SALT_OCTETS = 16
/** What a damaged or planted slot may cost at most. */
const MOST_OPERATIONS = 16
const MOST_MEMORY_OCTETS = 2 ** 32

/** A derivation for a new slot, with a salt that nobody else has. */
export function newDerivation(strength: PassphraseStrength): PassphraseDerivation {
  const salt = new Uint8Array(SALT_OCTETS)
  sodium.randombytes_buf(salt)
  return { ...COSTS[strength], salt }
}

/**
 * The key that a passphrase is for one slot, in guarded memory: the caller frees it. It is computed beside the event loop.
 * Undefined: the slot's numbers are none that Veil writes. Rejects where there is not so much memory.
 */
export async function keyFromPassphrase(
  passphrase: Uint8Array,
  { salt, operations, memoryOctets }: PassphraseDerivation,
): Promise<Buffer | undefined> {
  const least = COSTS.moderate
  const isOurs =
    salt.length === SALT_OCTETS &&
    isBetween(operations, least.operations, MOST_OPERATIONS) &&
    isBetween(memoryOctets, least.memoryOctets, MOST_MEMORY_OCTETS)
  if (!isOurs) return undefined
  const key = sodium.sodium_malloc(SEALING_KEY_OCTETS)
  const error = await new Promise<Error | null>((resolve) => {
    const { crypto_pwhash_ALG_ARGON2ID13: algorithm } = sodium
    sodium.crypto_pwhash_async(key, passphrase, salt, operations, memoryOctets, algorithm, resolve)
  })
  if (error === null) return key
  sodium.sodium_free(key)
  throw new Error(`a passphrase takes ${memoryOctets / 2 ** 20} MiB of memory to try, which this machine did not give`)
}

function isBetween(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}
