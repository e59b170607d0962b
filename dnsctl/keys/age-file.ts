/*
 * Files under a passphrase, in the format of age (https://age-encryption.org/v1), which the `age` program opens too.
 */
import { armor, Decrypter, Encrypter } from 'age-encryption'

/** Whether a file is one of age's, armoured. */
export function isAgeFile(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN AGE ENCRYPTED FILE-----')
}

/** The octets under a passphrase, as text. The caller wipes both. */
export async function encryptToAge(octets: Uint8Array, passphrase: Buffer): Promise<string> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase.toString('utf8'))
  return `${armor.encode(await encrypter.encrypt(octets)).trimEnd()}\n`
}

/** What is in such a file; the caller wipes it. Undefined: the passphrase is another, or the file is damaged. */
export async function decryptAge(text: string, passphrase: Buffer): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase.toString('utf8'))
  try {
    return await decrypter.decrypt(armor.decode(text))
  } catch {
    return undefined
  }
}
