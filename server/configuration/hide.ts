import { canonicalName, isAtOrBelow, namesEqual, nameToText } from '../../dns/name.ts'
import { typeFromText } from '../../dns/rr/registry.ts'
import type { HideRule } from '../../zones/hide.ts'
import { accepted } from '../reading.ts'
import type { Path } from './document.ts'
import { readName } from './names.ts'
import { showFound } from './problems.ts'
import type { Finding, Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'

type RawRule = NonNullable<RawConfiguration['zones'][string]['hide']>[string][number]

/** RR types without which the apex is no zone any more. */
const VITAL_TYPES = ['SOA', 'NS'] as const

/** What one view does not get of one zone. Reports rules that hide nothing, that break the zone, or that mislead. */
export function resolveHide(rules: readonly RawRule[], apex: Uint8Array, path: Path, report: Report): HideRule[] {
  return rules.map((raw, index) => {
    const { name, subtree, types }: Exclude<RawRule, string> = typeof raw === 'string' ? { name: raw } : raw
    const text = name ?? subtree!
    const rule = {
      name: canonicalName(accepted(readName(text, apex))),
      subtree: subtree !== undefined,
      types: types?.map((type) => typeFromText(type)!),
    }
    const finding = ambiguous(raw) ?? outside(text, rule, apex) ?? breaking(text, rule, apex)
    if (finding !== undefined) report.at([...path, index], finding)
    return rule
  })
}

function ambiguous(raw: RawRule): Finding | undefined {
  if (typeof raw !== 'string' || !raw.startsWith('*')) return undefined
  const parent = raw.replace(/^\*\.?/, '') || '@'
  return {
    found: `${showFound(raw)}, which might mean the wildcard record or everything below ${showFound(parent)}`,
    expected: 'a rule that leaves no doubt',
    remedy: `Write { name: ${showFound(raw)} } for the wildcard record, or { subtree: ${showFound(parent)} } for the name with all below it.`,
  }
}

function outside(text: string, rule: HideRule, apex: Uint8Array): Finding | undefined {
  if (isAtOrBelow(rule.name, apex)) return undefined
  return {
    found: `${showFound(text)}, which is not in the zone`,
    expected: `a name at or below ${nameToText(apex)}`,
    remedy: 'Names are relative to the zone unless they end with a dot.',
  }
}

function breaking(text: string, rule: HideRule, apex: Uint8Array): Finding | undefined {
  if (!namesEqual(rule.name, apex)) return undefined
  const vital = VITAL_TYPES.filter((type) => rule.types?.includes(typeFromText(type)!) ?? true)
  if (vital.length === 0) return undefined
  return {
    found: `a rule that hides the ${vital.join(' and ')} of the zone itself (${showFound(text)})`,
    expected: 'a rule that leaves a zone, or none',
    remedy: rule.subtree
      ? 'To keep the whole zone from a view, list under `views` of the zone only those that have it.'
      : 'Name the types to hide, for example: { name: "@", types: [TXT] }',
  }
}
