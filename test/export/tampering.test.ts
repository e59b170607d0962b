import { describe, expect, it } from 'vitest'
import type { ChainKind } from '../../zones/export/exported.ts'
import { zoneProjection } from '../helpers/zone.ts'
import { makeKeys, type SignedOptions, signedText } from './signed-export.ts'
import { complaintOf, missingVerifier, VERIFIERS, type Verifier } from './verifiers.ts'

/*
 * That verifiers accept exports means something only if they refuse what is not right.
 */
const PROJECTION = zoneProjection(
  'example.com',
  [
    '@ 3600 SOA ns hostmaster 7 3600 600 86400 300',
    '@ 3600 NS ns',
    'ns 3600 A 192.0.2.1',
    'www 3600 A 192.0.2.2',
    'a.b 3600 A 192.0.2.3',
    'cut 3600 NS ns.cut',
    'cut 3600 DS 12345 13 2 00000000000000000000000000000000000000000000000000000000000000AA',
    'ns.cut 3600 A 192.0.2.4',
    '',
  ].join('\n'),
)
const KEYS = makeKeys([13])
const DAY = 86_400
const NOW = Math.floor(Date.now() / 1000)

/** What is done to the lines of an export; and the verifiers that need not notice. */
interface Tampering {
  readonly change: (lines: string[], chain: ChainKind) => string[]
  readonly unnoticedBy?: readonly Verifier[]
  readonly options?: Partial<SignedOptions>
}

const TAMPERINGS: Readonly<Record<string, Tampering>> = {
  'other data': { change: (lines) => replaced(lines, /^www\S+\t3600\tIN\tA\t192\.0\.2\.2$/, '192.0.2.2', '192.0.2.9') },
  'another DS': { change: (lines) => replaced(lines, /\tDS\t12345/, '12345', '12346') },
  'a signature with one digit changed': { change: (lines) => lines.map(spoilSignature(/^www.*\tRRSIG\tA /)) },
  'a signature of the key set with one digit changed': {
    change: (lines) => lines.map(spoilSignature(/RRSIG\tDNSKEY /)),
  },
  'a signature left out': { change: (lines) => lines.filter((line) => !/^www.*\tRRSIG\tA /.test(line)) },
  'a record of the chain left out': { change: (lines, chain) => withoutLast(lines, chain) },
  'a type too many in the chain': {
    change: (lines, chain) =>
      replaced(lines, chain === 'nsec' ? /^www.*\tNSEC\t/ : /\tNSEC3\t.* A RRSIG$/, ' A ', ' A TXT '),
  },
  'a name that is not in the chain': {
    change: (lines) => [
      ...lines,
      ...lines.filter((line) => /^www\S+\t3600\tIN\tA\t/.test(line)).map((line) => `x${line}`),
    ],
  },
  'another digest': {
    change: (lines) =>
      lines.map((line) => (/\tZONEMD\t7 1 1 /.test(line) ? `${line.slice(0, -1)}${otherDigit(line.at(-1)!)}` : line)),
  },
  'glue that the digest covers': {
    change: (lines) => replaced(lines, /^ns\.cut/, '192.0.2.4', '192.0.2.5'),
    // Glue is not signed, and ZONEMD is no matter to these.
    unnoticedBy: [VERIFIERS.BIND, VERIFIERS.Knot],
  },
  'signatures that have expired': {
    change: (lines) => lines,
    options: { inception: NOW - 30 * DAY, expiration: NOW - DAY },
  },
}

describe.each(['nsec', 'nsec3'] as const)('an export with a chain of %s', (chain) => {
  describe.each(Object.entries<Verifier>(VERIFIERS).filter(([, verifier]) => missingVerifier(verifier) === undefined))(
    'is refused by %s with',
    (_, verifier) => {
      const cases = Object.entries(TAMPERINGS).filter(([, { unnoticedBy }]) => !unnoticedBy?.includes(verifier))

      it.each(cases)('%s', (_, { change, options }) => {
        const before = signedText(PROJECTION, { chain, keys: KEYS, ...options })
        const after = `${change(before.trimEnd().split('\n'), chain).join('\n')}\n`
        if (options === undefined) {
          expect(complaintOf(verifier, 'example.com', before)).toBeUndefined()
          expect(after).not.toBe(before)
        }
        expect(complaintOf(verifier, 'example.com', after)).toBeDefined()
      })
    },
  )
})

function replaced(lines: readonly string[], which: RegExp, before: string, after: string): string[] {
  const at = lines.findIndex((line) => which.test(line))
  expect(at).toBeGreaterThanOrEqual(0)
  return lines.map((line, i) => (i === at ? line.replace(before, after) : line))
}

function spoilSignature(which: RegExp): (line: string) => string {
  // In the middle: the last digits of base64 may stand for fewer bits than they have.
  return (line) => {
    const at = line.length - 20
    return which.test(line) ? `${line.slice(0, at)}${line[at] === 'A' ? 'B' : 'A'}${line.slice(at + 1)}` : line
  }
}

function withoutLast(lines: readonly string[], chain: ChainKind): string[] {
  const mnemonic = chain.toUpperCase()
  const owner = lines.findLast((line) => line.includes(`\tIN\t${mnemonic}\t`))!.split('\t')[0]!
  return lines.filter(
    (line) => !(line.startsWith(`${owner}\t`) && new RegExp(`\tIN\t(RRSIG\t)?${mnemonic}[\t ]`).test(line)),
  )
}

function otherDigit(digit: string): string {
  return digit === '0' ? '1' : '0'
}
