/*
 * Taking a KSK off the server: a copy under a passphrase first, read back and proved to sign, and only then the removal.
 */
import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure, reasonOf } from '../../console/failure.ts'
import { dnskeyRdata } from '../../keys/dnskey.ts'
import { printPrivateKeyFile } from '../../keys/formats/private-key-file.ts'
import { readKeyFile } from '../../keys/formats/recognise.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { wipe } from '../../keys/secret-octets.ts'
import { takingOfflineProof } from '../../server/keys/bundle-protocol.ts'
import { createSecretFile } from '../../server/state/secret-file.ts'
import { shortName } from '../configuration.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { findState } from '../place.ts'
import { decryptFromAge, encryptForAge } from './age-file.ts'
import { withPrivateKeys } from './private-keys.ts'

/** A KSK of a zone, from the store of the server. */
export interface LeavingKey {
  /** Canonical text. */
  readonly zone: string
  readonly stored: StoredKey
  readonly privateKey: KeyObject
}

/** Opens the private key of the zone's KSK, of this tag where there are several; or the command ends. */
export async function openLeavingKey(context: Context, zone: string, keyTag: number | undefined): Promise<LeavingKey> {
  return withPrivateKeys(context, await findState(context), async ({ keys, privateKeyOf }) => {
    const stored = chooseKey(zone, keys.get(zone)?.keys ?? [], keyTag)
    return { zone, stored, privateKey: privateKeyOf(zone, stored)! }
  })
}

function chooseKey(zone: string, keys: readonly StoredKey[], keyTag: number | undefined): StoredKey {
  const here = keys.filter(
    (key) => key.role === 'ksk' && key.sealed !== undefined && (keyTag === undefined || key.keyTag === keyTag),
  )
  if (here.length === 1) return here[0]!
  const tags = here.map((key) => key.keyTag).join(', ')
  throw new Failure({
    exitCode: ExitCode.Refused,
    what:
      here.length === 0
        ? `The store has no KSK of ${shortName(zone)} to take offline`
        : `${shortName(zone)} has several KSKs: ${tags}`,
    why: here.length === 0 ? 'It is offline already, or one key signs everything, and that has to be here.' : undefined,
    next: here.length === 0 ? '`dnsctl key list` shows the keys' : 'the same command with `--tag NUMBER`',
  })
}

/**
 * Writes the key under the passphrase to a new file that only its owner may read, reads it back from there, and has what
 * was read sign that it is the key: the proof that the server asks for.
 */
export async function keepCopy(context: Context, key: LeavingKey, file: string, passphrase: Buffer): Promise<string> {
  const { algorithm } = key.stored
  const text = printPrivateKeyFile({ algorithm, privateKey: key.privateKey, times: {} }, '1.3')
  const path = resolve(context.workingDirectory, file)
  try {
    createSecretFile(path, await encryptForAge(text, { passphrase }))
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot write ${file}`, why: reasonOf(error) })
  } finally {
    wipe(text)
  }
  return proveCopy(key, path, passphrase)
}

async function proveCopy({ zone, stored }: LeavingKey, path: string, passphrase: Buffer): Promise<string> {
  const octets = await decryptFromAge(readFileSync(path), { passphrase }).catch(() => undefined)
  const read = octets && readKeyFile({ file: path, octets })
  if (octets !== undefined) wipe(octets)
  const { algorithm, keyTag, dnskey } = stored
  if (
    read?.kind === 'private' &&
    Buffer.compare(dnskeyRdata('ksk', algorithm, read.content.privateKey), dnskey) === 0
  ) {
    const signing = openSigningKey({ algorithm, keyTag, dnskey, privateKey: read.content.privateKey })
    const signature = new Uint8Array(signing.signatureOctets)
    const data = takingOfflineProof(zone, keyTag)
    signing.sign(data, data.length, signature, 0)
    return Buffer.from(signature).toString('base64')
  }
  throw new Failure({
    exitCode: ExitCode.Fault,
    what: `${path} does not hold the key that was written to it`,
    why: 'Nothing was removed from the server.',
    next: 'try another disk',
  })
}
