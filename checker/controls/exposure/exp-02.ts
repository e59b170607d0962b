import { certificates } from '../../facts/certificates.ts'
import type { Host } from '../../facts/host.ts'
import { hiddenNames, publicRecords, veilZones } from '../../facts/veil-zones.ts'
import { HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'
import { shownCertificates } from './shown-certificates.ts'
import { judgePins } from './tlsa-pins.ts'

const MOST_SITES = 5

/** A certificate from a public authority puts its names into a log that everybody reads and nobody erases. */
export function exp02(host: Host): readonly Judgement[] {
  const [own, shown] = [host.get(certificates), shownCertificates(host)]
  const all = [...own, ...shown.filter(({ sha256 }) => own.every((each) => each.sha256 !== sha256))]
  if (all.length === 0) return [notApplicable('no-certificates', 'No certificate lies here, and none was seen.')]
  const zones = host.get(veilZones)
  const hidden = new Set([
    ...(zones === undefined ? [] : [...hiddenNames(zones).keys()].map((name) => name.replace(/\.$/, ''))),
    ...host.declared.sites.filter((site) => site.internal).map((site) => site.name.toLowerCase()),
  ])
  const judged = all.flatMap((certificate): readonly Judgement[] => {
    const leaked = certificate.names.filter((name) => hidden.has(name))
    if (certificate.isLogged && leaked.length > 0) {
      return leaked.map((name) => ({
        subject: name,
        state: 'fail',
        cause: 'logged',
        reason: `${name} is hidden in DNS, but stands in a certificate that certificate transparency shows to everybody, for ever.`,
        evidence: [certificate.evidence],
        values: { name },
      }))
    }
    const sites = new Set(certificate.names.map((name) => name.split('.').slice(-2).join('.')))
    if (certificate.isLogged && sites.size > MOST_SITES) {
      return [
        {
          subject: certificate.names[0]!,
          state: 'warn',
          cause: 'lumped',
          reason: `One certificate names ${sites.size} domains: it tells everybody that they lie together.`,
          evidence: [certificate.evidence],
        },
      ]
    }
    return []
  })
  const pinned = zones === undefined ? [] : judgePins(publicRecords(zones), own, shown)
  if (judged.length + pinned.length > 0) return [...judged, ...pinned]
  const logged = all.filter((certificate) => certificate.isLogged).length
  return [
    {
      subject: HOST,
      state: 'pass',
      cause: 'clean',
      reason: `Of ${all.length} certificates ${logged} are in public logs, and none of those names what DNS hides.`,
      evidence: all.slice(0, 3).map((each) => each.evidence),
    },
  ]
}
