/*
 * Private keys in PEM: PKCS #8 as Knot DNS keeps them, and what `pdnsutil export-zone-key-pem` prints (RFC 7468, RFC
 * 5915, RFC 8017). PEM says neither role nor, of RSA keys, the algorithm.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { fail, type KeyFile, linesOf } from './key-file.ts'

/** A private key as PEM has it. */
export interface PemFile {
  readonly privateKey: KeyObject
  /** What Knot DNS calls the key, and its file: the SHA-1 of the public key in its usual encoding (RFC 5280 §4.1). */
  readonly knotId: string
  /** The algorithms that such a key can be of. */
  readonly algorithms: readonly number[]
}

const LABELS = ['PRIVATE KEY', 'EC PRIVATE KEY', 'RSA PRIVATE KEY'] as const

/** Reads the one private key of a file; throws a `KeyFileError` that quotes nothing of it. */
export function readPemFile(file: KeyFile): PemFile {
  checkLabels(file)
  const privateKey = open(file)
  const algorithms = algorithmsOf(privateKey)
  if (algorithms.length === 0) {
    const found = `a key of the kind ${privateKey.asymmetricKeyDetails?.namedCurve ?? privateKey.asymmetricKeyType}`
    fail(file.file, {
      found,
      expected: 'RSA, P-256, P-384 or Ed25519',
      remedy: 'No zone is signed here with such a key.',
    })
  }
  return { privateKey, knotId: knotIdOf(privateKey), algorithms }
}

/** The key in PKCS #8, PEM: octets, which the caller wipes. */
export function printPem(privateKey: KeyObject): Buffer {
  return Buffer.from(privateKey.export({ format: 'pem', type: 'pkcs8' }) as string)
}

/** What Knot DNS calls a key. */
export function knotIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key
  return createHash('sha1')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest('hex')
}

function checkLabels(file: KeyFile): void {
  const begun = linesOf(file).flatMap(({ number, text }) => {
    const label = /^-----BEGIN ([A-Z0-9 ]{1,40})-----\s*$/.exec(text)?.[1]
    return label === undefined || label === 'EC PARAMETERS' ? [] : [{ number, label }]
  })
  const [first, second] = begun
  if (second !== undefined) {
    const remedy = 'Give each key as a file of its own.'
    fail(file.file, {
      line: second.number,
      found: `"${second.label}", the second in the file`,
      expected: 'one key',
      remedy,
    })
  }
  if (first !== undefined && (LABELS as readonly string[]).includes(first.label)) return
  const expected = LABELS.map((label) => `"${label}"`).join(', ')
  const remedy =
    first?.label === 'ENCRYPTED PRIVATE KEY'
      ? 'Open it first: `openssl pkey -in FILE -out OPEN.pem`, in a folder that only you can read.'
      : ''
  fail(file.file, {
    line: first?.number ?? 0,
    found: first === undefined ? 'no PEM' : `"${first.label}"`,
    expected,
    remedy,
  })
}

function open({ file, octets }: KeyFile): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(octets.buffer, octets.byteOffset, octets.length), format: 'pem' })
  } catch {
    // What OpenSSL says of it may quote the file.
    const remedy = 'The file is damaged: fetch it again from where it was made.'
    return fail(file, { found: 'PEM that holds no private key', expected: 'a private key', remedy })
  }
}

function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): number[] {
  switch (asymmetricKeyType) {
    case 'rsa':
      return [8, 10]
    case 'ed25519':
      return [15]
    case 'ec':
      return { prime256v1: [13], secp384r1: [14] }[asymmetricKeyDetails?.namedCurve ?? ''] ?? []
    default:
      return []
  }
}
