import { MAX_LABEL_LENGTH, MAX_NAME_LENGTH } from '../../dns/constants.ts'
import { canonicalName, isAtOrBelow, nameToText } from '../../dns/name.ts'
import { isMappedIPv4 } from '../../guard/prefix-trie.ts'
import { formatPrefix } from '../address.ts'
import { type GeneratedRange, IPV4_OCTETS, IPV6_OCTETS, overlapsReverseZone } from '../generated-names.ts'
import { hasZone } from '../has-zone.ts'
import { refusesMadeNames } from './decoys.ts'
import type { Path } from './document.ts'
import { readName } from './names.ts'
import { showFound } from './problems.ts'
import { parseDuration } from './quantities.ts'
import type { Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { DnssecConfiguration, ZoneConfiguration } from './types.ts'
import { resolvePrefixes } from './views.ts'

type RawRange = NonNullable<RawConfiguration['zones'][string]['generate']>[string][number]

/** Where a range says no TTL. Seconds. */
const DEFAULT_TTL = 3600
const PLACEHOLDER = '{address}'

/** The ranges that one view of the zone has names for. */
export function resolveGenerate(
  raw: readonly RawRange[],
  zone: { readonly apex: Uint8Array; readonly dnssec: DnssecConfiguration },
  path: Path,
  report: Report,
): GeneratedRange[] {
  const refused = raw.length === 0 ? undefined : refusesMadeNames(zone.dnssec, 'generated names')
  if (refused !== undefined) report.at(path, refused)
  return raw.flatMap((range, index) => {
    const at = [...path, index]
    const [prefix] = resolvePrefixes([range.prefix], at, report)
    const name = readPattern(range.name, zone.apex)
    const ttl = range.ttl === undefined ? DEFAULT_TTL : parseDuration(range.ttl)!
    checkTtl(ttl, zone.dnssec, at, report)
    if (name === undefined || !fits(name, isMappedIPv4(prefix!.address, 0))) {
      report.at([...at, 'name'], {
        found: showFound(range.name),
        expected:
          `a name in ${nameToText(zone.apex)} of small letters, digits and hyphens, with ${PLACEHOLDER} once, in its first ` +
          `label, which then has at most ${MAX_LABEL_LENGTH} octets: an address takes ${IPV4_OCTETS}, or for IPv6 ${IPV6_OCTETS}`,
        remedy: `For example: host-${PLACEHOLDER}.dyn`,
      })
      return []
    }
    return [{ prefix: prefix!, ...name, ttl }]
  })
}

type Pattern = Pick<GeneratedRange, 'before' | 'after' | 'domain'>

function readPattern(text: string, apex: Uint8Array): Pattern | undefined {
  const match = /^([a-z0-9-]*)\{address\}([a-z0-9-]*)(?:\.([a-z0-9.-]+))?$/.exec(text)
  if (match === null) return undefined
  const [, before = '', after = '', rest = '@'] = match
  const reading = readName(rest, apex)
  if (reading.outcome === 'unreadable') return undefined
  const domain = canonicalName(reading.value)
  return isAtOrBelow(domain, apex) ? { before, after, domain } : undefined
}

function fits({ before, after, domain }: Pattern, isIPv4: boolean): boolean {
  const label = before.length + after.length + (isIPv4 ? IPV4_OCTETS : IPV6_OCTETS)
  return label <= MAX_LABEL_LENGTH && 1 + label + domain.length <= MAX_NAME_LENGTH
}

function checkTtl(ttl: number, dnssec: DnssecConfiguration, path: Path, report: Report): void {
  if (dnssec.kind !== 'signed' || ttl <= dnssec.policy.maxTtl) return
  report.at([...path, 'ttl'], {
    found: `a TTL of ${ttl} seconds`,
    expected: `at most ${dnssec.policy.maxTtl}, the \`max-ttl\` of the zone's signing`,
    remedy: 'Lower it.',
  })
}

/** Reverse zones have the names of all ranges of their views: they must be able to. */
export function checkReverseZones(zones: readonly ZoneConfiguration[], keys: readonly string[], report: Report): void {
  zones.forEach(({ generate = {} }, index) => {
    for (const [view, ranges] of Object.entries(generate)) {
      for (const [number, range] of ranges.entries()) {
        for (const reverse of zones) {
          if (!hasZone(view, reverse) || !overlapsReverseZone(range.prefix, reverse.apex)) continue
          const path = ['zones', keys[index]!, 'generate', view, number]
          const refused = refusesMadeNames(reverse.dnssec, `names for ${formatPrefix(range.prefix)}, generated`)
          if (refused !== undefined) report.at(path, { ...refused, found: `${refused.found}, ${reverse.name}` })
          checkTtl(range.ttl, reverse.dnssec, path, report)
        }
      }
    }
  })
}
