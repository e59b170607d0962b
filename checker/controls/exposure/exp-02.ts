import { certificates, type HostCertificate } from '../../facts/certificates.ts'
import type { Host } from '../../facts/host.ts'
import { hiddenNames, publicRecords, veilZones, type ZoneRecord } from '../../facts/veil-zones.ts'
import { HOST, type Judgement } from '../../judging/judgement.ts'
import { notApplicable } from '../../judging/say.ts'

const MOST_SITES = 5

/** A certificate from a public authority puts its names into a log that everybody reads and nobody erases. */
export function exp02(host: Host): readonly Judgement[] {
  const all = host.get(certificates)
  if (all.length === 0) return [notApplicable('no-certificates', 'No certificate lies here.')]
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
  const pinned = zones === undefined ? [] : judgePins(publicRecords(zones), all)
  if (judged.length + pinned.length > 0) return [...judged, ...pinned]
  const logged = all.filter((certificate) => certificate.isLogged).length
  return [
    {
      subject: HOST,
      state: 'pass',
      cause: 'clean',
      reason: `Of ${all.length} certificates here ${logged} are in public logs, and none of those names what DNS hides.`,
      evidence: all.slice(0, 3).map((each) => each.evidence),
    },
  ]
}

/** A TLSA record (RFC 6698 §2.1) of usage 3 that fits none of the certificates here keeps mail and DANE clients away. */
function judgePins(records: readonly ZoneRecord[], all: readonly HostCertificate[]): readonly Judgement[] {
  return records
    .filter((record) => record.type === 'TLSA' && record.rdata.startsWith('3 '))
    .flatMap((record) => {
      const [, selector, matching, ...digits] = record.rdata.toLowerCase().split(/\s+/)
      const name = record.owner.replace(/^_\d+\._\w+\./, '').replace(/\.$/, '')
      const meant = all.filter((certificate) => certificate.names.includes(name))
      if (matching !== '1' || meant.length === 0) return []
      const fits = meant.some(
        (certificate) => (selector === '1' ? certificate.keySha256 : certificate.sha256) === digits.join(''),
      )
      if (fits) return []
      const reason = `${record.owner} pins a certificate that is none of those here for ${name}: who checks it refuses to connect.`
      return [
        {
          subject: record.owner,
          state: 'fail' as const,
          cause: 'tlsa',
          reason,
          evidence: [record.evidence, ...meant.slice(0, 2).map((each) => each.evidence)],
        },
      ]
    })
}
