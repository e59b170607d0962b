import { ALGORITHMS, REFUSED_ALGORITHMS } from '../../keys/algorithms.ts'
import { DEFAULT_MAX_TTL, DEFAULT_VALIDITY, MAX_VALIDITY, signaturePolicy } from '../../keys/signature-policy.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import { DENIAL_MODES, WILDCARD_STYLES } from './dnssec-words.ts'
import type { Path } from './document.ts'
import { DEFAULT_KEYS, resolveKeys } from './keys.ts'
import { DEFAULT_PARENT, resolveParent } from './parent.ts'
import { showFound } from './problems.ts'
import { parseDuration, showDuration } from './quantities.ts'
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
  parent: DEFAULT_PARENT,
  keys: DEFAULT_KEYS,
}

/**
 * What `raw`, at `path`, says of signing; what it leaves out is as in `forAll`, or by default where that does not
 * sign.
 */
export function resolveDnssec(
  raw: RawDnssec | undefined,
  path: Path,
  forAll: DnssecConfiguration,
  report: Report,
): DnssecConfiguration {
  if (raw === undefined) return forAll
  if (typeof raw === 'string') return { kind: raw }
  const otherwise = forAll.kind === 'signed' ? forAll : DEFAULT_DNSSEC
  const policy = resolvePolicy(raw, path, otherwise.policy, report)
  const parent = resolveParent(raw.parent, [...path, 'parent'], otherwise.parent, report)
  const standard = { ...otherwise.keys, parentDsTtl: parent.dsTtl }
  const signing: SigningConfiguration = {
    kind: 'signed',
    algorithms: resolveAlgorithms(raw.algorithm, [...path, 'algorithm'], report) ?? otherwise.algorithms,
    denial: raw.denial === undefined ? otherwise.denial : DENIAL_MODES[raw.denial],
    wildcards: raw.wildcards === undefined ? otherwise.wildcards : WILDCARD_STYLES[raw.wildcards],
    policy,
    cds: raw.cds ?? otherwise.cds,
    bootstrap: raw.bootstrap ?? otherwise.bootstrap,
    parent,
    keys: resolveKeys(raw.keys, [...path, 'keys'], { standard, policy, report }),
  }
  if (signing.bootstrap && signing.cds === 'off') {
    report.at([...path, raw.bootstrap === undefined ? 'cds' : 'bootstrap'], {
      found: 'bootstrapping of a zone that has no CDS records',
      expected: '`bootstrap: true` with `cds: publish`: what is signalled is the CDS',
      remedy: 'Write `cds: publish`, or `bootstrap: false`.',
    })
  }
  return signing
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
  return [...ALGORITHMS.values()].find(({ number, mnemonic }) => word === String(number) || word === mnemonic)?.number
}

function unusableAlgorithm(value: string | number): Finding {
  const why = whyRefused(String(value).toUpperCase())
  const usable = [...ALGORITHMS.values()].map(({ number, mnemonic }) => `${number} (${mnemonic})`)
  return {
    found: `the algorithm ${showFound(value)}${why === undefined ? '' : `, which is refused: ${why}`}`,
    expected: `one of ${usable.join(', ')}`,
    remedy: 'Write 13, which every validator knows.',
  }
}

/** The reasons begin with the mnemonic. */
function whyRefused(word: string): string | undefined {
  const refused = [...REFUSED_ALGORITHMS].find(
    ([number, reason]) => word === String(number) || word === reason.split(' ')[0],
  )
  return refused?.[1]
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
      found: `${showDuration(wanted)}, more than half of the validity, which is ${showDuration(validity)}`,
      expected: `at most ${showDuration(most)}`,
      remedy: `${howToFit(wanted)}: caches must not keep what has expired.`,
    })
  }
  return signaturePolicy(validity, Math.min(wanted ?? standard.maxTtl, most))
}

function howToFit(maxTtl: number): string {
  const validity = 2 * maxTtl
  return validity > MAX_VALIDITY ? 'Lower it' : `Lower it, or write \`validity: ${showDuration(validity)}\``
}

function secondsOf(raw: string | number | undefined): number | undefined {
  return raw === undefined ? undefined : parseDuration(raw)
}
