import { type HostCertificate, isFor } from '../../facts/certificates.ts'
import type { ZoneRecord } from '../../facts/veil-zones.ts'
import type { Judgement } from '../../judging/judgement.ts'
import type { ShownCertificate } from './shown-certificates.ts'

/**
 * TLSA records (RFC 6698 §2.1) of usage 3 none of which fits the certificate keep mail and DANE clients away. What counts is
 * the certificate that the service shows, where somebody has looked, else all that lie here for the name. While a key is
 * replaced one of two records fits (RFC 7671 §8.1).
 */
export function judgePins(
  records: readonly ZoneRecord[],
  own: readonly HostCertificate[],
  shown: readonly ShownCertificate[],
): readonly Judgement[] {
  const pins = records.filter((record) => record.type === 'TLSA' && record.rdata.startsWith('3 '))
  return [...new Set(pins.map(({ owner }) => owner))].flatMap((owner) => {
    const meant = meantBy(owner, own, shown)
    const ofOwner = pins.filter((pin) => pin.owner === owner)
    if (meant.length === 0 || ofOwner.some((pin) => fits(pin, meant) !== false)) return []
    const reason = `${owner} pins a certificate that is none of those here for ${nameOf(owner)}: who checks it refuses to connect.`
    const evidence = [...ofOwner, ...meant].slice(0, 4).map((each) => each.evidence)
    return [{ subject: owner, state: 'fail' as const, cause: 'tlsa', reason, evidence }]
  })
}

function meantBy(
  owner: string,
  own: readonly HostCertificate[],
  shown: readonly ShownCertificate[],
): readonly HostCertificate[] {
  const [, port = ''] = /^_(\d+)\./.exec(owner) ?? []
  const seen = shown.filter(({ place }) => place === `${nameOf(owner)}:${port}`)
  return seen.length > 0 ? seen : own.filter(({ names }) => names.some((each) => isFor(each, nameOf(owner))))
}

/** Undefined: not a digest that is made here (RFC 6698 §2.1.3). */
function fits({ rdata }: ZoneRecord, meant: readonly HostCertificate[]): boolean | undefined {
  const [, selector, matching, ...digits] = rdata.toLowerCase().split(/\s+/)
  if (matching !== '1') return undefined
  return meant.some(({ keySha256, sha256 }) => (selector === '1' ? keySha256 : sha256) === digits.join(''))
}

function nameOf(owner: string): string {
  return owner.replace(/^_\d+\._\w+\./, '').replace(/\.$/, '')
}
