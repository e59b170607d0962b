import { canonicalName, isAtOrBelow, nameToText } from '../../dns/name.ts'
import { accepted } from '../reading.ts'
import type { ZoneGuard } from './detection-types.ts'
import type { Path } from './document.ts'
import { readName } from './names.ts'
import { showFound } from './problems.ts'
import type { Report } from './report.ts'
import type { RawConfiguration } from './schema.ts'
import type { ZoneConfiguration } from './types.ts'

type RawGuard = NonNullable<RawConfiguration['zones'][string]['guard']>[string]

/** More names than anybody thinks of, and few enough to look for in each question. */
const MOST_HONEY = 256

/** What is done in one view of the zone. Reports honey that is none, and responses that the zone is not made for. */
export function resolveZoneGuard(
  raw: RawGuard,
  zone: Pick<ZoneConfiguration, 'apex' | 'dnssec'> & { readonly hasDecoys: boolean },
  path: Path,
  report: Report,
): ZoneGuard {
  const { response, honey = [] } = raw
  if (response === 'decoys' && !zone.hasDecoys) {
    report.at([...path, 'response'], {
      found: '`response: decoys` in a view that has none',
      expected: 'an entry `decoys` of the zone for this view',
      remedy: 'Add one with `when: incident`, or take another response.',
    })
  }
  if (response === 'cells' && zone.dnssec.kind !== 'signed') {
    report.at([...path, 'response'], {
      found: '`response: cells` in a zone that is not signed here',
      expected: 'a zone that Veil signs: cells are a way to deny',
      remedy: 'Take another response, such as `tc`.',
    })
  }
  if (honey.length > MOST_HONEY) {
    const found = `${honey.length} honey names`
    report.at([...path, 'honey'], { found, expected: `at most ${MOST_HONEY}`, remedy: 'A few are enough.' })
  }
  return {
    response,
    honey: honey.map((text, index) => {
      const name = canonicalName(accepted(readName(text, zone.apex)))
      if (!isAtOrBelow(name, zone.apex) || name.length === zone.apex.length) {
        report.at([...path, 'honey', index], {
          found: `${showFound(text)}, which is not below the zone`,
          expected: `a name below ${nameToText(zone.apex)}`,
          remedy: 'Names are relative to the zone unless they end with a dot.',
        })
      }
      return name
    }),
  }
}
