/*
 * Files as `age` encrypts them (age-encryption.org/v1): whatever becomes of Veil, its backups can be opened.
 */
import { armor, Decrypter, Encrypter } from 'age-encryption'

/** Who can open a file. */
export type AgeLock = { readonly recipients: readonly string[] } | { readonly passphrase: Buffer }

/** What a file is opened with. */
export type AgeKey = { readonly identities: readonly string[] } | { readonly passphrase: Buffer }

const ARMOR = '-----BEGIN AGE ENCRYPTED FILE-----'
const INTRODUCTION = 'age-encryption.org/v1\n'

/** Encrypts octets; throws where a recipient is none. */
export function encryptForAge(octets: Uint8Array, lock: AgeLock): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  if ('passphrase' in lock) encrypter.setPassphrase(lock.passphrase.toString('utf8'))
  else for (const recipient of lock.recipients) encrypter.addRecipient(recipient)
  return encrypter.encrypt(octets)
}

/** What was encrypted; rejects where the key does not fit, or the file is damaged. The caller wipes it. */
export function decryptFromAge(file: Uint8Array, key: AgeKey): Promise<Uint8Array> {
  const decrypter = new Decrypter()
  if ('passphrase' in key) decrypter.addPassphrase(key.passphrase.toString('utf8'))
  else for (const identity of key.identities) decrypter.addIdentity(identity)
  return decrypter.decrypt(withoutArmor(file))
}

/** By what a file is opened; undefined: it is none of age's. */
export function lockOf(file: Uint8Array): 'passphrase' | 'identity' | undefined {
  try {
    const head = Buffer.from(withoutArmor(file).subarray(0, 200)).toString('latin1')
    if (!head.startsWith(INTRODUCTION)) return undefined
    return head.startsWith(`${INTRODUCTION}-> scrypt `) ? 'passphrase' : 'identity'
  } catch {
    return undefined
  }
}

/** Whether a recipient is one that files can be encrypted for. */
export function isAgeRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text)
    return true
  } catch {
    return false
  }
}

/** The identities in a file of `age-keygen`. */
export function identitiesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('AGE-SECRET-KEY-'))
}

function withoutArmor(file: Uint8Array): Uint8Array {
  const text = Buffer.from(file.subarray(0, ARMOR.length + 8)).toString('latin1')
  return text.trimStart().startsWith(ARMOR) ? armor.decode(Buffer.from(file).toString('latin1')) : file
}
