/*
 * The private key format of BIND, versions 1.2 and 1.3: what `dnssec-keygen` and `ldns-keygen` write to .private files and
 * `pdnsutil export-zone-key` prints. There is no RFC; bind9 lib/dns/dst_parse.c is the measure.
 */
import type { KeyObject } from 'node:crypto'
import { algorithmOf } from '../algorithms.ts'
import { fail, type KeyFile } from './key-file.ts'
import {
  type LabelledLines,
  type LabelledValue,
  numberOf,
  printTime,
  readLabelledLines,
  timeOf,
} from './labelled-lines.ts'
import { privateNumbers, RSA_BITS, type RsaNumber, rsaPrivateKey, scalarPrivateKey } from './private-key-material.ts'

/** When what is done with a key, Unix seconds; what is not said is not planned. By BIND's names, the first in small letters. */
export type KeyTimes = Readonly<Partial<Record<TimeName, number>>>

/** In the order in which BIND writes them. */
const TIME_NAMES = [
  'Created',
  'Publish',
  'Activate',
  'Revoke',
  'Inactive',
  'Delete',
  'SyncPublish',
  'SyncDelete',
] as const
type TimeName = Uncapitalize<(typeof TIME_NAMES)[number]>

/** A private key as such a file holds it. */
export interface PrivateKeyFile {
  readonly algorithm: number
  readonly privateKey: KeyObject
  readonly times: KeyTimes
}

const FORMAT = 'Private-key-format'

/** The numbers of RSA keys: what files call them, and what they are. */
const RSA_FIELDS: readonly (readonly [string, RsaNumber])[] = [
  ['Modulus', 'n'],
  ['PublicExponent', 'e'],
  ['PrivateExponent', 'd'],
  ['Prime1', 'p'],
  ['Prime2', 'q'],
  ['Exponent1', 'dp'],
  ['Exponent2', 'dq'],
  ['Coefficient', 'qi'],
]

/** Reads a private key; throws a `KeyFileError` that quotes nothing of it. */
export function readPrivateKeyFile(file: KeyFile): PrivateKeyFile {
  const lines = readLabelledLines(file)
  checkVersion(file.file, lines)
  const algorithm = readAlgorithm(file.file, lines)
  const privateKey =
    algorithmOf(algorithm).kind === 'rsa' ? readRsa(file.file, lines) : readScalar(file.file, lines, algorithm)
  return { algorithm, privateKey, times: readTimes(file.file, lines) }
}

/** The text of such a file: octets, which the caller wipes. PowerDNS reads version 1.2 alone, and no times. */
export function printPrivateKeyFile({ algorithm, privateKey, times }: PrivateKeyFile, version: '1.2' | '1.3'): Buffer {
  const numbers = privateNumbers(privateKey)
  const { kind, mnemonic } = algorithmOf(algorithm)
  const fields = kind === 'rsa' ? RSA_FIELDS : ([['PrivateKey', 'd']] as const)
  const lines = [
    `${FORMAT}: v${version}`,
    `Algorithm: ${algorithm} (${mnemonic})`,
    ...fields.map(([name, number]) => `${name}: ${numbers.get(number)!.toString('base64')}`),
    ...(version === '1.2' ? [] : printTimes(times)),
  ]
  for (const number of numbers.values()) number.fill(0)
  return Buffer.from(`${lines.join('\n')}\n`)
}

function printTimes(times: KeyTimes): string[] {
  return TIME_NAMES.flatMap((name) => {
    const at = times[uncapitalised(name)]
    return at === undefined ? [] : [`${name}: ${printTime(at)}`]
  })
}

function checkVersion(file: string, lines: LabelledLines): void {
  const version = lines.get(FORMAT)
  const [, major, minor] = /^v(\d+)\.(\d+)$/.exec(version?.text ?? '') ?? []
  if (major === '1' && Number(minor) >= 2) return
  const found = version === undefined ? `no "${FORMAT}"` : 'another version of the format'
  fail(file, { line: version?.line ?? 0, found, expected: `"${FORMAT}: v1.2" or v1.3` })
}

function readAlgorithm(file: string, lines: LabelledLines): number {
  const value = required(file, lines, 'Algorithm')
  const algorithm = numberOf(file, 'Algorithm', value, 255)
  try {
    return algorithmOf(algorithm).number
  } catch (error) {
    const remedy = `${(error as Error).message}. Roll to a key of algorithm 13 where the zone is signed now, then bring that one.`
    return fail(file, {
      line: value.line,
      found: `algorithm ${algorithm}`,
      expected: 'one that zones are signed with',
      remedy,
    })
  }
}

function readRsa(file: string, lines: LabelledLines): KeyObject {
  const numbers = Object.fromEntries(
    RSA_FIELDS.map(([name, number]) => [number, readNumber(file, name, required(file, lines, name, IN_HARDWARE))]),
  ) as Record<RsaNumber, Buffer>
  const bits = numbers.n.length * 8
  const isSized = bits >= RSA_BITS.least && bits <= RSA_BITS.most
  const key = isSized ? rsaPrivateKey(numbers) : undefined
  for (const number of Object.values(numbers)) number.fill(0)
  if (key !== undefined) return key
  const found = isSized ? 'numbers that make no RSA key' : `an RSA key of ${bits} bits`
  return fail(file, { found, expected: `an RSA key of ${RSA_BITS.least} to ${RSA_BITS.most} bits`, remedy: DAMAGED })
}

function readScalar(file: string, lines: LabelledLines, algorithm: number): KeyObject {
  const value = required(file, lines, 'PrivateKey', IN_HARDWARE)
  const number = readNumber(file, 'PrivateKey', value)
  const key = scalarPrivateKey(algorithm, number)
  number.fill(0)
  if (key !== undefined) return key
  const { mnemonic } = algorithmOf(algorithm)
  return fail(file, {
    line: value.line,
    found: 'a number that is no private key',
    expected: `one of ${mnemonic}`,
    remedy: DAMAGED,
  })
}

const DAMAGED =
  'The file is damaged, or names another algorithm than its key has: fetch it again from where it was made.'
const IN_HARDWARE =
  'A file that has "Engine" or "Label" instead names a key in a hardware token, which cannot leave it: roll to another key.'

function readNumber(file: string, name: string, { text, line }: LabelledValue): Buffer {
  const digits = text.replaceAll(/\s/g, '')
  const octets = Buffer.from(digits, 'base64')
  if (digits !== '' && octets.toString('base64').replace(/=+$/, '') === digits.replace(/=+$/, '')) return octets
  return fail(file, {
    line,
    found: 'text that is no Base64',
    expected: `the number ${name} in Base64`,
    remedy: DAMAGED,
  })
}

function readTimes(file: string, lines: LabelledLines): KeyTimes {
  return Object.fromEntries(
    TIME_NAMES.flatMap((name) => {
      const value = lines.get(name)
      const at = value && timeOf(file, name, value)
      return at === undefined ? [] : [[uncapitalised(name), at]]
    }),
  )
}

function required(file: string, lines: LabelledLines, name: string, remedy = ''): LabelledValue {
  return lines.get(name) ?? fail(file, { found: `no "${name}"`, expected: 'a whole private key', remedy })
}

function uncapitalised(name: (typeof TIME_NAMES)[number]): TimeName {
  return `${name[0]!.toLowerCase()}${name.slice(1)}` as TimeName
}
