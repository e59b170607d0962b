import { canonicalName, isAtOrBelow, namesEqual, nameToText } from '../../dns/name.ts'
import { ALGORITHMS } from '../../keys/algorithms.ts'
import { DenialMode, WildcardStyle } from '../../zones/denial/denial.ts'
import type { DecoySettings } from '../decoys.ts'
import { accepted } from '../reading.ts'
import type { Path } from './document.ts'
import { readName } from './names.ts'
import { showFound } from './problems.ts'
import { parseDuration } from './quantities.ts'
import type { Finding, Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { DecoyConfiguration, DnssecConfiguration } from './types.ts'
import { resolvePrefixes } from './views.ts'

type RawDecoys = NonNullable<RawConfiguration['zones'][string]['decoys']>[string]

/** What is meant where nothing is said. */
export const DEFAULT_DECOYS: Pick<DecoySettings, 'depth' | 'when'> = { depth: 2, when: 'always' }

/** The decoys that one view of the zone has. Reports what cannot be, and what would give them away. */
export function resolveDecoys(
  raw: RawDecoys,
  zone: { readonly apex: Uint8Array; readonly dnssec: DnssecConfiguration },
  path: Path,
  report: Report,
): DecoyConfiguration {
  checkSource(raw, path, report)
  const finding = refusedBy(zone.dnssec, raw)
  if (finding !== undefined) report.at(path, finding)
  return {
    of: (raw.of ?? []).map((text, index) => readTemplate(text, zone.apex, [...path, 'of', index], report)),
    addresses: resolvePrefixes(raw.addresses ?? [], [...path, 'addresses'], report),
    ttl: raw.ttl === undefined ? undefined : parseDuration(raw.ttl),
    isSelective: raw.mode === 'selective',
    depth: raw.depth ?? DEFAULT_DECOYS.depth,
    when: raw.when ?? DEFAULT_DECOYS.when,
  }
}

/** Decoys have the data of real names, or addresses of their own. */
function checkSource(raw: RawDecoys, path: Path, report: Report): void {
  const wanted = { mirror: ['of'], prf: ['addresses'], selective: ['of', 'addresses'] }[raw.mode]
  const given = (['of', 'addresses'] as const).filter((key) => raw[key] !== undefined)
  const isRight = given.length === 1 && wanted.includes(given[0]!)
  if (!isRight) {
    report.at(path, {
      found: `\`mode: ${raw.mode}\` with ${given.length === 0 ? 'nothing to make decoys of' : given.map((key) => `\`${key}\``).join(' and ')}`,
      expected: `${wanted.map((key) => `\`${key}\``).join(' or ')}`,
      remedy: wanted.includes('of')
        ? 'For example: { mode: mirror, of: [www] }'
        : 'For example: { mode: prf, addresses: [192.0.2.0/24] }',
    })
  } else if (raw.of !== undefined && raw.ttl !== undefined) {
    report.at([...path, 'ttl'], {
      found: 'a TTL for decoys that have the data of real names',
      expected: 'those with `addresses` alone: others have the TTL of the name whose data they have',
      remedy: 'Remove this line.',
    })
  }
}

function readTemplate(text: string, apex: Uint8Array, path: Path, report: Report): Uint8Array {
  const name = canonicalName(accepted(readName(text, apex)))
  if (!isAtOrBelow(name, apex) || namesEqual(name, apex)) {
    report.at(path, {
      found: `${showFound(text)}, which is not below the zone`,
      expected: `a name below ${nameToText(apex)}`,
      remedy: 'Names are relative to the zone unless they end with a dot.',
    })
  }
  return name
}

function refusedBy(dnssec: DnssecConfiguration, raw: RawDecoys): Finding | undefined {
  if (dnssec.kind === 'off') return undefined
  const unmakeable = refusesMadeNames(dnssec, 'decoys')
  if (unmakeable !== undefined) return unmakeable
  const randomised = dnssec.kind === 'signed' ? dnssec.algorithms.filter(isRandomised) : []
  if (randomised.length === 0) return undefined
  const found = `decoys in a zone that is signed with algorithm ${randomised.join(' and ')}`
  const why =
    'a randomised signature that comes twice was made for somebody before, which a real name is likelier to be'
  if (raw['allow-randomised-signatures'] === true) {
    return {
      severity: 'warning',
      found,
      expected: `algorithm 15: ${why}`,
      remedy: 'A new zone can have `dnssec: { algorithm: 15 }`.',
    }
  }
  return {
    found,
    expected: `one whose signatures are always the same, as those of 15 are: ${why}`,
    remedy: 'Write `dnssec: { algorithm: 15 }`, or, to have decoys all the same, `allow-randomised-signatures: true`.',
  }
}

/** Why names cannot be made on demand in a zone that is signed so; undefined: they can. */
export function refusesMadeNames(dnssec: DnssecConfiguration, what: string): Finding | undefined {
  if (dnssec.kind === 'presigned') {
    return {
      found: `${what} in a zone that is presigned`,
      expected: 'a zone that Veil signs: names that are made have signatures that are',
      remedy: 'Let Veil sign it (`dnssec: {}`), or remove this entry.',
    }
  }
  if (dnssec.kind === 'signed' && dnssec.denial === DenialMode.Cells) {
    return {
      found: `${what} in a zone with \`denial: cells\``,
      expected:
        '`compact`, `white-lies` or `nsec3-white-lies`: cells deny whole ranges of names, those that are made among them',
      remedy: 'Write `denial: compact`.',
    }
  }
  if (dnssec.kind === 'signed' && dnssec.wildcards === WildcardStyle.Conventional) {
    return {
      found: `${what} in a zone with \`wildcards: conventional\``,
      expected: '`flat` or `hidden`: signatures must not tell names that are made from others',
      remedy: 'Write `wildcards: hidden`.',
    }
  }
  return undefined
}

function isRandomised(algorithm: number): boolean {
  return ALGORITHMS.get(algorithm)?.kind === 'ecdsa'
}
