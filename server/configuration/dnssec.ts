import { DEFAULT_MAX_TTL, DEFAULT_VALIDITY, MAX_VALIDITY, signaturePolicy } from '../../keys/signature-policy.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { DENIAL_MODES, SIGNING_ALGORITHMS, WILDCARD_STYLES } from './dnssec-words.ts'
import type { Path } from './document.ts'
import { showFound } from './problems.ts'
import { parseDuration } from './quantities.ts'
import type { Finding, Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { DnssecConfiguration, SigningConfiguration } from './types.ts'

type RawDnssec = NonNullable<RawConfiguration['dnssec']>
type RawSigning = Exclude<RawDnssec, string>

/** A zone of which nothing is said. */
export const DEFAULT_DNSSEC: SigningConfiguration = {
  kind: 'signed',
  algorithms: [13],
  denial: DenialMode.Compact,
  wildcards: WildcardStyle.Flat,
  policy: signaturePolicy(DEFAULT_VALIDITY, DEFAULT_MAX_TTL),
  cds: 'publish',
  bootstrap: false,
}

/**
 * What `raw`, at `path`, says of signing; what it leaves out is as in `standard`, or by default where that does not
 * sign.
 */
export function resolveDnssec(
  raw: RawDnssec | undefined,
  path: Path,
  standard: DnssecConfiguration,
  report: Report,
): DnssecConfiguration {
  if (raw === undefined) return standard
  if (typeof raw === 'string') return { kind: raw }
  const otherwise = standard.kind === 'signed' ? standard : DEFAULT_DNSSEC
  return {
    kind: 'signed',
    algorithms: resolveAlgorithms(raw.algorithm, [...path, 'algorithm'], report) ?? otherwise.algorithms,
    denial: raw.denial === undefined ? otherwise.denial : DENIAL_MODES[raw.denial],
    wildcards: raw.wildcards === undefined ? otherwise.wildcards : WILDCARD_STYLES[raw.wildcards],
    policy: resolvePolicy(raw, path, otherwise.policy, report),
    cds: raw.cds ?? otherwise.cds,
    bootstrap: raw.bootstrap ?? otherwise.bootstrap,
  }
}

function resolveAlgorithms(raw: RawSigning['algorithm'], path: Path, report: Report): number[] | undefined {
  if (raw === undefined) return undefined
  const list = Array.isArray(raw) ? raw : [raw]
  const numbers = list.flatMap((each, index) => {
    const number = readAlgorithm(String(each))
    if (number !== undefined) return [number]
    report.at(Array.isArray(raw) ? [...path, index] : path, unusableAlgorithm(each))
    return []
  })
  return [...new Set(numbers)].sort((a, b) => a - b)
}

function readAlgorithm(text: string): number | undefined {
  const word = text.toUpperCase()
  return SIGNING_ALGORITHMS.find(({ number, mnemonic }) => word === String(number) || word === mnemonic)?.number
}

const SHA_1 = 'SHA-1 is broken, and validators may take such a zone for unsigned'

/** RFC 9905: nobody signs with SHA-1 any more; RFC 9906: nor with GOST. By number and by mnemonic. */
const WHY_NOT: Readonly<Record<string, string>> = {
  ...inBothWords(1, 'RSAMD5', 'MD5 is broken'),
  ...inBothWords(3, 'DSA', SHA_1),
  ...inBothWords(5, 'RSASHA1', SHA_1),
  ...inBothWords(6, 'DSA-NSEC3-SHA1', SHA_1),
  ...inBothWords(7, 'RSASHA1-NSEC3-SHA1', SHA_1),
  ...inBothWords(12, 'ECC-GOST', 'it is withdrawn and hardly any validator knows it'),
  ...inBothWords(16, 'ED448', 'too few validators know it; 15 gives as much to the others'),
}

function inBothWords(number: number, mnemonic: string, why: string): Record<string, string> {
  return { [number]: why, [mnemonic]: why }
}

function unusableAlgorithm(value: string | number): Finding {
  const why = WHY_NOT[String(value).toUpperCase()]
  return {
    found: `the algorithm ${showFound(value)}${why === undefined ? '' : `, which is refused: ${why}`}`,
    expected: `one of ${SIGNING_ALGORITHMS.map(({ number, mnemonic }) => `${number} (${mnemonic})`).join(', ')}`,
    remedy: 'Write 13, which every validator knows.',
  }
}

function resolvePolicy(
  raw: RawSigning,
  path: Path,
  standard: SigningConfiguration['policy'],
  report: Report,
): SigningConfiguration['policy'] {
  const validity = secondsOf(raw.validity) ?? standard.validity
  const most = Math.floor(validity / 2)
  const wanted = secondsOf(raw['max-ttl'])
  if (wanted !== undefined && wanted > most) {
    report.at([...path, 'max-ttl'], {
      found: `${showSeconds(wanted)}, more than half of the validity, which is ${showSeconds(validity)}`,
      expected: `at most ${showSeconds(most)}`,
      remedy: `${howToFit(wanted)}: caches must not keep what has expired.`,
    })
  }
  return signaturePolicy(validity, Math.min(wanted ?? standard.maxTtl, most))
}

function howToFit(maxTtl: number): string {
  const validity = 2 * maxTtl
  return validity > MAX_VALIDITY ? 'Lower it' : `Lower it, or write \`validity: ${showSeconds(validity)}\``
}

function secondsOf(raw: string | number | undefined): number | undefined {
  return raw === undefined ? undefined : parseDuration(raw)
}

/** As the configuration has it: in the largest unit that divides it. */
function showSeconds(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    if (seconds % length === 0) return `${seconds / length}${unit}`
  }
  return `${seconds}s`
}
