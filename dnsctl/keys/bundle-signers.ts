/*
 * The private halves of the keys that a request is to be signed with, from files and state folders.
 */
import type { KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Failure, fileReasonOf } from '../../console/failure.ts'
import type { PublishedKey } from '../../keys/apex-rrsets.ts'
import { type BundleRequest, keyOf } from '../../keys/bundle/bundle.ts'
import { signersOf } from '../../keys/bundle/bundle-signing.ts'
import { dnskeyRdata } from '../../keys/dnskey.ts'
import { KeyFileError } from '../../keys/formats/key-file.ts'
import { isKeyOf } from '../../keys/formats/private-key-material.ts'
import { readKeyFile } from '../../keys/formats/recognise.ts'
import { isKeySigning } from '../../keys/key-role.ts'
import { openSigningKey } from '../../keys/open-signing-key.ts'
import { openPrivateKey } from '../../keys/sealed-private-key.ts'
import { wipe } from '../../keys/secret-octets.ts'
import { DEFAULT_SEALING } from '../../server/configuration/defaults.ts'
import { openStoreToRead } from '../../server/state/read-only-store.ts'
import type { Context } from '../context.ts'
import { ExitCode } from '../exit-code.ts'
import { unseal } from '../offline-vault.ts'
import { askPassphrase, type PassphraseSource } from '../passphrase.ts'
import { decryptFromAge, lockOf } from './age-file.ts'

/** The request's signers from these files and state folders: all of them, or the command ends and says which is missing. */
export async function openSigners(
  context: Context,
  request: BundleRequest,
  paths: readonly string[],
  source: PassphraseSource,
): Promise<PublishedKey[]> {
  const found = new Map<number, PublishedKey>()
  for (const path of paths) {
    const signers = (await readPrivateKeys(context, request.zone, path, source)).flatMap((key) =>
      signersOfKey(request, key),
    )
    if (signers.length === 0) throw strange(request, path)
    for (const signer of signers) found.set(signer.key.keyTag, signer)
  }
  const missing = signersOf(request).filter((tag) => !found.has(tag))
  if (missing.length === 0) return [...found.values()]
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `The private key of ksk ${missing.join(', ')} is not among those given`,
    why: 'A bundle that lacks signatures would leave the zone bogus, so none is made.',
    next: 'the same command with `--key PATH` for each',
  })
}

/** Those of the request's signers that this private key is of. */
function signersOfKey(request: BundleRequest, privateKey: KeyObject): PublishedKey[] {
  return signersOf(request).flatMap((keyTag) => {
    const { dnskey } = keyOf(request, keyTag)
    const algorithm = dnskey[3]!
    if (!isKeyOf(algorithm, privateKey)) return []
    if (Buffer.compare(dnskeyRdata('ksk', algorithm, privateKey), dnskey) !== 0) return []
    return [{ dnskey, key: openSigningKey({ algorithm, keyTag, dnskey, privateKey }) }]
  })
}

function strange(request: BundleRequest, path: string): Failure {
  return new Failure({
    exitCode: ExitCode.Refused,
    what: `${path} holds no key that is to sign this request`,
    why: `The request is for ksk ${signersOf(request).join(', ')} of ${request.zone}`,
    next: 'look whether the request is the right one: nothing was signed',
  })
}

async function readPrivateKeys(
  context: Context,
  zone: string,
  path: string,
  source: PassphraseSource,
): Promise<KeyObject[]> {
  const whole = resolve(context.workingDirectory, path)
  if (statSync(whole, { throwIfNoEntry: false })?.isDirectory()) return readState(context, zone, whole)
  const octets = await plainOctets(context, path, readOctets(whole), source)
  try {
    const { kind, content } = readKeyFile({ file: path, octets })
    return kind === 'private' || kind === 'pem' ? [content.privateKey] : []
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error
    const { found, expected, remedy } = error.problem
    const why = [`Found ${found}; expected ${expected}.`, remedy].join(' ').trim()
    throw new Failure({ exitCode: ExitCode.File, what: `${path} holds no private key that can be read`, why })
  } finally {
    wipe(octets)
  }
}

/** What is in a file of age's; the passphrase is asked for, up to three times. */
async function plainOctets(context: Context, path: string, octets: Buffer, source: PassphraseSource): Promise<Buffer> {
  if (lockOf(octets) !== 'passphrase') return octets
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const passphrase = await askPassphrase(context, { ...source, of: path })
    const plain = await decryptFromAge(octets, { passphrase })
      .catch(() => undefined)
      .finally(() => passphrase.fill(0))
    if (plain !== undefined) return Buffer.from(plain.buffer, plain.byteOffset, plain.length)
    context.dialogue?.say(['  That is not the passphrase, or the file is damaged.'])
    if (source.isPiped) break
  }
  throw new Failure({
    exitCode: ExitCode.Refused,
    what: `${path} stays closed`,
    why: 'The passphrase is another one, or the file is damaged.',
    next: 'try another copy of it; `age -d` opens it as well',
  })
}

const MOST_TRIES = 3

function readOctets(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Failure({ exitCode: ExitCode.File, what: `Cannot read ${path}`, why: fileReasonOf(error) })
  }
}

/** The keys of the zone that sign its key set, from a store of Veil's. */
async function readState(context: Context, zone: string, folder: string): Promise<KeyObject[]> {
  const store = openStoreToRead(folder)
  if (store === undefined) {
    const what = `${folder} is no state folder of Veil’s`
    throw new Failure({ exitCode: ExitCode.File, what, why: `There is no ${join(folder, 'store')}.` })
  }
  try {
    const sealed = (store.keys.get(zone)?.keys ?? []).filter(
      (key) => isKeySigning(key.role) && key.sealed !== undefined,
    )
    if (sealed.length === 0) return []
    const { sealing } = await unseal(context, {
      state: folder,
      settings: DEFAULT_SEALING,
      header: store.keys.header()!,
    })
    const opened = sealed.flatMap((key) => {
      const privateKey = openPrivateKey(sealing, zone, key)
      return privateKey === undefined ? [] : [privateKey]
    })
    sealing.end()
    return opened
  } finally {
    await store.close()
  }
}
